"""Attributes that may be graded beside a photo's score, each from 1 to 5.

A photo may lack one, such as a horizon: then it gets none, which is an answer too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from annotation.scales import FIVE
from core.errors import InvalidInput

Attribute = Literal["composition", "balance", "subject", "horizon", "colour"]
ATTRIBUTES: dict[str, str] = {
    "composition": "Composition", "balance": "Balance", "subject": "Subject",
    "horizon": "Horizon", "colour": "Colour",
}  # fmt: skip


def check_grades(given: Mapping[Attribute, int | None]) -> None:
    """`InvalidInput` unless each attribute is graded, or said to be absent by null."""
    for name in ATTRIBUTES:
        if name not in given:
            raise InvalidInput(
                f"attributes.{name}: give 1 to 5, or null where the photo has none.",
                field=f"attributes.{name}",
            )
    for name, value in given.items():
        if value is not None:
            FIVE.check(value, f"attributes.{name}")


def grades_in_words(given: Mapping[Attribute, int | None]) -> str:
    """For example "composition 4, horizon none"."""
    return ", ".join(
        f"{name} {'none' if value is None else value}" for name, value in given.items()
    )
