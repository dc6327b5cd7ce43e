"""Which pair to ask next."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.sparse.csgraph import connected_components
from scipy.special import expit
from scipy.stats import norm

from core.errors import InvalidInput
from measures.statistics.bradley_terry import bradley_terry
from measures.statistics.next_pair import NextPair, expected_information, next_pairs
from measures.statistics.pair_beliefs import beliefs
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.pair_data import flickr_round_robins, simulated


def entropy(p: float) -> float:
    """Of a yes or no, in bits."""
    return 0.0 if p in (0, 1) else -p * np.log2(p) - (1 - p) * np.log2(1 - p)


def by_quadrature(d: float, sd: float) -> float:
    """h(E p) - E h(p), adaptively."""
    p = quad(lambda x: expit(x) * norm.pdf(x, d, sd), d - 9 * sd, d + 9 * sd)[0]
    noise = quad(lambda x: entropy(expit(x)) * norm.pdf(x, d, sd), d - 9 * sd, d + 9 * sd)[0]
    return entropy(p) - noise


@pytest.mark.parametrize(("d", "sd"), [(0, 1), (0.5, 0.3), (-1.5, 1.0), (2, 0.5)])
def test_the_information_is_the_integral(d: float, sd: float) -> None:
    assert expected_information(d, sd**2) == pytest.approx(by_quadrature(d, sd), abs=1e-6)


def test_close_and_unsure_pairs_tell_more() -> None:
    assert expected_information(0, 1) > expected_information(2, 1)
    assert expected_information(0, 1) > expected_information(0, 0.2)
    assert expected_information(1.0, 0.0) == 0


def ends(pairs: list[NextPair]) -> set[tuple[int, int]]:
    """The pairs whatever their sides."""
    return {(min(pair.left, pair.right), max(pair.left, pair.right)) for pair in pairs}


def heaviest_tree(told: dict[tuple[int, int], float], size: int) -> set[tuple[int, int]]:
    """Kruskal's tree over the inverse information."""
    group, tree = list(range(size)), set()
    for a, b in sorted(told, key=lambda pair: 1 / told[pair]):
        if group[a] != group[b]:
            tree.add((a, b))
            old, new = group[a], group[b]
            group = [new if each == old else each for each in group]
    return tree


@needs_reference_data
def test_a_round_is_the_minimum_spanning_tree() -> None:
    photo = flickr_round_robins(1)[0]
    scores = bradley_terry(**photo, lam=0.25)
    cov, t = scores.blocks[0], scores.worth
    told = {
        (a, b): float(expected_information(t[a] - t[b], cov[a, a] + cov[b, b] - 2 * cov[a, b]))
        for a, b in combinations(range(5), 2)
    }
    found = next_pairs(t, cov, exploration=0)
    assert ends(found) == heaviest_tree(told, 5)
    expected = sorted((told[pair] for pair in ends(found)), reverse=True)
    assert [pair.information for pair in found] == pytest.approx(expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 20), st.integers(0, 1000))
def test_a_round_connects_all_crops(crops: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = next_pairs(rng.normal(size=crops), np.eye(crops), exploration=0, seed=seed)
    graph = np.zeros((crops, crops))
    for pair in found:
        graph[pair.left, pair.right] = 1
    assert len(found) == crops - 1
    assert connected_components(graph, directed=False)[0] == 1


def test_a_rater_never_sees_a_pair_again_and_runs_out() -> None:
    shown = {(0, 1), (3, 2)}
    found = next_pairs(np.zeros(4), np.eye(4), count=9, shown=shown)
    assert ends(found) == {(0, 2), (0, 3), (1, 2), (1, 3)}
    assert next_pairs([0.0], [[1.0]]) == []
    assert next_pairs([], np.empty((0, 0))) == []


def test_a_share_is_drawn_at_random() -> None:
    found = next_pairs(np.linspace(0, 6, 30), np.eye(30) / 5, count=200, exploration=0.2, seed=1)
    drawn = [pair for pair in found if pair.is_exploration]
    assert 20 < len(drawn) < 60
    planned = [pair for pair in found if not pair.is_exploration]
    assert np.mean([p.information for p in drawn]) < np.mean([p.information for p in planned])
    assert len(ends(found)) == 200


def test_sides_even_out() -> None:
    found = next_pairs(np.zeros(12), np.eye(12), count=66, seed=3)
    left, right = Counter(pair.left for pair in found), Counter(pair.right for pair in found)
    assert all(abs(left[crop] - right[crop]) <= 3 for crop in range(12))
    one = next_pairs([0.0, 0.0], np.eye(2), lean=[4, 1])[0]
    assert (one.left, one.right) == (1, 0)
    again = next_pairs(np.zeros(12), np.eye(12), count=66, seed=3)
    assert found == again


def test_beliefs_start_from_the_prior_and_follow_the_votes() -> None:
    crops = list("abcd")
    blank = beliefs(crops, [], [], [])
    assert blank.covariance.tolist() == (4 * np.eye(4)).tolist()
    found = beliefs(crops, ["d", "d", "c"], ["c", "c", "d"], [1, 1, -1])
    assert found.worth[3] > 0 > found.worth[2]
    assert found.worth[0] == 0
    assert found.covariance[0, 0] == 4
    assert 0 < found.covariance[3, 3] < 4
    with pytest.raises(InvalidInput, match="not among"):
        beliefs(["a"], ["a"], ["b"], [1])


def campaign(seed: int, exploration: float) -> float:
    """The mean squared error of 16 worths after ten rounds of votes."""
    rng = np.random.default_rng(seed)
    worth, votes = rng.normal(0, 1.5, 16), [(0, 1, 1)]
    for at in range(10):
        seen = beliefs(range(16), *map(list, zip(*votes, strict=True)))
        for pair in next_pairs(
            seen.worth, seen.covariance, exploration=exploration, seed=100 * seed + at
        ):
            wins = rng.random() < expit(worth[pair.left] - worth[pair.right])
            votes.append((pair.left, pair.right, 1 if wins else -1))
    final = beliefs(range(16), *map(list, zip(*votes, strict=True))).worth
    return float(np.var(final - worth))


def test_it_learns_more_from_as_many_votes_than_chance_does() -> None:
    chosen, random = ([campaign(seed, share) for seed in range(15)] for share in (0.0, 1.0))
    assert np.mean(chosen) < 0.95 * np.mean(random)


def test_wrong_input_is_refused() -> None:
    with pytest.raises(InvalidInput, match="covariance"):
        next_pairs([1.0, 2.0], np.eye(3))
    with pytest.raises(InvalidInput, match="600"):
        next_pairs(np.zeros(601), np.eye(601))


def test_relabelling_crops_relabels_the_tree() -> None:
    left, right, choice = simulated(1, crops=6, votes=60)
    found = beliefs(range(6), left, right, choice)
    before = ends(next_pairs(found.worth, found.covariance, exploration=0))
    turned = beliefs(range(6), 5 - left, 5 - right, choice)
    after = ends(next_pairs(turned.worth, turned.covariance, exploration=0))
    assert {(5 - b, 5 - a) for a, b in after} == before
