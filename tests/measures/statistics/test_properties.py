"""What must hold for any votes: names mean nothing, and a rater's severity is that rater's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.statistics import Known
from measures.statistics.agreement import krippendorff_alpha
from measures.statistics.concordance import kendall_w
from measures.statistics.icc import icc
from measures.statistics.mos import mos_table
from measures.statistics.primary import fit_primary
from measures.statistics.projection import alternating_projection
from measures.statistics.screening import correlation_screen

Votes = tuple[np.ndarray, np.ndarray, np.ndarray]

RATERS, ITEMS = 5, 15
PROPERTY = settings(max_examples=25, deadline=None)
SEEDS = st.integers(0, 100_000)
RATER_NAMES, ITEM_NAMES = st.permutations(range(RATERS)), st.permutations(range(ITEMS))


def panel(seed: int, share: float = 0.85) -> Votes:
    """Whole grades of five raters on fifteen items, some missing."""
    rng = np.random.default_rng(seed)
    table = rng.normal(5, 1.5, ITEMS) + rng.normal(0, 0.6, (RATERS, 1))
    table = np.clip(np.round(table + rng.normal(0, 1, (RATERS, ITEMS))), 1, 10)
    kept = rng.random(table.shape) < share
    kept[:, :3], kept[0] = True, True
    rater, item = np.nonzero(kept)
    return rater, item, table[rater, item]


@PROPERTY
@given(SEEDS, RATER_NAMES, ITEM_NAMES)
def test_relabelling_changes_no_primary_score(
    seed: int, raters: list[int], items: list[int]
) -> None:
    (rater, item, score), name, crop = panel(seed), np.array(raters), np.array(items)
    before = fit_primary(rater, item, score, tolerance=1e-9)
    after = fit_primary(name[rater], crop[item], score, tolerance=1e-9)
    assert after.mean[crop] == pytest.approx(before.mean, abs=1e-6)
    assert after.sd[crop] == pytest.approx(before.sd, abs=1e-6)
    assert after.bias[name] == pytest.approx(before.bias, abs=1e-6)
    assert after.inconsistency[name] == pytest.approx(before.inconsistency, abs=1e-6)


@PROPERTY
@given(SEEDS, st.integers(0, RATERS - 1), st.floats(-5, 5))
def test_a_constant_moves_only_that_raters_bias(seed: int, who: int, constant: float) -> None:
    rater, item, score = panel(seed)
    before = fit_primary(rater, item, score, tolerance=1e-9)
    after = fit_primary(rater, item, score + constant * (rater == who), tolerance=1e-9)
    # Biases sum to 0, so the level takes a fifth of it; nothing else moves.
    moved = np.full(RATERS, -constant / RATERS)
    moved[who] += constant
    assert after.bias - before.bias == pytest.approx(moved, abs=1e-4)
    assert after.mean - before.mean == pytest.approx(np.full(ITEMS, constant / RATERS), abs=1e-4)
    assert after.inconsistency == pytest.approx(before.inconsistency, abs=1e-4)
    assert after.sd == pytest.approx(before.sd, abs=1e-4)


@PROPERTY
@given(SEEDS, RATER_NAMES, ITEM_NAMES)
def test_relabelling_changes_no_mean_and_no_agreement(
    seed: int, raters: list[int], items: list[int]
) -> None:
    (rater, item, score), name, crop = panel(seed), np.array(raters), np.array(items)
    assert mos_table(crop[item], score).mean[crop] == pytest.approx(mos_table(item, score).mean)
    for level in ("nominal", "ordinal", "interval"):
        before = krippendorff_alpha(item, score, level, resamples=1)
        after = krippendorff_alpha(crop[item], score, level, resamples=1)
        assert isinstance(before, Known)
        assert isinstance(after, Known)
        assert after.value.alpha == pytest.approx(before.value.alpha)
    turned = correlation_screen(name[rater], item, score)
    for at, found in correlation_screen(rater, item, score).items():
        other = turned[int(name[at])]
        assert isinstance(found, Known) == isinstance(other, Known)
        if isinstance(found, Known) and isinstance(other, Known):
            assert other.value.r == pytest.approx(found.value.r)


@PROPERTY
@given(SEEDS, RATER_NAMES, ITEM_NAMES)
def test_relabelling_changes_no_block_statistic(
    seed: int, raters: list[int], items: list[int]
) -> None:
    _, _, score = panel(seed, share=1.1)
    table = score.reshape(RATERS, ITEMS).T
    turned = table[items][:, raters]
    one, other = icc(table), icc(turned)
    assert isinstance(one, Known)
    assert isinstance(other, Known)
    assert other.value.agreement_mean.value == pytest.approx(one.value.agreement_mean.value)
    first, second = kendall_w(table), kendall_w(turned)
    assert isinstance(first, Known)
    assert isinstance(second, Known)
    assert second.value.w == pytest.approx(first.value.w)


@PROPERTY
@given(SEEDS, RATER_NAMES)
def test_relabelling_changes_no_projection(seed: int, raters: list[int]) -> None:
    (rater, item, score), name = panel(seed), np.array(raters)
    before, after = (alternating_projection(who, item, score) for who in (rater, name[rater]))
    assert isinstance(before, Known)
    assert isinstance(after, Known)
    if not (before.value.collapsed or after.value.collapsed):
        assert after.value.psi == pytest.approx(before.value.psi, abs=1e-5)
        assert after.value.bias[name] == pytest.approx(before.value.bias, abs=1e-5)
