"""The primary score of what just got a vote, by the last fit: there at once, until the next fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from curation.models import RaterFigures, Score, ScoreKind
from curation.selectors.votes import Vote
from measures.statistics import primary
from measures.statistics.known import NotKnown
from measures.statistics.primary import Component, PrimaryScore, RaterHabits


def provisional_scores(
    project_id: int, votes: Mapping[tuple[int, int | None], Sequence[Vote]]
) -> list[Score]:
    """Primary scores of these photos and crops by the last fit, which is not computed again.

    Nothing for a thing whose raters the fit knows only in a group without scores, or in two groups.
    """
    people = {vote.person_id for given in votes.values() for vote in given}
    habits = _Habits.of(project_id, people)
    found = [habits.score(project_id, *key, given) for key, given in votes.items()]
    return [score for score in found if score is not None]


class _Habits:
    """What the last fits know of some people."""

    def __init__(self, figures: Iterable[RaterFigures]) -> None:
        self.of_person = {(row.kind, row.person_id): row for row in figures}

    @classmethod
    def of(cls, project_id: int, people: Iterable[int]) -> _Habits:
        rows = RaterFigures.objects.filter(project_id=project_id, person_id__in=people)
        return cls(rows.exclude(bias=None).select_related("fit"))

    def score(
        self, project_id: int, photo_id: int, crop_id: int | None, votes: Sequence[Vote]
    ) -> Score | None:
        kind = ScoreKind.PHOTO if crop_id is None else ScoreKind.CROP
        known = [self.of_person.get((kind, vote.person_id)) for vote in votes]
        fits = {row.fit_id: row.fit for row in known if row is not None}
        if len(fits) != 1:
            return None
        component = Component(**next(iter(fits.values())).parameters)
        habits = {
            row.person_id: RaterHabits(row.n, row.bias or 0.0, row.inconsistency or 0.0)
            for row in known
            if row is not None
        }
        given = {vote.person_id: vote.value for vote in votes}
        found = primary.score_with(component, given, habits)
        if isinstance(found, NotKnown):
            return None
        return _provisional(project_id, kind, photo_id, crop_id, found.value)


def _provisional(
    project_id: int, kind: ScoreKind, photo_id: int, crop_id: int | None, found: PrimaryScore
) -> Score:
    span = found.interval
    return Score(
        project_id=project_id, kind=kind, photo_id=photo_id, crop_id=crop_id,
        method=primary.METHOD, method_version=primary.VERSION, value=found.mean, n=found.n,
        sd=found.sd, low=span.low, high=span.high, is_provisional=True,
    )  # fmt: skip
