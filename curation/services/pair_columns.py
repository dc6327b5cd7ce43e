"""Pair votes of a project as columns, given here and imported: read once by the background fit."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.models import Project
from annotation.models import PairVote
from curation.selectors.imported_votes import imported_pair_votes, pairs_here
from measures.statistics.comparisons import Choice

ROWS_AT_ONCE = 10_000
PHOTOS_AT_ONCE = 500
_FIELDS = ("photo_id", "person_id", "first_id", "second_id", "outcome", "first_on_left")
_CHOICES = {"first": Choice.LEFT, "second": Choice.RIGHT, "tie": Choice.NEITHER}


def _integers() -> array[int]:
    return array("q")


@dataclass
class PairColumns:
    """Votes that say something of the order: the crops first and second, and which is preferred (1
    the first, -1 the second, 0 neither). ``photo_of`` names each crop's photo."""

    first: array[int] = field(default_factory=_integers)
    second: array[int] = field(default_factory=_integers)
    choice: array[int] = field(default_factory=_integers)
    photo_of: dict[int, int] = field(default_factory=dict)

    def add(self, photo: int, first: int, second: int, outcome: str) -> None:
        """One vote; what prefers neither crop and is no tie is left out."""
        if outcome in _CHOICES:
            self.photo_of[first] = self.photo_of[second] = photo
            self.first.append(first)
            self.second.append(second)
            self.choice.append(_CHOICES[outcome])

    def __len__(self) -> int:
        return len(self.choice)


@dataclass
class GivenHere:
    """Counts of the votes that our own people gave. ``sides``: by person how often the left and the
    right was taken."""

    said: Counter[str] = field(default_factory=Counter)
    photos: set[int] = field(default_factory=set)
    sides: dict[int, list[int]] = field(default_factory=dict)

    def add(self, photo: int, person: int, outcome: str, first_on_left: bool) -> None:
        """One vote."""
        self.said[outcome] += 1
        self.photos.add(photo)
        sides = self.sides.setdefault(person, [0, 0])
        if outcome in ("first", "second"):
            sides[(outcome == "first") != first_on_left] += 1


def read_pairs(project: Project) -> tuple[PairColumns, GivenHere]:
    """Every pair vote of the project that counts, oldest first."""
    columns, given = PairColumns(), GivenHere()
    ours = PairVote.objects.filter(photo__project=project, is_current=True).order_by("pk")
    for row in ours.values_list(*_FIELDS).iterator(chunk_size=ROWS_AT_ONCE):
        photo, person, first, second, outcome, first_on_left = row
        columns.add(photo, first, second, outcome)
        given.add(photo, person, outcome, first_on_left)
    for photo, _, first, second, outcome in _imported(project):
        columns.add(photo, first, second, outcome)
    return columns, given


def _imported(project: Project) -> Iterator[tuple[int, int, int, int, str]]:
    here = pairs_here().filter(source_photo__photo__project=project)
    ids = here.order_by("source_photo__photo_id").values_list("source_photo__photo_id", flat=True)
    photos = list(ids.distinct())
    for start in range(0, len(photos), PHOTOS_AT_ONCE):
        yield from imported_pair_votes(photos[start : start + PHOTOS_AT_ONCE])
