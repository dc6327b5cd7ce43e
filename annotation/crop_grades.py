"""Grades of crops beside the numbers: why one is missing, and the order in which crops were put."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from core.errors import InvalidInput

CANNOT = {
    "quality": "too blurred or too small to judge",
    "subject": "I cannot tell what it is about",
    "broken": "the picture is not shown as it should be",
    "content": "I do not want to judge this picture",
    "other": "another reason",
}
AGAINST = (
    "rank: either no crop has one, or each that has a score: 1 for the best, for others one more than "
    "the number of crops above, and never against the scores."
)


def check_reason(score: int | None, reason: str, *, is_needed: bool) -> None:
    """Only what cannot be judged has a reason, one that is known; `InvalidInput` else."""
    allowed = {*CANNOT} if is_needed else {"", *CANNOT}
    if reason not in ({""} if score is not None else allowed):
        raise InvalidInput(
            f"reason: what cannot be judged needs one of {', '.join(CANNOT)}; a score needs none.",
            field="reason",
        )


def check_ranks(grades: Sequence[tuple[int | None, int | None]]) -> None:
    """Score and rank of each crop: nobody is ranked, or all that have a score, as the scores say.

    Equal crops share a rank. `InvalidInput` where an order says another thing than the scores.
    """
    ranked = [(score, rank) for score, rank in grades if score is not None and rank is not None]
    if not any(rank is not None for _, rank in grades):
        return
    is_whole = all((score is None) == (rank is None) for score, rank in grades)
    above = [1 + sum(other < rank for _, other in ranked) for _, rank in ranked]
    if not is_whole or above != [rank for _, rank in ranked] or not _fit(ranked):
        raise InvalidInput(AGAINST, field="rank")


def _fit(ranked: Sequence[tuple[int, int]]) -> bool:
    """Whether better scores have better ranks, and only equal scores share one."""
    ordered = sorted(ranked, key=lambda each: (each[1], -each[0]))
    return all(
        better[0] >= worse[0] and (better[1] < worse[1] or better[0] == worse[0])
        for better, worse in pairwise(ordered)
    )
