"""Bradley-Terry and Thurstone against other ways to the same maximum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, log_ndtr
from scipy.stats import norm

from core.errors import InvalidInput
from measures.statistics import Known, NotKnown
from measures.statistics.bradley_terry import JOD_PER_LOGIT, bradley_terry
from measures.statistics.comparisons import Comparisons
from measures.statistics.thurstone import JOD_PER_SD, thurstone
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.pair_data import Columns, flickr_round_robins, simulated


def win_table(
    left: list[int], right: list[int], choice: list[int], counts: list[float]
) -> np.ndarray:
    """Wins of row over column, votes counted one by one."""
    size = 1 + max(max(left), max(right))
    table = np.zeros((size, size))
    for a, b, said, count in zip(left, right, choice, counts, strict=True):
        table[(a, b) if said > 0 else (b, a)] += count
    return table


def by_minorisation(wins: np.ndarray) -> np.ndarray:
    """Hunter's MM iteration, another way to the Bradley-Terry maximum."""
    pairs, worth = wins + wins.T, np.ones(len(wins))
    for _ in range(20_000):
        spread = (pairs / (worth[:, None] + worth[None, :])).sum(axis=1)
        worth = wins.sum(axis=1) / spread
        worth /= np.exp(np.log(worth).mean())
    return np.log(worth)


def test_two_crops_by_hand() -> None:
    scores = bradley_terry(["a"] * 4, ["b"] * 4, [1, 1, 1, -1])
    found = scores.difference("a", "b")
    assert isinstance(found, Known)
    assert found.value.d == pytest.approx(np.log(3))
    assert found.value.se == pytest.approx((1 / 3 + 1) ** 0.5)
    assert found.value.p_chosen == pytest.approx(0.75)
    assert found.value.p_better == pytest.approx(norm.cdf(np.log(3) / (4 / 3) ** 0.5))
    assert found.value.d * JOD_PER_LOGIT == pytest.approx(1)


def test_it_is_where_minorisation_ends() -> None:
    columns = simulated(1)
    wins = win_table(*(c.tolist() for c in columns), [1.0] * 300)
    assert bradley_terry(*columns).worth == pytest.approx(by_minorisation(wins), abs=1e-8)


@needs_reference_data
def test_a_real_round_robin() -> None:
    for photo in flickr_round_robins(3):
        scores = bradley_terry(**photo)
        wins = win_table(photo["left"], photo["right"], photo["choice"], photo["counts"])
        assert scores.votes.is_bounded.tolist() == [True]
        assert scores.worth == pytest.approx(by_minorisation(wins), abs=1e-6)


