"""Pair votes by raters of unequal care, against a direct climb of the posterior."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from core.errors import InvalidInput
from measures.statistics import Known, NotKnown
from measures.statistics.bradley_terry import bradley_terry
from measures.statistics.rater_pairs import CHANCE, RaterPairs, rater_pairs

Votes = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def simulated(seed: int, votes: int = 600, crops: int = 6) -> tuple[Votes, np.ndarray]:
    """Votes of four raters, the last one guessing, and the true worths."""
    rng = np.random.default_rng(seed)
    worth = rng.normal(0, 1.2, crops)
    worth -= worth.mean()
    rater, left = rng.integers(0, 4, votes), rng.integers(0, crops, votes)
    right = (left + rng.integers(1, crops, votes)) % crops
    care = np.array([0.97, 0.95, 0.9, 0.5])[rater]
    p = expit(worth[left] - worth[right])
    says_left = rng.random(votes) < care * p + (1 - care) * (1 - p)
    return (rater, left, right, np.where(says_left, 1, -1)), worth


def known(votes: Votes) -> RaterPairs:
    """A fit that must exist."""
    found = rater_pairs(*votes)
    assert isinstance(found, Known)
    return found.value


def negative(free: np.ndarray, votes: Votes, lam: float = 0.25) -> float:
    """Minus the log posterior: worths, then logits of care (Beta 10, 2)."""
    rater, left, right, choice = votes
    worth, eta = free[:6], expit(free[6:])
    p = expit(choice * (worth[left] - worth[right]))
    q = eta[rater] * p + (1 - eta[rater]) * (1 - p)
    return float(
        -np.log(q).sum() - 9 * np.log(eta).sum() - np.log(1 - eta).sum() + lam / 2 * worth @ worth
    )


def test_it_is_a_maximum_of_the_posterior() -> None:
    votes, _ = simulated(1)
    found = known(votes)
    at = np.append(found.scores.worth, np.log(found.eta / (1 - found.eta)))
    best = minimize(negative, at, (votes,), "BFGS", options={"gtol": 1e-8})
    assert negative(at, votes) == pytest.approx(best.fun, abs=1e-7)
    assert found.scores.worth == pytest.approx(best.x[:6], abs=1e-5)
    assert found.eta == pytest.approx(expit(best.x[6:]), abs=1e-5)


def test_the_errors_are_those_of_the_curvature() -> None:
    votes, _ = simulated(2)
    found, step = known(votes), 1e-4
    logits = np.log(found.eta / (1 - found.eta))
    arrows = np.eye(6) * step

    def at(move: np.ndarray) -> float:
        return negative(np.append(found.scores.worth + move, logits), votes)

    hessian = np.array([
        [(at(a + b) - at(a - b) - at(b - a) + at(-a - b)) / (4 * step**2) for b in arrows]
        for a in arrows
    ])  # fmt: skip
    assert found.scores.blocks[0] == pytest.approx(np.linalg.inv(hessian), abs=1e-4)


def test_a_guessing_rater_is_found_and_hurts_less() -> None:
    errors = np.zeros(2)
    for seed in range(10):
        votes, worth = simulated(seed, votes=400)
        found, plain = known(votes), bradley_terry(*votes[1:], lam=0.25)
        errors += [np.std(found.scores.worth - worth), np.std(plain.worth - worth)]
        assert found.eta.argmin() == 3
    assert errors[0] < errors[1]
    surprise = [known(votes).raters[rater].surprise for rater in (0, 3)]
    assert surprise[0] < CHANCE < surprise[1] + 0.1


def test_few_pairs_show_no_care() -> None:
    votes, _ = simulated(3, votes=60)
    found = known(votes).raters[0]
    assert found.n < 30
    assert "fewer than 30 pairs" in str(found.care)


def test_ties_are_left_out_and_nothing_is_nothing() -> None:
    (rater, left, right, choice), _ = simulated(4)
    # Rater 9 only called ties, one of them between crops that nobody decided on.
    tied = (np.r_[rater, 9, 9], np.r_[left, 0, 70], np.r_[right, 1, 71], np.r_[choice, 0, 0])
    found = known(tied)
    assert 9 not in found.raters
    plain = known((rater, left, right, choice)).scores.worth
    assert found.scores.worth[:6] == pytest.approx(plain, abs=1e-6)
    assert "nobody has compared" in str(found.scores.crop(70))
    assert "nobody has decided" in str(rater_pairs([1], [1], [2], [0]))
    assert isinstance(rater_pairs([], [], [], []), NotKnown)
    with pytest.raises(InvalidInput, match="equal length"):
        rater_pairs([1, 2], [1], [2], [1])
    with pytest.raises(InvalidInput, match="prior"):
        rater_pairs([1], [1], [2], [1], lam=0)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(6)), st.permutations(range(4)))
def test_relabelling_changes_nothing(crops: list[int], raters: list[int]) -> None:
    (rater, left, right, choice), _ = simulated(5, votes=300)
    crop, name = np.array(crops), np.array(raters)
    before = known((rater, left, right, choice))
    after = known((name[rater], crop[left], crop[right], choice))
    swapped = known((rater, right, left, -choice))
    assert after.scores.worth[crop] == pytest.approx(before.scores.worth, abs=1e-5)
    assert after.eta[name] == pytest.approx(before.eta, abs=1e-5)
    assert swapped.scores.worth == pytest.approx(before.scores.worth, abs=1e-5)
