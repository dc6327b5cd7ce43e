"""Gold items, repeats, straight lines, speed, drift, scale use and sides of one rater."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2, entropy, ttest_ind

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.drift import Drift, drift
from measures.statistics.gold import GoldReport, GoldVerdict, gold_report
from measures.statistics.retest import Retest, flip_rate, retest, taste
from measures.statistics.scale_use import ScaleUse, scale_use
from measures.statistics.side_bias import SideBias, side_bias, side_bias_by_device
from measures.statistics.speed import Speed, speed
from measures.statistics.straight_lining import StraightLining, straight_lining
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.real_panel import cadb_table


def gold(scores: list[float], settled: list[float]) -> GoldReport:
    """A report that must exist."""
    found = gold_report(scores, settled)
    assert isinstance(found, Known)
    return found.value


def test_gold_passes_within_a_grade() -> None:
    found = gold([3, 5, 1, 4], [4, 3.9, 1.5, 4])
    assert (found.passed.successes, found.passed.n) == (3, 4)
    assert found.mean_error == pytest.approx((-1 + 1.1 - 0.5) / 4)
    assert found.verdict is GoldVerdict.TOO_FEW


@pytest.mark.parametrize(
    ("passed", "n", "verdict"),
    [(20, 20, GoldVerdict.PASSES), (6, 10, GoldVerdict.OPEN), (2, 10, GoldVerdict.FAILS)],
)
def test_the_verdict_asks_the_interval(passed: int, n: int, verdict: GoldVerdict) -> None:
    found = gold([3] * passed + [5] * (n - passed), [3] * n)
    interval = binomtest(passed, n).proportion_ci(method="wilson")
    assert found.passed.interval.low == pytest.approx(interval.low, abs=1e-9)
    assert found.verdict is verdict


def test_gold_without_gold_or_with_odd_columns() -> None:
    assert "no gold item" in str(gold_report([], []))
    with pytest.raises(InvalidInput, match="equal length"):
        gold_report([1], [1, 2])


def again(first: list[float], second: list[float]) -> Retest:
    """Repeats that must exist."""
    found = retest(first, second)
    assert isinstance(found, Known)
    return found.value


def test_repeats_by_hand() -> None:
    found = again([3, 4, 2, 5], [3, 5, 2, 3])
    assert found.within == pytest.approx((5 / 8) ** 0.5)
    assert (found.exact.share, found.close.share, found.shift) == (0.5, 0.75, -0.25)
    assert isinstance(found.interval, Known)
    assert found.interval.value.low == pytest.approx((5 / 2 / chi2.ppf(0.975, 4)) ** 0.5)


@needs_reference_data
def test_within_is_the_pooled_sd_of_pairs() -> None:
    first, second = cadb_table()[:, 0], cadb_table()[:, 1]
    pooled = np.mean([np.var(pair, ddof=1) for pair in zip(first, second, strict=True)]) ** 0.5
    assert again(first, second).within == pytest.approx(pooled, abs=1e-6)


def test_taste_is_what_repeats_do_not_explain() -> None:
    assert taste(1.0, 0.6) == Known(pytest.approx(0.8))
    assert "as much as" in str(taste(0.5, 0.6))
    assert "twice" in str(retest([], []))
    assert "equal" in str(again([3], [3]).interval)


def test_flips_leave_ties_out() -> None:
    found = flip_rate([1, 1, -1, 0, 1], [1, -1, -1, 1, 0])
    assert isinstance(found, Known)
    assert (found.value.successes, found.value.n) == (1, 3)
    assert "tie" in str(flip_rate([0], [1]))
    assert "twice" in str(flip_rate([], []))


def lined(scores: list[int]) -> StraightLining:
    """A session that is long enough."""
    found = straight_lining(scores, low=1, high=5)
    assert isinstance(found, Known)
    return found.value


def test_the_same_grade_again_and_again() -> None:
    found = lined([3] * 12 + [4, 3, 3])
    assert (found.longest_run, found.is_suspect) == (12, True)
    assert found.modal_share == pytest.approx(14 / 15)


@given(st.lists(st.integers(1, 5), min_size=10, max_size=40))
def test_runs_and_entropy_agree_with_their_definitions(scores: list[int]) -> None:
    found, longest, run = lined(scores), 1, 1
    for before, after in pairwise(scores):
        run = run + 1 if before == after else 1
        longest = max(longest, run)
    counts = np.unique(scores, return_counts=True)[1]
    assert found.longest_run == longest
    assert found.entropy == pytest.approx(entropy(counts, base=2), abs=1e-9)
    assert found.is_suspect == (np.var(scores) < 0.15)


def quick(elapsed: list[float], **more: list[float]) -> Speed:
    """Times that are enough."""
    found = speed(elapsed, **more)
    assert isinstance(found, Known)
    return found.value


def test_too_fast_is_judged_by_the_raters_own_pace() -> None:
    found = quick([10.0] * 9 + [2.9])
    assert (found.limit, found.is_too_fast.sum(), found.share_too_fast) == (3.0, 1, 0.1)
    assert quick([3.0] * 9 + [1.6]).is_too_fast.sum() == 0


def test_hidden_and_decoding_time_do_not_count() -> None:
    found = quick([8.0] * 10, decoded=[0.0] * 9 + [7.5], hidden=[5.0] + [0.0] * 9)
    assert found.seconds.tolist() == [3.0] + [8.0] * 8 + [0.5]
    assert found.is_too_fast.tolist() == [False] * 9 + [True]
    before = quick([8.0] * 10, decoded=[0.0] * 9 + [9.0])
    assert np.isnan(before.z[-1])


def test_log_times_are_standardised() -> None:
    times = np.random.default_rng(1).lognormal(1, 0.5, 30)
    logs = np.log(times)
    assert quick(times).z == pytest.approx((logs - logs.mean()) / logs.std(ddof=1))
    assert np.isnan(quick([4.0] * 10).z).all()
    assert "fewer than 10" in str(speed([1.0]))
    with pytest.raises(InvalidInput, match="equal length"):
        speed([1.0] * 10, hidden=[1.0])


def drifted(residuals: np.ndarray) -> Drift:
    """A course that is long enough."""
    found = drift(residuals)
    assert isinstance(found, Known)
    return found.value


def test_a_rater_who_grows_milder_is_noticed() -> None:
    noise = np.random.default_rng(1).normal(size=90)
    assert drifted(noise + np.linspace(-1, 1, 90)).has_drifted
    assert not drifted(noise).has_drifted
    assert drifted(-noise - np.linspace(-1, 1, 90)).change < 0


def test_the_sums_and_the_contrast_by_their_definitions() -> None:
    z = np.random.default_rng(2).normal(size=60) + 0.3
    found, up, alarms = drifted(z), 0.0, []
    for at, each in enumerate(z):
        up = max(0, up + each - 0.5)
        assert found.up[at] == pytest.approx(up)
        if up > 5:
            alarms.append(at)
            up = 0.0
    assert set(alarms) <= set(found.alarms)
    test = ttest_ind(z[-20:], z[:20], equal_var=False).confidence_interval(0.95)
    assert (found.interval.low, found.interval.high) == pytest.approx((test.low, test.high))


def test_no_drift_can_be_seen_in_few_or_equal_residuals() -> None:
    assert "fewer than 15" in str(drift([0.1] * 14))
    assert "do not vary" in str(drift([0.1] * 15))


def test_the_use_of_the_scale_by_hand() -> None:
    found = scale_use([1, 1, 3, 5], low=1, high=5)
    assert found == Known(
        ScaleUse(4, 2.5, Known(pytest.approx((11 / 3) ** 0.5)), 0.5, 0.25, {1: 2, 3: 1, 5: 1})
    )
    one = scale_use([2], low=1, high=5)
    assert isinstance(one, Known)
    assert "one vote" in str(one.value.sd)
    assert "nothing" in str(scale_use([], low=1, high=5))
    with pytest.raises(InvalidInput, match="outside"):
        scale_use([6], low=1, high=5)


def sided(choices: list[int]) -> SideBias:
    """Choices that are enough."""
    found = side_bias(choices)
    assert isinstance(found, Known)
    return found.value


def test_a_side_is_favoured_beyond_chance() -> None:
    found = sided([1] * 45 + [-1] * 15 + [0] * 9)
    assert (found.left.share, found.left.n, found.is_biased) == (0.75, 60, True)
    assert found.p == pytest.approx(binomtest(45, 60).pvalue)
    mirrored = sided([-1] * 45 + [1] * 15)
    assert mirrored.p == pytest.approx(found.p)
    assert "fewer than 50" in str(side_bias([1] * 40 + [0] * 20))


def test_devices_are_told_apart() -> None:
    found = side_bias_by_device([1] * 60 + [1, -1] * 30, ["keyboard"] * 60 + ["mouse"] * 60)
    biased = {name: each.value.is_biased for name, each in found.items() if isinstance(each, Known)}
    assert biased == {"keyboard": True, "mouse": False}
