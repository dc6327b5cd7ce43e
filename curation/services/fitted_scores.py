"""Keeping what a fit says of every crop or photo: only what changed is written, what is not known
any more goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.models import Score, ScoreKind
from curation.services.score_rows import write_scores
from measures.statistics.ranks import ranks_within

# A score that moved by less than this is left as it was written.
SAME = 1e-6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """Columns by thing: crop or photo; ``half_width`` of the 95 % interval, ``n`` votes."""

    method: str
    version: str
    things: npt.NDArray[np.int64]
    mean: Floats
    half_width: Floats
    sd: Floats
    n: npt.NDArray[np.int64]

    def known(self) -> Fitted:
        """Without the things that have no score."""
        rows = np.isfinite(self.mean)
        return Fitted(
            self.method, self.version, self.things[rows], self.mean[rows], self.half_width[rows],
            self.sd[rows], self.n[rows],
        )  # fmt: skip


_Stored = tuple[int, float, float | None, int, int | None, bool]


def store_fitted(
    project_id: int, kind: ScoreKind, fitted: Fitted, photo_of: Mapping[int, int]
) -> None:
    """All scores of this kind and method in the project; the caller holds the project's line."""
    found = fitted.known()
    things = found.things.tolist()
    photos = [photo_of[thing] for thing in things]
    places = ranks_within(photos, found.mean).tolist()
    stored = _stored(project_id, kind, fitted.method)
    write_scores(
        _score(project_id, kind, photo, found, row, place)
        for row, (thing, photo, place) in enumerate(zip(things, photos, places, strict=True))
        if not _is_same(stored.get(thing), found, row, place)
    )
    gone = [stored[thing][0] for thing in stored.keys() - set(things)]
    Score.objects.filter(pk__in=gone).delete()


def _stored(project_id: int, kind: ScoreKind, method: str) -> dict[int, _Stored]:
    rows = Score.objects.filter(project_id=project_id, kind=kind, method=method)
    thing = "crop_id" if kind is ScoreKind.CROP else "photo_id"
    told = rows.values_list(thing, "pk", "value", "low", "n", "rank", "is_provisional")
    return {row[0]: row[1:] for row in told.iterator(chunk_size=10_000)}


def _is_same(stored: _Stored | None, found: Fitted, row: int, place: int) -> bool:
    if stored is None:
        return False
    _, value, low, n, rank, is_provisional = stored
    moved = abs(value - found.mean[row]) + abs((low or 0) - found.mean[row] + found.half_width[row])
    return bool(moved < SAME and n == found.n[row] and rank in (place, None) and not is_provisional)


def _score(
    project_id: int, kind: ScoreKind, photo: int, found: Fitted, row: int, place: int
) -> Score:
    mean, half = float(found.mean[row]), float(found.half_width[row])
    is_crop = kind is ScoreKind.CROP
    return Score(
        project_id=project_id, kind=kind, photo_id=photo,
        crop_id=int(found.things[row]) if is_crop else None, method=found.method,
        method_version=found.version, value=mean, n=int(found.n[row]), sd=float(found.sd[row]),
        low=mean - half, high=mean + half, rank=place if is_crop else None,
    )  # fmt: skip
