"""What every comparison of two has in common: the choice, its strength, its reasons, its keys.

A page speaks of left and right, a stored answer of first and second; which stood where is random per
person and stored with the assignment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from accounts.keys import KeyAct
from core.errors import InvalidInput

WORDS = {
    "first": "first is better",
    "second": "second is better",
    "tie": "no difference",
    "neither": "neither works",
    "unknown": "cannot judge",
}
Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
Choice = Literal["first", "second", "tie", "neither", "unknown"]
PageChoice = Literal["left", "right", "tie", "neither", "cannot_judge"]
Strength = Literal[1, 2]
Reasons = Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=9)]
AskReasons = Annotated[
    bool,
    Field(
        title="Ask for reasons after the choice",
        description="Chips by digit, none needed; Enter sends. One key more for each pair.",
    ),
]
CROP_REASONS = {
    "subject": "the subject",
    "balance": "balance",
    "edges": "what the edges cut",
    "distraction": "fewer distractions",
    "space": "space around",
    "light": "light and colour",
}
TEXT_REASONS = {
    "true": "says what is there",
    "complete": "says more of it",
    "specific": "more specific",
    "useful": "more use when shooting",
    "clear": "clearer words",
    "length": "the right length",
}
KEYS = (
    KeyAct("left", "ArrowLeft", "left is better", also=("1",), with_shift=True),
    KeyAct("right", "ArrowRight", "right is better", also=("2",), with_shift=True),
    KeyAct("tie", "ArrowDown", "no difference", also=("3",)),
    KeyAct("neither", "0", "neither works"),
    KeyAct("swap", "x", "swap the view"),
)


def sides_of(seed: int) -> dict[str, Any]:
    """Which side the first stands on, by the last bit of the seed."""
    return {"seed": seed, "first_on_left": bool(seed & 1)}


def to_choice(choice: PageChoice, presentation: Mapping[str, Any]) -> Choice:
    """A side as first or second; other choices stay."""
    if choice == "cannot_judge":
        return "unknown"
    if choice == "tie" or choice == "neither":
        return choice
    return "first" if (choice == "left") == presentation["first_on_left"] else "second"


def to_page(choice: str, presentation: Mapping[str, Any]) -> str:
    """The way back."""
    back: dict[str, str] = {to_choice(side, presentation): side for side in SIDES}
    return back.get(choice, "cannot_judge" if choice == "unknown" else choice)


def check_vote(
    choice: PageChoice, strength: Strength, reasons: list[str], known: Mapping[str, str]
) -> None:
    """Only a chosen side can be much better, or better for a reason; `InvalidInput` else."""
    if strength != 1 and choice not in SIDES:
        raise InvalidInput("strength: only a chosen side can be much better.", field="strength")
    unknown = [each for each in reasons if each not in known]
    if unknown:
        raise InvalidInput(f"reasons: choose from {', '.join(known)}.", field="reasons")
    if reasons and choice not in SIDES:
        raise InvalidInput("reasons: only a chosen side can have them.", field="reasons")


def chips(known: Mapping[str, str]) -> list[dict[str, str]]:
    """Reasons for a page."""
    return [{"value": code, "label": words} for code, words in known.items()]


def winner_of(choice: str) -> dict[str, float]:
    """1 for the first, -1 for the second, 0 for no difference; nothing for the rest."""
    winner = {"first": 1.0, "second": -1.0, "tie": 0.0}.get(choice)
    return {} if winner is None else {"winner": winner}


def same_choice(given: str, wanted: str) -> bool | None:
    """The same choice; somebody who could not judge said nothing."""
    return None if "unknown" in (given, wanted) else given == wanted


def in_words(choice: str, reasons: list[str], known: Mapping[str, str]) -> str:
    """For example "first is better: balance"."""
    told = ", ".join(known.get(each, each) for each in reasons)
    return WORDS[choice] + (f": {told}" if told else "")
