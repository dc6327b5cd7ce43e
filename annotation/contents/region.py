"""A question region: the box that helps to answer a question about a photo (CropVLM, LFPC)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from annotation.contents.parts import Corners, Text
from measures.boxes import Box


class RegionContent(BaseModel):
    """``box`` is the seed box as it trains a model; ``found`` the box before it was grown by
    ``factor`` in area (``rule`` grounding) or before noise was taken off (``rule`` grid).

    ``evidence`` holds what the choice rests on, such as the log-likelihood of every grid crop.
    """

    model_config = ConfigDict(extra="forbid")

    box: Corners
    rule: Literal["grounding", "grid"]
    found: Corners | None = None
    factor: Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)] | None = None
    evidence: list[dict[str, float]] = Field(default_factory=list, max_length=2_000)
    text: Text = ""

    def as_box(self) -> Box:
        """The box, checked."""
        return Box(*self.box)