def curvature(left: np.ndarray, right: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """Minus the second derivatives of the log-likelihood, vote by vote."""
    hessian = np.zeros((worth.size, worth.size))
    for a, b in zip(left, right, strict=True):
        p = expit(worth[a] - worth[b])
        arrow = np.eye(worth.size)[a] - np.eye(worth.size)[b]
        hessian += p * (1 - p) * np.outer(arrow, arrow)
    return hessian


def test_the_covariance_is_the_pseudo_inverse() -> None:
    left, right, choice = simulated(2)
    scores = bradley_terry(left, right, choice)
    hessian = curvature(left, right, scores.worth)
    expected = np.linalg.pinv(hessian)
    assert scores.blocks[0] == pytest.approx(expected, abs=1e-9)
    assert scores.se == pytest.approx(np.sqrt(np.diag(expected)), abs=1e-9)
    found = scores.difference(0, 3)
    assert isinstance(found, Known)
    var = expected[0, 0] + expected[3, 3] - 2 * expected[0, 3]
    assert found.value.se == pytest.approx(var**0.5)


def test_regularised_worths_maximise_the_penalised_likelihood() -> None:
    left, right, choice = simulated(3, votes=40)
    scores = bradley_terry(left, right, choice, lam=0.5)

    def loss(worth: np.ndarray) -> float:
        d = choice * (worth[left] - worth[right])
        return float(np.logaddexp(0, -d).sum() + 0.25 * worth @ worth)

    best = minimize(loss, np.zeros(6), method="BFGS", options={"gtol": 1e-8})
    assert scores.worth == pytest.approx(best.x, abs=1e-6)
    hessian = curvature(left, right, scores.worth) + 0.5 * np.eye(6)
    assert scores.blocks[0] == pytest.approx(np.linalg.inv(hessian), abs=1e-9)


def test_an_unbeaten_crop_is_regularised_and_marked() -> None:
    scores = bradley_terry([1, 1, 2, 2, 8, 9], [2, 3, 3, 3, 9, 8], [1] * 6)
    first, other = scores.crop(1), scores.crop(8)
    assert isinstance(first, Known)
    assert isinstance(other, Known)
    assert first.value.is_regularised
    assert not other.value.is_regularised
    assert first.value.n == 2
    assert first.value.worth < 5


def test_what_cannot_be_said_is_refused() -> None:
    scores = bradley_terry([1, 2, 8, 9], [2, 1, 9, 8], [1] * 4)
    assert "no chain of comparisons" in str(scores.difference(1, 8))
    assert "nobody has compared" in str(scores.crop(5))
    bare = bradley_terry([1, 2], [2, 1], [1, 1], with_intervals=False)
    assert "not computed" in str(bare.difference(1, 2))
    found = bare.crop(1)
    assert isinstance(found, Known)
    assert isinstance(found.value.interval, NotKnown)
    assert isinstance(bradley_terry([], [], []).crop(1), NotKnown)
    with pytest.raises(InvalidInput, match="regularisation"):
        bradley_terry([1], [2], [1], lam=-1)


def test_many_groups_are_as_each_alone() -> None:
    sets = [simulated(seed, votes=120) for seed in range(5)]
    joined = [np.concatenate(parts) for parts in zip(*sets, strict=True)]
    shift = np.repeat(np.arange(5) * 6, 120)
    every = bradley_terry(joined[0] + shift, joined[1] + shift, joined[2])
    for at, columns in enumerate(sets):
        alone = bradley_terry(*columns)
        assert every.worth[6 * at : 6 * at + 6] == pytest.approx(alone.worth, abs=1e-7)
        assert every.se[6 * at : 6 * at + 6] == pytest.approx(alone.se, abs=1e-7)


def test_a_long_chain_is_solved_exactly() -> None:
    left = np.repeat(np.arange(3000), 4)
    choice = np.tile([1, 1, 1, -1], 3000)
    scores = bradley_terry(left, left + 1, choice, with_intervals=False)
    assert scores.has_converged
    assert np.diff(scores.worth) == pytest.approx(np.full(3000, -np.log(3)), abs=1e-6)


def negative_probit(worth: np.ndarray, columns: Columns) -> float:
    """Minus the likelihood of case V."""
    left, right, choice = columns
    return -float(log_ndtr(choice * (worth[left] - worth[right])).sum())


def test_thurstone_is_the_probit_maximum() -> None:
    columns = simulated(4)
    scores = thurstone(*columns)
    best = minimize(negative_probit, np.zeros(6), (columns,), "BFGS", options={"gtol": 1e-7})
    assert scores.worth == pytest.approx(best.x - best.x.mean(), abs=1e-6)
    two = thurstone([1] * 4, [2] * 4, [1, 1, 1, -1]).difference(1, 2)
    assert isinstance(two, Known)
    assert two.value.d * JOD_PER_SD == pytest.approx(1)
    assert two.value.p_chosen == pytest.approx(0.75)


def test_thurstones_covariance_is_the_inverse_of_its_curvature() -> None:
    columns = simulated(5, crops=4)
    scores = thurstone(*columns)
    step, size = 1e-4, 4
    hessian = np.empty((size, size))
    for a in range(size):
        for b in range(size):
            corners = [
                (sa * sb) * negative_probit(
                    scores.worth + step * (sa * np.eye(size)[a] + sb * np.eye(size)[b]), columns
                )
                for sa in (1, -1)
                for sb in (1, -1)
            ]  # fmt: skip
            hessian[a, b] = sum(corners) / (4 * step**2)
    assert scores.blocks[0] == pytest.approx(np.linalg.pinv(hessian, rcond=1e-6), abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)), st.integers(0, 5))
def test_relabelling_crops_changes_nothing(names: list[int], seed: int) -> None:
    left, right, choice = simulated(seed, votes=200)
    before = bradley_terry(left, right, choice)
    label = np.array(names)
    after = bradley_terry(label[left], label[right], choice)
    assert after.worth[label] == pytest.approx(before.worth, abs=1e-8)
    assert after.se[label] == pytest.approx(before.se, abs=1e-8)


def test_swapping_the_sides_changes_no_worth() -> None:
    left, right, choice = simulated(6)
    assert bradley_terry(right, left, -choice).worth == pytest.approx(
        bradley_terry(left, right, choice).worth, abs=1e-9
    )


def test_a_tie_counts_half_for_each() -> None:
    tied = bradley_terry([1, 1, 1], [2, 2, 2], [1, 0, 0])
    halves = bradley_terry([1, 1], [2, 2], [1, -1], counts=[2, 1])
    assert tied.worth == pytest.approx(halves.worth)
    assert Comparisons.of([1], [2], [0]).is_bounded.all()
