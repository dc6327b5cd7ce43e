"""Stopping item by item: the settings with which a campaign asks until its scores are known."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.errors import InvalidInput
from measures.statistics.stopping import StopRule

HalfWidth = Annotated[
    float | None,
    Field(
        ge=0.05, le=3, title="Stop when scores are known to ± so many grades",
        description="An item is done as soon as the 95 % interval of each of its scores is this "
        "narrow to either side; until then one answer more is asked for at a time. Leave it empty "
        "to ask the same number of answers of every item.",
    ),
]  # fmt: skip
MostAnswers = Annotated[
    int | None,
    Field(
        ge=2, le=50, title="Most answers of an item",
        description="Only with a precision: no item gets more answers, however wide its "
        "intervals are.",
    ),
]  # fmt: skip
# The settings' names, for the form: they belong beside the number of answers.
SETTINGS = ("half_width", "most_answers")


def stop_rule(half_width: float | None, most: int | None, overlap: int) -> StopRule | None:
    """The rule of a campaign that begins with ``overlap`` answers; None where nothing is set.

    Raises `InvalidInput` for one setting without the other, and where no room is left to stop.
    """
    if half_width is None and most is None:
        return None
    if half_width is None:
        raise InvalidInput(
            "Say how narrow the intervals shall be, or leave the most answers empty too.",
            field="half_width",
        )
    if most is None:
        raise InvalidInput(
            "Say how many answers an item gets at most when its scores stay uncertain.",
            field="most_answers",
        )
    if most <= overlap:
        raise InvalidInput(
            f"The most answers of an item ({most}) must be more than the answers it begins with "
            f"({overlap}).",
            field="most_answers",
        )
    return StopRule(half_width=half_width, least=overlap, cap=most)
