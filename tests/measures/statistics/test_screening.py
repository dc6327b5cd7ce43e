"""BT.500 and correlation screening against loops written from the recommendation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kurtosis, pearsonr

from measures.statistics import Known, NotKnown
from measures.statistics.screening import Bt500, Screened, bt500, correlation_screen
from tests.measures.reference_data import needs_reference_data, reference_json


def votes(seed: int, raters: int = 24, items: int = 40) -> np.ndarray:
    """Items by raters, integer votes; the last two raters vote at random."""
    rng = np.random.default_rng(seed)
    table = rng.normal(3, 1, (items, 1)) + rng.normal(0, 0.5, (items, raters))
    table[:, -2:] = rng.uniform(0.5, 5.5, (items, 2))
    return np.clip(np.round(table), 1, 5)


def columns(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(rater, item, score) of an items by raters table."""
    item, rater = np.nonzero(~np.isnan(table))
    return rater, item, table[item, rater]


def by_loop(table: np.ndarray) -> dict[int, Screened]:
    """The rule of BT.500, cell by cell."""
    counts = {rater: [0, 0] for rater in range(table.shape[1])}
    for row in table:
        sd = row.std(ddof=1)
        if sd == 0:
            continue
        reach = 2 * sd if 2 <= kurtosis(row, fisher=False) <= 4 else 20**0.5 * sd
        for rater, vote in enumerate(row):
            counts[rater][0] += int(vote >= row.mean() + reach)
            counts[rater][1] += int(vote <= row.mean() - reach)
    found = {}
    for rater, (up, down) in counts.items():
        far = up + down
        is_rejected = far / len(table) > 0.05 and abs(up - down) / far < 0.3
        found[rater] = Screened(len(table), up, down, is_rejected)
    return found


def known(table: np.ndarray) -> Bt500:
    """A screening that must exist."""
    found = bt500(*columns(table))
    assert isinstance(found, Known)
    return found.value


@pytest.mark.parametrize("seed", range(4))
def test_bt500_agrees_with_the_rule_written_out(seed: int) -> None:
    table = votes(seed)
    assert known(table).raters == by_loop(table)


def test_bt500_finds_a_careless_rater() -> None:
    table = votes(9, items=60)
    table[:, -1] = np.where(np.arange(60) % 2, 1, 5)
    found = known(table)
    assert found.raters[23].is_rejected
    assert not any(found.raters[rater].is_rejected for rater in range(22))


def test_bt500_is_refused_where_it_cannot_fire_and_warns_where_it_hardly_can() -> None:
    assert "below 6 votes" in str(bt500(*columns(votes(1, raters=5))))
    assert "22" in known(votes(1, raters=12)).warning
    assert known(votes(1, raters=22)).warning == ""


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5))
def test_below_six_votes_none_lies_two_deviations_away(row: list[int]) -> None:
    sd = np.std(row, ddof=1)
    assert sd == 0 or np.abs(np.array(row) - np.mean(row)).max() < 2 * sd


def by_pearson(table: np.ndarray, rater: int) -> float:
    """The rater against the mean of all others."""
    others = np.delete(table, rater, axis=1)
    return float(pearsonr(table[:, rater], np.nanmean(others, axis=1)).statistic)


def test_correlation_finds_the_random_raters() -> None:
    table = votes(3, items=100)
    found = correlation_screen(*columns(table))
    for rater in range(24):
        each = found[rater]
        assert isinstance(each, Known)
        assert each.value.r == pytest.approx(by_pearson(table, rater), abs=1e-9)
        assert each.value.is_rejected == (rater >= 22)


@needs_reference_data
def test_correlation_on_a_real_panel() -> None:
    rows = list(reference_json("cadb/composition_scores.json").values())
    table = np.array([row["scores"] for row in rows])
    found = correlation_screen(*columns(table))
    for rater in range(5):
        each = found[rater]
        assert isinstance(each, Known)
        assert each.value.r == pytest.approx(by_pearson(table, rater), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(24)))
def test_relabelling_raters_changes_nothing(names: list[int]) -> None:
    rater, item, score = columns(votes(5))
    before, label = bt500(rater, item, score), np.array(names)
    after = bt500(label[rater], item, score)
    assert isinstance(before, Known)
    assert isinstance(after, Known)
    assert all(after.value.raters[label[at]] == before.value.raters[at] for at in range(24))


def test_too_few_items_or_no_spread_say_why() -> None:
    few = correlation_screen(*columns(votes(1, items=9)))
    assert "fewer than 10 items" in str(few[0])
    table = votes(1, items=12)
    table[:, 0] = 3
    assert "all equal" in str(correlation_screen(*columns(table))[0])
    alone = correlation_screen([1] * 12, range(12), range(12))
    assert isinstance(alone[1], NotKnown)
