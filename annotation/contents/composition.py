"""A composition analysis: which elements a photo has, and where (CROP, analysis step)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from annotation.contents.parts import Phrase, Text
from core.errors import InvalidInput
from measures.geometry.elements import Element, checked_coordinates

Coordinate = Annotated[float, Field(allow_inf_nan=False)]


class FoundElement(BaseModel):
    """One element of `measures.geometry.elements` with its normalised coordinates."""

    model_config = ConfigDict(extra="forbid")

    name: Element
    points: list[Coordinate] = Field(default_factory=list, max_length=128)
    note: Phrase = ""

    @model_validator(mode="after")
    def _has_its_shape(self) -> FoundElement:
        try:
            self.points = list(checked_coordinates(self.name, self.points))
        except InvalidInput as error:
            raise ValueError(str(error)) from None
        return self


class CompositionContent(BaseModel):
    """The elements in the order the model named them; ``text`` is what it wrote beside them."""

    model_config = ConfigDict(extra="forbid")

    elements: list[FoundElement] = Field(default_factory=list, max_length=64)
    text: Text = ""
