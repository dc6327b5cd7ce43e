"""A rationale: why the composition inside one crop is better, or worse (Venus, AR-Generation)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from annotation.contents.parts import Corners, Text
from measures.boxes import Box


class RationaleContent(BaseModel):
    """``box`` is the crop it speaks of (the draft's ``crop``), ``judges`` whether the text holds it
    to be a good or a bad crop."""

    model_config = ConfigDict(extra="forbid")

    box: Corners
    judges: Literal["good", "bad"]
    rationale: Text

    def as_box(self) -> Box:
        """The box, checked."""
        return Box(*self.box)
