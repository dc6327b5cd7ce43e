"""Davidson and Rao-Kupper against a direct maximisation of their likelihoods."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from measures.statistics import Known
from measures.statistics.ties import TiedScores, TieModel, tied_scores
from tests.measures.statistics.pair_data import Columns, simulated, with_ties


def known(columns: Columns, model: TieModel) -> TiedScores:
    """A fit that must exist."""
    found = tied_scores(*columns, model=model)
    assert isinstance(found, Known)
    return found.value


def negative(free: np.ndarray, columns: Columns, model: TieModel) -> float:
    """Minus the log-likelihood, from the textbook form; the last parameter is ln nu or ln k."""
    left, right, choice = columns
    pi, pj, more = np.exp(free[left]), np.exp(free[right]), np.exp(free[-1])
    if model is TieModel.DAVIDSON:
        tie = more * np.sqrt(pi * pj)
        total = pi + pj + tie
        p = np.where(choice > 0, pi, np.where(choice < 0, pj, tie)) / total
    else:
        first, second = pi / (pi + more * pj), pj / (pj + more * pi)
        tied = (more**2 - 1) * first * second
        p = np.where(choice > 0, first, np.where(choice < 0, second, tied))
    return -float(np.log(p).sum())


@pytest.mark.parametrize("model", list(TieModel))
def test_the_fit_is_the_maximum(model: TieModel) -> None:
    columns = with_ties(simulated(1, votes=400))
    found = known(columns, model)
    start = np.append(np.zeros(6), 0.5)
    best = minimize(negative, start, (columns, model), "BFGS", options={"gtol": 1e-6})
    worth = best.x[:-1] - best.x[:-1].mean()
    assert found.scores.worth == pytest.approx(worth, abs=1e-6)
    assert np.log(found.tie) == pytest.approx(best.x[-1], abs=1e-6)


@pytest.mark.parametrize("model", list(TieModel))
def test_the_errors_are_those_of_the_curvature(model: TieModel) -> None:
    columns = with_ties(simulated(2, crops=3, votes=200))
    found = known(columns, model)
    top, step = np.append(found.scores.worth, np.log(found.tie)), 1e-4
    arrows = np.eye(4) * step
    hessian = [
        [
            sum(sa * sb * negative(top + sa * a + sb * b, columns, model)
                for sa in (1, -1) for sb in (1, -1)) / (4 * step**2)
            for b in arrows
        ]
        for a in arrows
    ]  # fmt: skip
    covariance = np.linalg.pinv(np.array(hessian), rcond=1e-6)
    assert found.tie_se**2 == pytest.approx(covariance[3, 3], abs=1e-5)
    assert found.scores.blocks[0] == pytest.approx(covariance[:3, :3], abs=1e-5)


def test_two_crops_by_hand() -> None:
    # 3 : 3 and 4 ties: worths are equal, so P(tie) = nu / (nu + 2) = 0.4.
    columns = (np.ones(10), np.full(10, 2), np.array([1] * 3 + [-1] * 3 + [0] * 4))
    davidson = known(columns, TieModel.DAVIDSON)
    assert davidson.tie == pytest.approx(4 / 3)
    assert davidson.p_tie(0) == pytest.approx(0.4)
    # P(left) = 1 / (1 + k) = 0.3.
    kupper = known(columns, TieModel.RAO_KUPPER)
    assert kupper.tie == pytest.approx(7 / 3)
    assert kupper.p_tie(0) == pytest.approx(0.4)


@pytest.mark.parametrize("model", list(TieModel))
def test_the_expected_ties_are_the_ties_there_were(model: TieModel) -> None:
    left, right, choice = columns = with_ties(simulated(3))
    found = known(columns, model)
    if model is TieModel.DAVIDSON:
        d = found.scores.worth[left] - found.scores.worth[right]
        expected = sum(found.p_tie(float(each)) for each in d)
        assert expected == pytest.approx((choice == 0).sum())
    assert 0 < found.p_tie(3.0) < found.p_tie(0.0)
    assert found.p_tie(1.0) == pytest.approx(found.p_tie(-1.0))


def test_undefined_cases_say_why() -> None:
    assert "nobody called a tie" in str(tied_scores([1, 2], [2, 1], [1, 1]))
    assert "every vote is a tie" in str(tied_scores([1, 2], [2, 1], [0, 0]))
    assert "nobody has compared" in str(tied_scores([], [], []))
