"""Pair votes of a project: what they say of each photo's crops, where they leave gaps, and whether
the side on the screen had a say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Project, User
from annotation.models import PairVote
from catalog.models import Crop, Photo
from catalog.selectors.photos import is_large
from core.errors import NotAllowed, NotFound
from curation.models import PairFigures
from curation.selectors.blindness import HIDDEN, hidden_photos
from curation.selectors.imported_votes import imported_pair_votes, pairs_here
from measures.statistics.bradley_terry import bradley_terry
from measures.statistics.comparisons import Choice
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.next_pair import next_pairs
from measures.statistics.pair_beliefs import beliefs
from measures.statistics.pair_scores import PairScore, PairScores
from measures.statistics.triads import Triads, circular_triads

SUGGESTED = 3
NO_PAIRS = NotKnown("no pair votes of this person have been counted")
ONE_SCALE = NotKnown("no chain of comparisons joins all of its crops")
_FIELDS = ("photo_id", "person_id", "first_id", "second_id", "outcome", "first_on_left")


@dataclass
class Votes:
    """Pair votes as columns in the order of the screen; ``said`` counts every outcome."""

    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    choice: list[int] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    said: Counter[str] = field(default_factory=Counter)

    def add(self, person: int, first: int, second: int, outcome: str, first_on_left: bool) -> None:
        """One vote; what prefers neither crop and is no tie says nothing of the order."""
        self.said[outcome] += 1
        self.people.add(person)
        if outcome not in ("first", "second", "tie"):
            return
        self.left.append(first if first_on_left else second)
        self.right.append(second if first_on_left else first)
        is_left = (outcome == "first") == first_on_left
        decided = Choice.LEFT if is_left else Choice.RIGHT
        self.choice.append(Choice.NEITHER if outcome == "tie" else decided)

    @property
    def n(self) -> int:
        """All votes, those that say nothing of the order too."""
        return self.said.total()


@dataclass(frozen=True)
class Suggestion:
    """A pair of crops whose comparison would tell most, in bits."""

    first: Crop
    second: Crop
    information: float


@dataclass(frozen=True)
class ComparedPhoto:
    """A photo whose crops were compared."""

    photo: Photo
    crops: list[Crop]
    votes: Votes

    @cached_property
    def scores(self) -> PairScores:
        """Bradley-Terry worths of its crops."""
        return bradley_terry(self.votes.left, self.votes.right, self.votes.choice)

    @property
    def n_groups(self) -> int:
        """How many groups of crops no comparison joins."""
        return self.scores.votes.n_groups

    @property
    def is_regularised(self) -> bool:
        """Some crop won or lost every comparison, so that a prior holds its worth."""
        return bool(self.scores.is_regularised.any())

    def ranked(self) -> Maybe[list[tuple[Crop, PairScore]]]:
        """Crops with their worths, best first; refused where they have no common scale."""
        if self.n_groups != 1:
            return ONE_SCALE
        found = [(crop, self.scores.crop(crop.pk)) for crop in self.crops]
        known = [(crop, score.value) for crop, score in found if isinstance(score, Known)]
        return Known(sorted(known, key=lambda pair: -pair[1].worth))

    def won(self, one: Crop, other: Crop) -> float:
        """How many votes prefer the one; a tie is half a vote."""
        return sum(
            _share(left, right, said, one.pk, other.pk)
            for left, right, said in zip(
                self.votes.left, self.votes.right, self.votes.choice, strict=True
            )
        )

    @cached_property
    def triads(self) -> Maybe[Triads]:
        """Circles such as A over B, B over C, C over A in the majority's order."""
        return circular_triads(self.votes.left, self.votes.right, self.votes.choice)

    def suggestions(self) -> list[Suggestion]:
        """Which pairs to ask next."""
        ids = [crop.pk for crop in self.crops]
        held = beliefs(ids, self.votes.left, self.votes.right, self.votes.choice)
        pairs = next_pairs(held.worth, held.covariance, count=SUGGESTED, exploration=0.0)
        return [
            Suggestion(self.crops[pair.left], self.crops[pair.right], pair.information)
            for pair in pairs
        ]


