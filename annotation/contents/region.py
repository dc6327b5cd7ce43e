"""A question region: the box that helps to answer a question about a photo (CropVLM, LFPC)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from annotation.contents.parts import Corners, Phrase, Text
from measures.boxes import Box


class RegionContent(BaseModel):
    """``box`` is the seed box as it trains a model; ``found`` the box before it was grown by
    ``factor`` in area (``rule`` grounding) or pushed outward at random (``rule`` grid).

    ``evidence`` is what the choice rests on: of every crop of the grid its corners and the
    ``log_likelihood`` of ``answer``, the right answer as it was asked for.
    """

    model_config = ConfigDict(extra="forbid")

    box: Corners
    rule: Literal["grounding", "grid"]
    found: Corners | None = None
    factor: Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)] | None = None
    grid: Annotated[int, Field(ge=1, le=100)] | None = None
    answer: Phrase = ""
    evidence: list[dict[str, float]] = Field(default_factory=list, max_length=2_000)
    text: Text = ""

    def as_box(self) -> Box:
        """The box, checked."""
        return Box(*self.box)

    @property
    def will_grow(self) -> bool:
        """Whether it is a box as a grounding model found it."""
        return self.rule == "grounding" and self.factor is None
