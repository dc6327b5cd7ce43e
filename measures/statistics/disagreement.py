"""When the answers of a panel differ so much that somebody should look: boxes, verdicts, choices.

Source: the rules of AesGuide and CROP reviews as `docs/annotating.md` states them. Each rule says who
stands alone, if one person does, and whether the panel is split, so that a minority of equal weight is
not taken for a mistake. Nothing here removes an answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

from core.errors import InvalidInput
from measures.boxes.box import Box

TOLERANCE = 1e-9
Rater = TypeVar("Rater", bound=Hashable)
_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True)
class Clash(Generic[Rater]):
    """``value`` against ``threshold`` (an IoU or a share; a clash of verdicts has the share of the
    largest camp). ``odd_one``: the one rater without whom there is no clash, if there is exactly one;
    ``is_split``: nobody is, and each of two sides has its people."""

    value: float
    threshold: float
    odd_one: Rater | None
    is_split: bool


def pair_iou(one: Sequence[Box], other: Sequence[Box]) -> float:
    """How alike two people's boxes on a photo are, 0 to 1: the mean of each box's best IoU on the
    other side. Two people who drew nothing agree; one who did and one who did not, do not."""
    if not one or not other:
        return float(not one and not other)
    there = [max(mine.iou(each) for each in other) for mine in one]
    back = [max(each.iou(mine) for mine in one) for each in other]
    return (sum(there) + sum(back)) / (len(there) + len(back))


def mean_pairwise_iou(boxes: Mapping[Rater, Sequence[Box]]) -> float | None:
    """The mean of `pair_iou` over all pairs of raters; None for fewer than two."""
    found = [pair_iou(boxes[a], boxes[b]) for a, b in combinations(boxes, 2)]
    return sum(found) / len(found) if found else None


def box_clash(boxes: Mapping[Rater, Sequence[Box]], threshold: float = 0.6) -> Clash[Rater] | None:
    """A clash where the mean pairwise IoU lies strictly below ``threshold``."""
    if not 0 <= threshold <= 1:
        raise InvalidInput("An IoU lies from 0 to 1.", field="threshold")

    def mean(panel: Mapping[Rater, Sequence[Box]]) -> float | None:
        value = mean_pairwise_iou(panel)
        return value if value is not None and value < threshold - TOLERANCE else None

    value = mean(boxes)
    if value is None:
        return None
    odd = _odd_one(boxes, lambda panel: mean(panel) is not None)
    return Clash(value, threshold, odd, odd is None and _in_two_camps(boxes, threshold))


def _in_two_camps(boxes: Mapping[Rater, Sequence[Box]], threshold: float) -> bool:
    """Whether everybody is with the first rater or all together in another camp; two raters are."""
    names = list(boxes)
    near = {each for each in names if pair_iou(boxes[names[0]], boxes[each]) >= threshold}
    far = [each for each in names if each not in near]
    return bool(far) and all(
        pair_iou(boxes[a], boxes[b]) >= threshold
        for camp in (list(near), far)
        for a, b in combinations(camp, 2)
    )


def verdict_clash(verdicts: Mapping[Rater, str]) -> Clash[Rater] | None:
    """A clash where not all verdicts are the same; empty ones are of people who gave none."""
    given = {rater: verdict for rater, verdict in verdicts.items() if verdict}
    counts = Counter(given.values())
    if len(counts) < 2:
        return None
    odd = _odd_one(given, lambda panel: len(set(panel.values())) > 1)
    share = max(counts.values()) / len(given)
    return Clash(share, 1.0, odd, odd is None and len(counts) == 2)


def preference_clash(
    choices: Mapping[Rater, str], *, min_votes: int = 3, min_share: float = 0.6
) -> Clash[Rater] | None:
    """A clash where a pair has no majority. ``choices``: first, second, tie, neither; others (somebody
    could not judge) are no votes.

    There is a majority if ``min_share`` of at least ``min_votes`` votes, and more than half, say the
    same, or lean to one side, a tie counting half for each. With fewer votes nothing is said.
    """
    if not 0.5 <= min_share <= 1:
        raise InvalidInput("The share of a majority lies from 0.5 to 1.", field="min_share")
    votes = {who: each for who, each in choices.items() if each in _CHOICES}
    if len(votes) < min_votes:
        return None
    share = _largest_share(votes)
    if share > 0.5 + TOLERANCE and share >= min_share - TOLERANCE:
        return None
    sides = Counter(votes.values())
    is_split = min(sides["first"], sides["second"]) * 3 >= len(votes)
    return Clash(share, min_share, None, is_split)


_CHOICES = ("first", "second", "tie", "neither")


def _largest_share(votes: Mapping[Rater, str]) -> float:
    counts, total = Counter(votes.values()), len(votes)
    leaning = [(counts[side] + counts["tie"] / 2) / total for side in ("first", "second")]
    return max(max(counts.values()) / total, *leaning)


def _odd_one(
    given: Mapping[Rater, _Given], is_clash: Callable[[Mapping[Rater, _Given]], bool]
) -> Rater | None:
    if len(given) < 3:
        return None
    alone = [
        rater
        for rater in given
        if not is_clash({each: value for each, value in given.items() if each != rater})
    ]
    return alone[0] if len(alone) == 1 else None