def _share(left: int, right: int, said: int, one: int, other: int) -> float:
    if {left, right} != {one, other}:
        return 0.0
    if said == Choice.NEITHER:
        return 0.5
    return float((left if said == Choice.LEFT else right) == one)


def pair_figures(project: Project) -> dict[str, Any] | None:
    """What all pair votes given here say together, as last computed; None before that. What is not
    known has its reason under "unknown" in the place of "value"."""
    row = PairFigures.objects.filter(project=project).first()
    return None if row is None else dict(row.figures)


def favoured_side(project: Project, person_id: int) -> dict[str, Any]:
    """Whether the person's choices between two crops lean to one side of the screen."""
    figures = pair_figures(project) or {"sides": {}}
    found: dict[str, Any] = figures["sides"].get(str(person_id), {"unknown": str(NO_PAIRS)})
    return found


def compared_photos(project: Project) -> QuerySet[Photo]:
    """Photos with pair votes, given here or imported."""
    votes = PairVote.objects.filter(is_current=True)
    if is_large(project):  # from the votes on; else from the photos, most of which may have some
        given = votes.filter(photo__project=project).order_by().values("photo")
        found = given.union(pairs_here().order_by().values("source_photo__photo"))
        return Photo.objects.filter(pk__in=found, project=project)
    imported = pairs_here().filter(source_photo__photo=OuterRef("pk"))
    here = votes.filter(photo=OuterRef("pk"))
    return Photo.objects.filter(Exists(here) | Exists(imported), project=project)


def with_comparisons(
    project: Project, photos: Iterable[Photo], reader: User
) -> list[ComparedPhoto | Photo]:
    """These photos with their votes; the photo alone where the reader may still be asked."""
    chosen = list(photos)
    hidden = _hidden_ids(project, [photo.pk for photo in chosen], reader)
    votes: dict[int, Votes] = defaultdict(Votes)
    shown = [photo.pk for photo in chosen if photo.pk not in hidden]
    for photo_id, *vote in _votes(project).filter(photo__in=shown).values_list(*_FIELDS):
        votes[photo_id].add(*vote)
    for photo_id, person, first, second, outcome in imported_pair_votes(shown):
        # The side is not told; worths do not depend on it.
        votes[photo_id].add(person, first, second, outcome, first_on_left=True)
    crops = _crops(votes)
    return [
        photo if photo.pk in hidden else ComparedPhoto(photo, crops[photo.pk], votes[photo.pk])
        for photo in chosen
    ]


def comparisons_in(project: Project, photo_id: int, reader: User) -> ComparedPhoto:
    """One photo; `NotFound` without votes, `NotAllowed` while the reader is to stay blind."""
    photo = compared_photos(project).filter(pk=photo_id).first()
    if photo is None:
        raise NotFound("No crops of such a photo have been compared in this project.")
    (found,) = with_comparisons(project, [photo], reader)
    if isinstance(found, Photo):
        raise NotAllowed(HIDDEN, code="blind")
    return found


def pair_votes_on(photo_id: int) -> Iterator[tuple[int, int, str]]:
    """(first crop, second crop, outcome) of every pair vote on one photo that counts."""
    ours = PairVote.objects.filter(photo=photo_id, is_current=True).order_by("pk")
    yield from ours.values_list("first_id", "second_id", "outcome")
    for _, _, first, second, outcome in imported_pair_votes([photo_id]):
        yield first, second, outcome


def _votes(project: Project) -> QuerySet[PairVote]:
    return PairVote.objects.filter(photo__project=project, is_current=True).order_by("pk")


def _crops(votes: dict[int, Votes]) -> dict[int, list[Crop]]:
    """The compared crops of each photo, oldest first."""
    wanted: set[int] = set()
    for each in votes.values():
        wanted |= {*each.left, *each.right}
    found: dict[int, list[Crop]] = defaultdict(list)
    for crop in Crop.objects.filter(pk__in=wanted).order_by("pk"):
        found[crop.photo_id].append(crop)
    return found


def _hidden_ids(project: Project, ids: Sequence[int], reader: User) -> set[int]:
    hidden = hidden_photos(project, reader, photo="pk")
    if hidden is None:
        return set()
    return set(Photo.objects.filter(hidden, pk__in=ids).values_list("pk", flat=True))
