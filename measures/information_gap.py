"""The resolution search of LFPC: at which size of a photo a model's answers begin to go wrong.

Answers are sampled at full size and at smaller ones. The most common answer at full size is what
the others are held against; a size's agreement is the share of its answers that are the same
(`measures.answers.same_answer`). Going down from full size, the first size whose agreement lies
below the threshold is the global view's: detail is missing there, yet no more than needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import InvalidInput
from measures.answers import majority_answer, same_answer

THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Sampled:
    """The answers at one size; ``side`` is the longer side in pixels."""

    side: int
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """``side`` is the chosen size, None where there is none, and ``reason`` says why.

    ``agreements`` has one share per size given, in that order; ``answer`` is the one at full size.
    """

    side: int | None
    reason: str
    answer: str
    agreements: tuple[float, ...]


def sizes_below(full: int, sides: Sequence[int]) -> list[int]:
    """The sizes to try, each once, largest first: those that are smaller than full size."""
    return sorted({side for side in sides if 0 < side < full}, reverse=True)


def find_gap(levels: Sequence[Sampled], threshold: float = THRESHOLD) -> Gap:
    """The highest size at which answers begin to disagree; ``levels`` run from full size down.

    `InvalidInput` for no levels, a level without answers, sizes that do not fall, or a threshold
    outside (0, 1].
    """
    _check(levels, threshold)
    answer = majority_answer(levels[0].answers)
    agreements = tuple(_agreement(level.answers, answer) for level in levels)
    if same_answer(answer, ""):
        return Gap(None, "At full size the model mostly gives no answer.", answer, agreements)
    side, reason = _choice(levels, agreements, threshold)
    return Gap(side, reason, answer, agreements)


def _agreement(answers: Sequence[str], reference: str) -> float:
    return sum(same_answer(each, reference) for each in answers) / len(answers)


def _choice(
    levels: Sequence[Sampled], agreements: Sequence[float], threshold: float
) -> tuple[int | None, str]:
    if agreements[0] < threshold:
        return None, (
            f"Already at full size only {agreements[0]:.0%} of the answers agree, so there is "
            "nothing to hold the smaller sizes against."
        )
    if len(levels) == 1:
        return None, (
            f"The photo is no larger than {levels[0].side} px, and none of the sizes is smaller."
        )
    for level, agreement in zip(levels[1:], agreements[1:], strict=True):
        if agreement < threshold:
            return level.side, ""
    return None, (
        f"The answers agree at every size down to {levels[-1].side} px: this question needs no "
        "detail, or smaller sizes are to be tried."
    )


def _check(levels: Sequence[Sampled], threshold: float) -> None:
    if not 0 < threshold <= 1:
        raise InvalidInput("The threshold is a share above 0 and at most 1.", field="threshold")
    if not levels or not all(level.answers for level in levels):
        raise InvalidInput("Every size needs at least one answer.", field="levels")
    sides = [level.side for level in levels]
    if sides != sorted(set(sides), reverse=True):
        raise InvalidInput("The sizes run from full size down, each once.", field="levels")
