"""An information gap: the resolution at which answers begin to disagree with those at full size (LFPC)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from annotation.contents.parts import Phrase, Share

Side = Annotated[int, Field(ge=1, le=100_000)]


class Level(BaseModel):
    """Sampled answers at one size; ``side`` is the longer side in pixels, ``agreement`` the share
    of answers that agree with those at full size."""

    model_config = ConfigDict(extra="forbid")

    side: Side
    answers: list[Phrase] = Field(max_length=256)
    agreement: Share


class GapContent(BaseModel):
    """``side`` is the chosen size of the global view, None where no size was found, and ``reason``
    says why. ``levels`` run from full size down; ``answer`` is the most common one at full size."""

    model_config = ConfigDict(extra="forbid")

    side: Side | None
    reason: Phrase = ""
    threshold: Share
    answer: Phrase = ""
    levels: list[Level] = Field(default_factory=list, max_length=32)
