"""Ratings and pair votes on one scale: the combined scores of a project's crops, fitted in the
background where both kinds of vote are there; otherwise a sentence says why not."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import transaction
from scipy.special import expit, ndtri

from curation.models import Score, ScoreKind
from curation.services.fitted_scores import Fitted, store_fitted
from curation.services.pair_columns import PairColumns
from curation.services.score_rows import wait_in_line
from curation.services.vote_columns import Columns
from measures.statistics import combined
from measures.statistics.combined import Combined, fit_combined
from measures.statistics.known import Known, Maybe, NotKnown

STEP = 1.0
# Above this the fit would hold the worker for minutes: a step of each compared group in each round.
MOST_PAIR_VOTES = 500_000
MOST_ROUNDS = 300
NORMAL_95 = float(ndtri(0.975))

NO_PAIRS = NotKnown("nobody has compared crops of this project")
NO_RATINGS = NotKnown("nobody has rated crops of this project, so pairs have no grade to stand on")
NOT_JOINED = NotKnown("no crop that was compared belongs to a photo whose crops were rated")
TOO_MANY = NotKnown(f"it is computed for up to {MOST_PAIR_VOTES:,} pair votes")
RESTLESS = NotKnown("the fit did not come to rest")


def combine(project_id: int, ratings: Columns, pairs: PairColumns) -> dict[str, Any]:
    """Fit and keep the scores of crops; what a page says of the fit, as JSON."""
    found = _fitted(ratings, pairs)
    with transaction.atomic():
        wait_in_line(project_id)
        if isinstance(found, Known):
            photo_of = pairs.photo_of | dict(zip(ratings.things, ratings.photos, strict=True))
            store_fitted(project_id, ScoreKind.CROP, _scores(found.value, ratings, pairs), photo_of)
        else:
            Score.objects.filter(project_id=project_id, method=combined.METHOD).delete()
    return _told(found, len(ratings), len(pairs))


def _fitted(ratings: Columns, pairs: PairColumns) -> Maybe[Combined]:
    if not len(pairs):
        return NO_PAIRS
    if not len(ratings):
        return NO_RATINGS
    if len(pairs) > MOST_PAIR_VOTES:
        return TOO_MANY
    if not set(pairs.photo_of.values()) & set(ratings.photos):
        return NOT_JOINED
    found = fit_combined(
        (ratings.people, ratings.things, ratings.values), (pairs.first, pairs.second, pairs.choice),
        step=STEP, max_rounds=MOST_ROUNDS,
    )  # fmt: skip
    return RESTLESS if isinstance(found, Known) and not found.value.has_converged else found


def _scores(found: Combined, ratings: Columns, pairs: PairColumns) -> Fitted:
    """``n`` counts a crop's ratings and its comparisons."""
    n = np.zeros(found.items.size, dtype=np.int64)
    for column in (ratings.things, pairs.first, pairs.second):
        np.add.at(n, np.searchsorted(found.items, np.asarray(column)), 1)
    return Fitted(
        combined.METHOD, combined.VERSION, found.items.astype(np.int64), found.mean,
        NORMAL_95 * found.sd, found.sd, n,
    )  # fmt: skip


def _told(found: Maybe[Combined], ratings: int, pairs: int) -> dict[str, Any]:
    if isinstance(found, NotKnown):
        return {"unknown": str(found)}
    fit = found.value
    return {
        "value": {
            "ratings": ratings, "pairs": pairs, "crops": int(fit.items.size),
            "raters": int(fit.raters.size), "kappa": fit.kappa,
            "a_grade_apart": float(expit(fit.kappa)), "version": combined.VERSION,
        }
    }  # fmt: skip
