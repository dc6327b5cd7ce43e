"""Why a score is what it is, and which items divide the panel."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.contested import contested
from measures.statistics.contributions import contributions
from measures.statistics.primary import fit_primary
from measures.statistics.primary_results import Component
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.real_panel import as_columns, cadb_table


def panel(seed: int = 1, items: int = 300) -> np.ndarray:
    """Six raters, the last severe and careless."""
    rng = np.random.default_rng(seed)
    noise = np.array([0.5, 0.6, 0.7, 0.6, 0.5, 1.5])
    return rng.normal(5, 1, (items, 1)) + [0, 0, 0, 0, 0, -1] + noise * rng.normal(size=(items, 6))


def test_the_parts_sum_to_the_score() -> None:
    table = panel()
    fit = fit_primary(*as_columns(table), step=0, tolerance=1e-10)
    habits = {k: each.value for k in range(6) if isinstance(each := fit.rater(k), Known)}
    found = contributions(fit.components[0], dict(enumerate(table[9])), habits)
    assert isinstance(found, Known)
    assert found.value.score == pytest.approx(fit.mean[9])
    parts = found.value.votes
    assert sum(part.share for part in parts.values()) + found.value.prior_share == pytest.approx(1)
    assert parts[5].share == min(part.share for part in parts.values())
    assert parts[5].freed > parts[5].vote


def test_without_votes_or_fit_nothing_is_explained() -> None:
    component = Component(20, 3, 5.0, 1.0, 0.7)
    assert "nobody" in str(contributions(component, {}, {}))
    assert "only one rater" in str(contributions(Component(20, 1, 5, 1, 1), {1: 3.0}, {}))


def test_a_photo_that_divides_the_panel_is_found() -> None:
    table = panel()
    table[7, :5] = [2, 2, 8, 8, 5]
    votes = as_columns(table)
    found = contested(fit_primary(*votes, step=0), *votes)
    assert 7 in found.contested
    assert len(found.contested) < 12
    assert found.ratio.mean() == pytest.approx(1, abs=0.15)


@needs_reference_data
def test_the_ratio_on_a_real_panel_by_hand() -> None:
    table = cadb_table(200)
    votes = as_columns(table)
    fit = fit_primary(*votes)
    freed, weight = table - fit.bias, fit.inconsistency**-2
    best = (freed @ weight / weight.sum())[:, None]
    expected = ((freed - best) ** 2 @ weight) / 4
    assert contested(fit, *votes).ratio == pytest.approx(expected, abs=1e-6)


def test_one_vote_divides_nobody_and_strangers_are_refused() -> None:
    rater, item, score = as_columns(panel())
    votes = np.append(rater, 0), np.append(item, 999), np.append(score, 1.0)
    fit = fit_primary(*votes, step=0)
    assert np.isnan(contested(fit, *votes).p[-1])
    with pytest.raises(InvalidInput, match="not in the fit"):
        contested(fit, [77], [0], [3.0])
