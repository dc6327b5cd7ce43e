"""The primary score, fitted in the background to all votes of a project that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

import numpy as np
from django.db import transaction

from curation.models import RaterFigures, ScaleFit, Score, ScoreKind
from curation.services.score_rows import wait_in_line, write_scores
from curation.services.vote_columns import Columns
from measures.statistics import primary
from measures.statistics.known import Known, NotKnown, value_or_none
from measures.statistics.leaving_out import leaving_out
from measures.statistics.primary import PrimaryFit
from measures.statistics.ranks import ranks_within

# Grades are whole numbers on both scales.
STEP = 1.0
# A score that moved by less than this is left as it was written.
SAME = 1e-6
# Each rater's leaving takes two fits of all votes, at about 2 s for a million (docs/benchmarks.md).
MOST_VOTES_TRIED = 10_000_000


def fit_scale(project_id: int, kind: ScoreKind, votes: Columns, as_of: datetime) -> PrimaryFit:
    """Fit the primary score to the votes and keep it: scores, groups, habits."""
    fit = primary.fit_primary(votes.people, votes.things, votes.values, step=STEP)
    without = _without_each(fit, votes)
    with transaction.atomic():
        wait_in_line(project_id)
        _store_habits(project_id, kind, fit, without, as_of)
        _store_scores(project_id, kind, fit, dict(zip(votes.things, votes.photos, strict=True)))
    return fit


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
    without: Mapping[int, dict[str, float]],
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
        _figures(project_id, kind, fit, int(person), fits[group], without.get(int(person), {}))
        for person, group in zip(fit.raters, fit.rater_component, strict=True)
        if person > 0  # raters of imported votes are none of our people
    )


def _figures(
    project_id: int,
    kind: ScoreKind,
    fit: PrimaryFit,
    person: int,
    group: ScaleFit,
    without: dict[str, float],
) -> RaterFigures:
    row = int(np.searchsorted(fit.raters, person))
    figures = RaterFigures(
        project_id=project_id, kind=kind, person_id=person, fit=group,
        n=int(fit.rater_n[row]), without=without,
    )  # fmt: skip
    match fit.rater(person):
        case Known(habits):
            figures.bias, figures.inconsistency = habits.bias, habits.inconsistency
        case NotKnown() as reason:
            figures.unknown = str(reason)
    return figures


def _store_scores(
    project_id: int, kind: ScoreKind, fit: PrimaryFit, photo_of: Mapping[int, int]
) -> None:
    """Write what changed; a score that is not known any more goes."""
    known = np.isfinite(fit.mean)
    things = fit.items[known].tolist()
    photos = [photo_of[thing] for thing in things]
    places = ranks_within(photos, fit.mean[known]).tolist()
    stored = _stored(project_id, kind)
    numbers = zip(things, photos, places, np.flatnonzero(known).tolist(), strict=True)
    changed = (
        _score(project_id, kind, photo, thing, fit, row, place)
        for thing, photo, place, row in numbers
        if not _is_same(stored.get(thing), fit, row, place)
    )
    write_scores(changed)
    gone = [stored[thing][0] for thing in stored.keys() - set(things)]
    Score.objects.filter(pk__in=gone).delete()


_Stored = tuple[int, float, float | None, int, int | None, bool]


def _stored(project_id: int, kind: ScoreKind) -> dict[int, _Stored]:
    rows = Score.objects.filter(project_id=project_id, kind=kind, method=primary.METHOD)
    thing = "crop_id" if kind is ScoreKind.CROP else "photo_id"
    told = rows.values_list(thing, "pk", "value", "low", "n", "rank", "is_provisional")
    return {row[0]: row[1:] for row in told}


def _is_same(stored: _Stored | None, fit: PrimaryFit, row: int, place: int) -> bool:
    if stored is None:
        return False
    _, value, low, n, rank, is_provisional = stored
    moved = abs(value - fit.mean[row]) + abs((low or 0) - fit.mean[row] + fit.half_width[row])
    return bool(
        moved < SAME and n == fit.item_n[row] and rank in (place, None) and not is_provisional
    )


def _score(
    project_id: int, kind: ScoreKind, photo: int, thing: int, fit: PrimaryFit, row: int, place: int
) -> Score:
    mean, half = float(fit.mean[row]), float(fit.half_width[row])
    is_crop = kind is ScoreKind.CROP
    return Score(
        project_id=project_id, kind=kind, photo_id=photo, crop_id=thing if is_crop else None,
        method=primary.METHOD, method_version=primary.VERSION, value=mean,
        n=int(fit.item_n[row]), sd=float(fit.sd[row]), low=mean - half, high=mean + half,
        rank=place if is_crop else None,
    )  # fmt: skip
