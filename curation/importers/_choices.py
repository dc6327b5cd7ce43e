"""Options that several formats share: what their boxes are, and in which numbers."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from core.errors import InvalidInput
from curation.importers._options import Options
from curation.importers._records import Corners, Role, Size, four
from measures.boxes.conversions import corners_from_shares, corners_from_xywh, pixel_corners


class BoxesAre(StrEnum):
    """What people drew."""

    BEST = "best"
    CANDIDATE = "candidate"
    SUBJECT = "subject"
    REGION = "region"


class Numbers(StrEnum):
    """How four numbers are a box."""

    CORNERS = "corners"
    XYWH = "xywh"
    PERCENT = "percent"
    SHARES = "shares"


class DrawnOptions(Options):
    """For formats that draw boxes without saying what for."""

    boxes_are: BoxesAre = Field(
        default=BoxesAre.BEST, title="What the boxes are",
        description="Good crops and candidates become crops; what the photo shows does not.",
    )  # fmt: skip

    @property
    def role(self) -> Role:
        """As records say it."""
        roles: dict[BoxesAre, Role] = {
            BoxesAre.BEST: "best", BoxesAre.CANDIDATE: "candidate", BoxesAre.SUBJECT: "subject",
            BoxesAre.REGION: "region",
        }  # fmt: skip
        return roles[self.boxes_are]


def corners_of(value: object, numbers: Numbers, size: Size | None) -> Corners:
    """Pixel corners of four JSON numbers. `InvalidInput` where shares or percent need a size that
    is not known."""
    box = four(value)
    if numbers is Numbers.CORNERS:
        return pixel_corners(box)
    if numbers is Numbers.XYWH:
        return corners_from_xywh(box)
    if size is None:
        raise InvalidInput("The photo's width and height are needed to place this box.")
    if numbers is Numbers.PERCENT:
        return corners_from_shares([_share(each) for each in box], size)
    return corners_from_shares(box, size)


def _share(percent: object) -> float:
    if isinstance(percent, bool) or not isinstance(percent, int | float):
        raise InvalidInput("The box's corners must be numbers.")
    return percent / 100
