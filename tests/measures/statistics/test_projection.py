"""P.910's alternating projection and its collapse."""

from __future__ import annotations

import numpy as np
import pytest

from measures.statistics import Known, NotKnown
from measures.statistics.projection import Projection, alternating_projection
from tests.measures.reference_data import needs_reference_data, reference_json


def columns(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rater, item, score) of a raters by items table, nan where nobody voted."""
    rater, item = np.nonzero(~np.isnan(table))
    return rater, item, table[rater, item]


def panel(seed: int, raters: int, items: int, missing: float = 0.0) -> np.ndarray:
    """Simulated integer votes, raters by items; the first rater is erratic."""
    rng = np.random.default_rng(seed)
    noise = np.append(1.5, rng.uniform(0.4, 0.9, raters - 1))[:, None]
    votes = rng.normal(3, 1, items) + rng.normal(0, 0.4, (raters, 1))
    votes = np.clip(np.round(votes + noise * rng.normal(size=(raters, items))), 1, 5)
    return np.where(rng.random(votes.shape) < missing, np.nan, votes)


def by_recipe(table: np.ndarray, rounds: int = 1000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The recipe of P.910 over a table with nan, written out: psi, bias, inconsistency."""
    psi = np.nanmean(table, axis=0)
    bias = np.nanmean(table - psi, axis=1)
    for _ in range(rounds):
        before = psi
        v = np.nanstd(table - psi - bias[:, None], axis=1)
        weight = np.where(np.isnan(table), np.nan, (1 / (v**2 + 1e-8))[:, None])
        psi = np.nansum(weight * (table - bias[:, None]), axis=0) / np.nansum(weight, axis=0)
        bias = np.nanmean(table - psi, axis=1)
        if np.linalg.norm(psi - before) < 1e-8:
            break
    v = np.nanstd(table - psi - bias[:, None], axis=1)
    return psi + bias.mean(), bias - bias.mean(), v


def known(table: np.ndarray) -> Projection:
    """A fit that must exist."""
    found = alternating_projection(*columns(table))
    assert isinstance(found, Known)
    return found.value


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_it_follows_the_recipe(missing: float) -> None:
    table = panel(1, 20, 60, missing)
    found = known(table)
    psi, bias, v = by_recipe(table)
    assert found.psi == pytest.approx(psi, abs=1e-6)
    assert found.bias == pytest.approx(bias, abs=1e-6)
    assert found.inconsistency == pytest.approx(v, abs=1e-6)
    around = table - found.psi - found.bias[:, None]
    n = (~np.isnan(table)).sum(axis=0)
    assert found.se == pytest.approx(np.nanstd(around, axis=0) / np.sqrt(n), abs=1e-6)
    assert found.warning == ""


@needs_reference_data
def test_a_real_panel() -> None:
    rows = list(reference_json("cadb/composition_scores.json").values())[:800]
    table = np.array([row["scores"] for row in rows]).T
    found = known(table)
    psi, bias, v = by_recipe(table)
    assert found.psi == pytest.approx(psi, abs=1e-6)
    assert found.bias == pytest.approx(bias, abs=1e-6)
    assert found.inconsistency == pytest.approx(v, abs=1e-6)


def test_few_raters_collapse_and_it_says_so() -> None:
    fits = [known(panel(seed, 3, 60)) for seed in range(8)]
    assert sum(bool(fit.collapsed) for fit in fits) >= 7
    fit = next(fit for fit in fits if fit.collapsed)
    assert "collapsed onto 1 of 3 raters" in fit.warning
    assert min(fit.inconsistency) < 0.05


def test_a_constant_added_to_one_rater_moves_only_that_bias() -> None:
    table = panel(2, 12, 50)
    moved = table.copy()
    moved[4] += 1.2
    before, after = known(table), known(moved)
    expected = np.full(12, -0.1)
    expected[4] += 1.2
    assert after.bias - before.bias == pytest.approx(expected, abs=1e-6)
    assert after.psi - before.psi == pytest.approx(np.full(50, 0.1), abs=1e-6)
    assert after.inconsistency == pytest.approx(before.inconsistency, abs=1e-6)


def test_one_vote_and_no_residual_have_no_interval() -> None:
    table = panel(3, 12, 30)
    table[1:, 0] = np.nan
    found = known(table)
    assert isinstance(found.interval(0), NotKnown)
    second = found.interval(1)
    assert isinstance(second, Known)
    assert second.value.half_width == pytest.approx(1.959964 * found.se[1], rel=1e-6)
    assert isinstance(known(np.tile([1.0, 3, 5], (3, 1))).interval(0), NotKnown)


def test_undefined_cases_say_why() -> None:
    assert "nobody" in str(alternating_projection([], [], []))
    assert "only one rater" in str(alternating_projection([1, 1], [1, 2], [3, 4]))
    assert "share no item" in str(alternating_projection([1, 2], [1, 2], [3, 4]))
