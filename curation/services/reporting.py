"""The figures of a P.910 or BT.500 style report: what was rated, by whom, how well, and what the
screening rules would say. Nobody is removed by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from curation.models import ProtocolReport, ScoreKind
from curation.selectors.quality import ENDS, STEPS
from curation.services.vote_columns import Columns
from measures.statistics import mos, primary
from measures.statistics.ceiling import noise_ceiling
from measures.statistics.icc import reliability_of_fit
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.primary import PrimaryFit
from measures.statistics.projection import alternating_projection
from measures.statistics.screening import Bt500, Correlated, bt500, correlation_screen
from measures.statistics.sos import sos_hypothesis

# Rules that take long are left out above so many votes, and say so.
MOST_VOTES = 200_000
SPLITS = 50
TOO_MANY = NotKnown(f"it is computed for up to {MOST_VOTES:,} votes")


def report_on(kind: ScoreKind, votes: Columns, fit: PrimaryFit) -> dict[str, Any]:
    """Plain numbers and words, ready for JSON; what is not known is a sentence under its name."""
    low, high = ENDS[kind]
    things, people, values = votes.things, votes.people, votes.values
    table = mos.mos_table(things, values)
    sos = sos_hypothesis(things, values, low=low, high=high)
    return {
        "low": low, "high": high, "votes": len(votes), "things": int(table.n.size),
        "raters": int(np.unique(people).size), "photos": int(np.unique(votes.photos).size),
        "distribution": _distribution(kind, table.mean),
        "votes_each": [int(table.n.min()), float(np.median(table.n)), int(table.n.max())],
        "mos_version": mos.VERSION, "primary_version": primary.VERSION,
        "mos_half_width": _middle((table.high - table.low) / 2),
        "primary_half_width": _middle(fit.half_width),
        "reliability": _middle(reliability_of_fit(fit)),
        "sos_a": _told(sos, lambda found: found.a),
        "ceiling": _ceiling(votes),
        "screened": _screening(votes),
    }  # fmt: skip


def store_report(
    project_id: int, kind: ScoreKind, figures: dict[str, Any] | None, as_of: datetime
) -> None:
    """Of two at once the later reading stands; without votes (None) there is no report."""
    if figures is None:
        rows = ProtocolReport.objects.filter(project_id=project_id, kind=kind)
        rows.filter(computed_at__lte=as_of).delete()
        return
    row, is_new = ProtocolReport.objects.get_or_create(
        project_id=project_id, kind=kind, defaults={"figures": figures, "computed_at": as_of}
    )
    if not is_new:
        rows = ProtocolReport.objects.filter(pk=row.pk, computed_at__lte=as_of)
        rows.update(figures=figures, computed_at=as_of)


def _distribution(kind: ScoreKind, means: npt.NDArray[np.float64]) -> list[int]:
    """How many mean scores lie in each part of the scale; the last part holds its top too."""
    (low, high), steps = ENDS[kind], STEPS[kind]
    parts = (high - low) * steps
    place = np.clip(np.floor((means - low) * steps).astype(np.int64), 0, parts - 1)
    return [int(n) for n in np.bincount(place, minlength=parts)]


def _middle(column: Any) -> float | None:
    """The median of what is known."""
    known = np.asarray(column, dtype=np.float64)
    known = known[np.isfinite(known)]
    return float(np.median(known)) if known.size else None


def _told(found: Maybe[Any], read: Any) -> Any:
    return read(found.value) if isinstance(found, Known) else str(found)


def _ceiling(votes: Columns) -> Any:
    if len(votes) > MOST_VOTES:
        return str(TOO_MANY)
    found = noise_ceiling(votes.people, votes.things, votes.values, splits=SPLITS)
    return _told(found, lambda each: _told(each.spearman.ceiling, float))


def _screening(votes: Columns) -> dict[str, Any]:
    people, things, values = votes.people, votes.things, votes.values
    bt = bt500(people, things, values)
    correlated = correlation_screen(people, things, values)
    projected: Maybe[Any] = TOO_MANY
    if len(votes) <= MOST_VOTES:
        projected = alternating_projection(people, things, values)
    return {
        "bt500": str(bt) if isinstance(bt, NotKnown) else bt.value.warning,
        "projection": _told(projected, lambda found: sorted(map(int, found.collapsed))),
        "raters": [
            {"person": int(str(person)), **_bt(bt, person), **_correlation(correlated, person)}
            for person in sorted(correlated, key=lambda each: int(str(each)))
        ],
    }


def _bt(found: Maybe[Bt500], person: object) -> dict[str, Any]:
    if isinstance(found, NotKnown):
        return {"above": None, "below": None, "is_rejected": None}
    each = found.value.raters[person]
    return {"above": each.above, "below": each.below, "is_rejected": each.is_rejected}


def _correlation(found: Mapping[object, Maybe[Correlated]], person: object) -> dict[str, Any]:
    match found[person]:
        case Known(each):
            return {"r": each.r, "n": each.n, "is_uncorrelated": each.is_rejected}
        case NotKnown() as reason:
            return {"r": None, "n": None, "is_uncorrelated": None, "why": str(reason)}
