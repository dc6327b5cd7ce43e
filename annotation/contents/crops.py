"""Crop proposals: boxes on the photo, the best first."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from annotation.contents.parts import Corners, Phrase, Text
from measures.boxes import Box


class ProposedCrop(BaseModel):
    """One proposed box, normalised x1 y1 x2 y2."""

    model_config = ConfigDict(extra="forbid")

    box: Corners
    rationale: Phrase = ""
    score: Annotated[float, Field(allow_inf_nan=False)] | None = None

    def as_box(self) -> Box:
        """The box, checked."""
        return Box(*self.box)


class CropsContent(BaseModel):
    """Crop proposals, best first; ``text`` is what the model wrote."""

    model_config = ConfigDict(extra="forbid")

    crops: list[ProposedCrop] = Field(default_factory=list, max_length=64)
    text: Text = ""
