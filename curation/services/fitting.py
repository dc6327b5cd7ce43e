"""The primary score, fitted in the background to all votes of a project that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
from django.db import transaction

from curation.models import RaterFigures, ScaleFit, ScoreKind
from curation.services.courses import Course, courses_of
from curation.services.fitted_scores import Fitted, store_fitted
from curation.services.score_rows import wait_in_line
from curation.services.vote_columns import Columns
from measures.statistics import primary
from measures.statistics.known import Known, NotKnown, value_or_none
from measures.statistics.leaving_out import leaving_out
from measures.statistics.primary import PrimaryFit

# Grades are whole numbers on both scales.
STEP = 1.0
# Each rater's leaving takes two fits of all votes, at about 2 s for a million (docs/benchmarks.md).
MOST_VOTES_TRIED = 10_000_000


@dataclass(frozen=True)
class _OfEach:
    """What is told of each person beside the habits."""

    without: Mapping[int, dict[str, float]]
    courses: Mapping[int, Course]


def fit_scale(project_id: int, kind: ScoreKind, votes: Columns, as_of: datetime) -> PrimaryFit:
    """Fit the primary score to the votes and keep it: scores, groups, habits."""
    fit = primary.fit_primary(votes.people, votes.things, votes.values, step=STEP)
    of_each = _OfEach(_without_each(fit, votes), courses_of(kind, votes, fit))
    with transaction.atomic():
        wait_in_line(project_id)
        _store_habits(project_id, kind, fit, of_each, as_of)
        photo_of = dict(zip(votes.things, votes.photos, strict=True))
        store_fitted(project_id, kind, _scores(fit), photo_of)
    return fit


def _scores(fit: PrimaryFit) -> Fitted:
    return Fitted(
        primary.METHOD, primary.VERSION, fit.items, fit.mean, fit.half_width, fit.sd, fit.item_n
    )


def _without_each(fit: PrimaryFit, votes: Columns) -> dict[int, dict[str, float]]:
    """By person how the scores would move without their votes; nothing where that takes too long."""
    people = [int(person) for person in fit.raters if person > 0]
    if len(people) * len(votes) > MOST_VOTES_TRIED:
        return {}
    found = {}
    for person in people:
        moved = leaving_out(person, votes.people, votes.things, votes.values, step=STEP)
        if isinstance(moved, Known):
            told = asdict(moved.value)
            found[person] = {**told, "reordered": value_or_none(moved.value.reordered)}
    return found


def _store_habits(
    project_id: int,
    kind: ScoreKind,
    fit: PrimaryFit,
    of_each: _OfEach,
    as_of: datetime,
) -> None:
    ScaleFit.objects.filter(project_id=project_id, kind=kind).delete()
    fits = ScaleFit.objects.bulk_create(
        ScaleFit(
            project_id=project_id, kind=kind, group=group, n_items=part.n_items,
            n_raters=part.n_raters, parameters={} if part.reason_unknown else asdict(part),
            unknown=part.reason_unknown, method_version=primary.VERSION, computed_at=as_of,
        )
        for group, part in enumerate(fit.components)
    )  # fmt: skip
    RaterFigures.objects.bulk_create(
        _figures(project_id, kind, fit, int(person), fits[group], of_each)
        for person, group in zip(fit.raters, fit.rater_component, strict=True)
        if person > 0  # raters of imported votes are none of our people
    )


def _figures(
    project_id: int,
    kind: ScoreKind,
    fit: PrimaryFit,
    person: int,
    group: ScaleFit,
    of_each: _OfEach,
) -> RaterFigures:
    row = int(np.searchsorted(fit.raters, person))
    course = of_each.courses[person]
    figures = RaterFigures(
        project_id=project_id, kind=kind, person_id=person, fit=group,
        n=int(fit.rater_n[row]), without=of_each.without.get(person, {}), grades=course.grades,
        course=course.told,
    )  # fmt: skip
    match fit.rater(person):
        case Known(habits):
            figures.bias, figures.inconsistency = habits.bias, habits.inconsistency
        case NotKnown() as reason:
            figures.unknown = str(reason)
    return figures
