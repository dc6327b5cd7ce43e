"""The effect of leaving a rater out."""

from __future__ import annotations

import numpy as np
import pytest

from measures.statistics import Known
from measures.statistics.leaving_out import LeftOut, leaving_out
from measures.statistics.primary import fit_primary

Votes = tuple[np.ndarray, np.ndarray, np.ndarray]


def panel() -> Votes:
    """Five raters on forty items, the last careless."""
    rng = np.random.default_rng(1)
    table = rng.normal(5, 1.5, 40) + rng.normal(0, 1, (5, 40)) * [[0.5]] * 5
    table[4] = rng.uniform(1, 9, 40)
    rater, item = np.nonzero(np.ones((5, 40)))
    return rater, item, table[rater, item]


def known(rater: int, votes: Votes) -> LeftOut:
    """An effect that must exist."""
    found = leaving_out(rater, *votes)
    assert isinstance(found, Known)
    return found.value


def test_it_compares_two_fits() -> None:
    rater, item, score = votes = panel()
    kept = rater != 2
    change = fit_primary(rater[kept], item[kept], score[kept]).mean - fit_primary(*votes).mean
    found = known(2, votes)
    assert found.mean_shift == pytest.approx(change.mean())
    assert found.rms_change == pytest.approx(change.std())
    assert (found.n_items, found.lost) == (40, 0)


def test_a_raters_severity_changes_nothing_but_the_level() -> None:
    rater, item, score = panel()
    severe = (rater, item, score + 2.0 * (rater == 1))
    before, after = known(1, (rater, item, score)), known(1, severe)
    assert after.rms_change == pytest.approx(before.rms_change, abs=1e-4)
    assert after.reordered == before.reordered
    assert after.mean_shift == pytest.approx(before.mean_shift - 0.4, abs=1e-4)


def test_what_is_lost_is_counted_and_a_stranger_changes_nothing() -> None:
    rater, item, score = panel()
    votes = np.append(rater, 3), np.append(item, 99), np.append(score, 5.0)
    assert known(3, votes).lost == 1
    assert "nothing yet" in str(leaving_out(77, *votes))
    two = rater < 2
    assert "with and without" in str(leaving_out(0, rater[two], item[two], score[two]))
