"""Standardised flags against the posterior without the vote, computed the long way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from core.errors import InvalidInput
from measures.statistics.primary import fit_primary
from measures.statistics.residuals import BY_CHANCE, limit_among, standardised_residuals
from tests.measures.reference_data import needs_reference_data, reference_json


def panel(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Four raters on thirty items, the last 3 grades severe, half the items of the last missing."""
    rng = np.random.default_rng(seed)
    table = rng.normal(5, 1.5, 30) + rng.normal(0, 0.5, (4, 30))
    table[3] -= 3
    rater, item = np.nonzero(np.ones((4, 30)))
    kept = (rater < 3) | (item % 2 == 0)
    return rater[kept], item[kept], table[rater[kept], item[kept]]


def long_way(votes: tuple[np.ndarray, ...], at: int) -> float:
    """z of one vote: the item's posterior from the other votes alone."""
    rater, item, score = votes
    fit, component = fit_primary(*votes), fit_primary(*votes).components[0]
    rest = (item == item[at]) & (np.arange(item.size) != at)
    weight = fit.inconsistency[rater[rest]] ** -2
    precision = component.tau**-2 + weight.sum()
    pull = component.mu * component.tau**-2 + weight @ (score[rest] - fit.bias[rater[rest]])
    variance = fit.inconsistency[rater[at]] ** 2 + 1 / precision
    return float((score[at] - fit.bias[rater[at]] - pull / precision) / variance**0.5)


def test_each_vote_is_held_against_the_others() -> None:
    votes = panel()
    found = standardised_residuals(fit_primary(*votes), *votes)
    for at in (0, 17, 44, 100):
        assert found.z[at] == pytest.approx(long_way(votes, at), abs=1e-6)


@needs_reference_data
def test_a_real_panel() -> None:
    rows = list(reference_json("cadb/composition_scores.json").values())[:200]
    table = np.array([row["scores"] for row in rows])
    votes = (np.tile(np.arange(5), 200), np.repeat(np.arange(200), 5), table.ravel())
    found = standardised_residuals(fit_primary(*votes), *votes)
    for at in (3, 400, 999):
        assert found.z[at] == pytest.approx(long_way(votes, at), abs=1e-6)
    assert 0.9 < found.z.std() < 1.1


def test_known_severity_is_forgiven_and_a_slip_is_not() -> None:
    rater, item, score = panel()
    score = score.copy()
    score[5] += 5
    found = standardised_residuals(fit_primary(rater, item, score), rater, item, score)
    assert found.is_flagged[5]
    assert not found.is_flagged[rater == 3].any()


def test_a_single_vote_is_never_flagged() -> None:
    rater, item, score = panel()
    votes = np.append(rater, 0), np.append(item, 99), np.append(score, 30.0)
    found = standardised_residuals(fit_primary(*votes), *votes)
    assert np.isnan(found.z[-1])
    assert not found.is_flagged[-1]


def test_votes_of_another_fit_are_refused() -> None:
    votes = panel()
    with pytest.raises(InvalidInput, match="not in the fit"):
        standardised_residuals(fit_primary(*votes), [77], [0], [3.0])


def test_an_item_of_many_votes_is_flagged_by_chance_as_rarely_as_one() -> None:
    assert limit_among([0, 1]) == pytest.approx([3, 3])
    limits = limit_among([10, 200])
    alone = 2 * norm.cdf(3) - 1
    assert (2 * norm.cdf(limits) - 1) ** [10, 200] == pytest.approx([alone, alone], abs=1e-9)
    normal = np.random.default_rng(3).normal(size=(100_000, 10))
    beyond = (np.abs(normal) > limits[0]).any(axis=1).mean()
    assert beyond == pytest.approx(BY_CHANCE, abs=5e-4)
