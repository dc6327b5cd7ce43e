"""What every format lets one choose."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Edges(StrEnum):
    """What becomes of a box that runs past the photo."""

    KEEP = "keep"
    CLIP = "clip"
    FLAG = "flag"


class Absent(StrEnum):
    """What becomes of annotations of a photo that is not in the project."""

    WAIT = "wait"
    REFUSE = "refuse"


class Options(BaseModel):
    """What every format lets one choose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    absent: Absent = Field(
        default=Absent.WAIT, title="Photos that are not here",
        description="Waiting annotations attach by themselves when a photo of that name comes.",
    )  # fmt: skip
    edges: Edges = Field(
        default=Edges.KEEP, title="Boxes past the edge of the photo",
        description="They are counted either way. What lies outside is never part of a crop.",
    )  # fmt: skip
