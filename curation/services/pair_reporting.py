"""What all pair votes of a project say together: counts, the favoured side of everybody and of each
person, whether ratings foretell the choice, and the fit of ratings and pairs on one scale."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Project
from curation.models import PairFigures
from curation.selectors.reliability import reliability
from curation.services.courses import as_told
from curation.services.pair_columns import GivenHere
from measures.statistics.calibration import Calibration
from measures.statistics.side_bias import SideBias, side_bias


def pair_report(project: Project, given: GivenHere, combined: dict[str, Any]) -> dict[str, Any]:
    """Plain numbers and words, ready for JSON; what is not known is a sentence under "unknown"."""
    left = sum(sides[0] for sides in given.sides.values())
    right = sum(sides[1] for sides in given.sides.values())
    votes, ties = given.said.total(), given.said["tie"]
    return {
        "votes": votes, "people": len(given.sides), "photos": len(given.photos), "ties": ties,
        "undecided": votes - left - right - ties, "left": _side(left, right),
        "sides": {str(person): _side(*sides) for person, sides in sorted(given.sides.items())},
        "reliability": as_told(reliability(project), _reliability_told),
        "combined": combined,
    }  # fmt: skip


def store_pair_report(project: Project, figures: dict[str, Any], as_of: datetime) -> None:
    """Of two at once the later reading stands."""
    row, is_new = PairFigures.objects.get_or_create(
        project=project, defaults={"figures": figures, "computed_at": as_of}
    )
    if not is_new:
        rows = PairFigures.objects.filter(pk=row.pk, computed_at__lte=as_of)
        rows.update(figures=figures, computed_at=as_of)


def _reliability_told(found: Calibration) -> dict[str, Any]:
    bins = [
        {
            "from": each.low, "to": each.high, "predicted": each.predicted,
            "observed": each.observed.share, "low": each.observed.interval.low,
            "high": each.observed.interval.high, "n": each.observed.n,
        }
        for each in found.bins
    ]  # fmt: skip
    return {"n": found.n, "error": found.error, "brier": found.brier, "bins": bins}


def _side(left: int, right: int) -> dict[str, Any]:
    return as_told(side_bias([1] * left + [-1] * right), _side_told)


def _side_told(found: SideBias) -> dict[str, Any]:
    share = found.left
    return {
        "share": share.share, "low": share.interval.low, "high": share.interval.high, "n": share.n,
        "is_biased": found.is_biased,
    }  # fmt: skip
