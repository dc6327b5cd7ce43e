"""Pair votes of photos, added up: how often each of two crops was chosen, and by which votes.

Which votes count: of each person the newest on the two crops, over all items; of an import every
single vote. Ties, "neither works" and "cannot judge" prefer nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from annotation.models import PairVote
from curation.selectors.imported_votes import pairs_here

_OURS = ("photo_id", "first_id", "second_id", "person_id", "outcome", "response_id")
_THEIRS = (
    "source_photo__photo_id", "first__crop_id", "second__crop_id", "pk", "for_first", "for_second",
    "ties",
)  # fmt: skip
Ends = tuple[int, int]


@dataclass
class Tally:
    """Two crops, the older one first; ``wins`` by crop, ``paths`` of the votes that chose one."""

    ends: Ends
    wins: Counter[int] = field(default_factory=Counter)
    ties: int = 0
    undecided: int = 0
    paths: list[str] = field(default_factory=list)

    def add(self, winner: int | None, path: str, *, count: int = 1, is_tie: bool = False) -> None:
        """Votes for one of the two, or for none of them."""
        if winner is not None:
            self.wins[winner] += count
            self.paths.append(path)
        elif is_tie:
            self.ties += count
        else:
            self.undecided += count


def pair_tallies(photo_ids: Sequence[int]) -> dict[int, list[Tally]]:
    """Per photo the compared pairs, in the order of their crops."""
    found: dict[int, dict[Ends, Tally]] = defaultdict(dict)
    for (photo, ends, _), (outcome, first, second, response) in _newest(photo_ids).items():
        tally = found[photo].setdefault(ends, Tally(ends))
        winner = {"first": first, "second": second}.get(outcome)
        tally.add(winner, f"response/{response}", is_tie=outcome == "tie")
    rows = pairs_here().filter(source_photo__photo_id__in=photo_ids).order_by("pk")
    for photo, first, second, pk, for_first, for_second, ties in rows.values_list(*_THEIRS):
        ends = _ends(first, second)
        tally = found[photo].setdefault(ends, Tally(ends))
        for winner, count in ((first, for_first), (second, for_second), (None, ties)):
            if count:
                tally.add(winner, f"importedpair/{pk}", count=count, is_tie=True)
    return {photo: [tallies[ends] for ends in sorted(tallies)] for photo, tallies in found.items()}


def _newest(
    photo_ids: Sequence[int],
) -> dict[tuple[int, Ends, int], tuple[str, int, int, int]]:
    """By photo, crops and person: outcome, first, second and response of the newest vote."""
    votes = PairVote.objects.filter(photo__in=photo_ids, is_current=True).order_by("pk")
    return {
        (photo, _ends(first, second), person): (outcome, first, second, response)
        for photo, first, second, person, outcome, response in votes.values_list(*_OURS)
    }


def _ends(first: int, second: int) -> Ends:
    return (first, second) if first < second else (second, first)
