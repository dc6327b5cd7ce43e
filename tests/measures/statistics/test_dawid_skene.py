"""Dawid-Skene against a direct climb of its likelihood and on simulated raters."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from measures.statistics import Known
from measures.statistics.dawid_skene import DawidSkene, dawid_skene, vote_shares
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.real_panel import as_columns, cadb_table

Answers = tuple[np.ndarray, np.ndarray, np.ndarray]


def simulated(seed: int, items: int = 200, raters: int = 6) -> tuple[Answers, np.ndarray]:
    """Answers of raters who are right in 80 %, the first in 40 %, and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, items, p=[0.5, 0.3, 0.2])
    right = rng.random((raters, items)) < np.where(np.arange(raters) == 0, 0.4, 0.8)[:, None]
    said = np.where(right, truth, rng.integers(0, 3, (raters, items)))
    rater, item = np.nonzero(rng.random((raters, items)) < 0.8)
    return (rater, item, said[rater, item]), truth


def known(answers: Answers, pseudo: float = 0.01) -> DawidSkene:
    """A fit that must exist."""
    found = dawid_skene(*answers, pseudo=pseudo)
    assert isinstance(found, Known)
    return found.value


def negative(free: np.ndarray, answers: Answers, shape: tuple[int, int], pseudo: float) -> float:
    """Minus the likelihood with its pseudo-counts, item by item, from softmax parameters."""
    raters, size = shape
    logits = free.reshape(raters * size + 1, size)
    logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    confusion, prevalence = logs[:-1].reshape(raters, size, size), logs[-1]
    total = pseudo * logs.sum()
    for item in np.unique(answers[1]):
        mine = answers[1] == item
        joint = prevalence + confusion[answers[0][mine], :, answers[2][mine]].sum(axis=0)
        total += np.logaddexp.reduce(joint)
    return -float(total)


def test_the_fit_is_a_maximum_of_the_likelihood() -> None:
    answers, _ = simulated(1, items=40, raters=3)
    found = known(answers, pseudo=1.0)
    at = np.log(np.vstack([found.confusion.reshape(9, 3), found.prevalence])).ravel()
    args = (answers, (3, 3), 1.0)
    best = minimize(negative, at, args, "BFGS", options={"gtol": 1e-7, "maxiter": 15})
    assert negative(at, *args) == pytest.approx(best.fun, abs=1e-6)
    moved = best.x.reshape(10, 3)
    probabilities = np.exp(moved - np.logaddexp.reduce(moved, axis=1, keepdims=True))
    assert found.confusion.reshape(9, 3) == pytest.approx(probabilities[:9], abs=1e-4)


def test_the_posterior_is_bayes_rule() -> None:
    answers, _ = simulated(2)
    found = known(answers)
    for item in (0, 7, 50):
        mine = answers[1] == found.items[item]
        joint = found.prevalence.copy()
        for rater, said in zip(answers[0][mine], answers[2][mine], strict=True):
            joint *= found.confusion[rater, :, said]
        assert found.posterior[item] == pytest.approx(joint / joint.sum(), abs=1e-6)


def slow_em(table: np.ndarray, size: int, pseudo: float, rounds: int) -> np.ndarray:
    """The algorithm in loops over a complete table (items, raters): the posterior."""
    posterior = np.array([np.bincount(row, minlength=size) / row.size for row in table])
    for _ in range(rounds):
        confusion = np.full((table.shape[1], size, size), pseudo)
        for item, row in enumerate(table):
            for rater, said in enumerate(row):
                confusion[rater, :, said] += posterior[item]
        confusion /= confusion.sum(axis=2, keepdims=True)
        prior = posterior.sum(axis=0) + pseudo
        for item, row in enumerate(table):
            joint = prior * np.prod([confusion[r, :, said] for r, said in enumerate(row)], axis=0)
            posterior[item] = joint / joint.sum()
    return posterior


@needs_reference_data
def test_a_real_panel_by_loops() -> None:
    table = cadb_table(60).astype(int) - 1
    found = known(as_columns(table))
    size = found.categories.size
    slow = slow_em(table - table.min(), size, 0.01, found.rounds)
    assert found.posterior == pytest.approx(slow, abs=1e-6)


def test_it_finds_the_truth_and_the_bad_rater() -> None:
    answers, truth = simulated(3)
    found = known(answers)
    assert (found.labels == truth[found.items]).mean() > 0.93
    assert found.accuracy.argmin() == 0
    assert found.confusion.sum(axis=2) == pytest.approx(np.ones((6, 3)))


def test_relabelling_raters_and_items_changes_nothing() -> None:
    (rater, item, said), _ = simulated(4, items=60)
    before, after = known((rater, item, said)), known((9 - rater, 300 - item, said))
    assert after.posterior[::-1] == pytest.approx(before.posterior, abs=1e-9)
    assert after.confusion[::-1] == pytest.approx(before.confusion, abs=1e-9)


def test_small_panels_get_shares_instead() -> None:
    assert "fewer than 20" in str(dawid_skene([1, 2], [1, 1], ["a", "b"]))
    assert vote_shares([1, 1, 2], ["a", "b", "a"]).tolist() == [[0.5, 0.5], [2 / 3, 1 / 3]]
    assert "nobody" in str(dawid_skene([], [], []))
    assert "one rater" in str(dawid_skene([1, 1], [1, 2], ["a", "b"]))
    assert "one category" in str(dawid_skene([1, 2], [1, 1], ["a", "a"]))
