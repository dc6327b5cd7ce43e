"""The noise ceiling against the truth of simulated panels."""

from __future__ import annotations

import numpy as np
import pytest

from measures.statistics import Known
from measures.statistics.ceiling import NoiseCeiling, noise_ceiling
from measures.statistics.icc import icc
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.real_panel import as_columns, cadb_table


def known(table: np.ndarray, splits: int = 100) -> NoiseCeiling:
    """A ceiling that must exist."""
    found = noise_ceiling(*as_columns(table), splits=splits)
    assert isinstance(found, Known)
    return found.value


def test_the_truth_itself_reaches_the_ceiling() -> None:
    rng = np.random.default_rng(1)
    truth = rng.normal(0, 1, 3000)
    table = truth[:, None] + rng.normal(0, 1.2, (3000, 6))
    found = known(table, splits=20)
    reached = np.corrcoef(truth, table.mean(axis=1))[0, 1]
    assert isinstance(found.pearson.ceiling, Known)
    assert found.pearson.ceiling.value == pytest.approx(reached, abs=0.01)
    assert found.pearson.panel == pytest.approx(1 / (1 + 1.44 / 6), abs=0.01)


def test_two_raters_have_one_split() -> None:
    table = np.random.default_rng(2).normal(size=(50, 1)) + np.random.default_rng(3).normal(
        size=(50, 2)
    )
    swapped = [known(table, splits).pearson.halves for splits in (400, 800)]
    # Who is in which half is drawn anew for each item.
    assert swapped[0] == pytest.approx(swapped[1], abs=0.02)


@needs_reference_data
def test_on_a_real_panel_it_is_the_reliability_of_exchangeable_raters() -> None:
    table = cadb_table()
    shuffled = np.random.default_rng(1).permuted(table, axis=1)
    found, block = known(table, splits=10), icc(shuffled)
    assert isinstance(block, Known)
    assert found.pearson.panel == pytest.approx(block.value.agreement_mean.value, abs=0.01)


def test_undefined_cases_say_why() -> None:
    assert "fewer than 10 items" in str(noise_ceiling([1, 2], [1, 1], [3, 4]))
    flat = np.full((12, 3), 4.0)
    assert "no spread" in str(noise_ceiling(*as_columns(flat)))
    against = np.stack([np.arange(12.0), -np.arange(12.0)], axis=1)
    found = known(against, splits=5)
    assert "do not agree" in str(found.pearson.ceiling)
