"""Circular triads against counting them one by one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.statistics import Known
from measures.statistics.triads import Triads, circular_triads, most_circular
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.pair_data import flickr_columns, flickr_pairs


def counted(ahead: dict[tuple[int, int], float]) -> tuple[int, int]:
    """(triples, circular) from the lead of each pair."""
    crops = sorted({crop for pair in ahead for crop in pair})
    triples = circular = 0
    for a, b, c in combinations(crops, 3):
        leads = [ahead.get(pair, 0) - ahead.get(pair[::-1], 0) for pair in ((a, b), (b, c), (c, a))]
        triples += all(leads)
        circular += all(lead > 0 for lead in leads) or all(lead < 0 for lead in leads)
    return triples, circular


def test_three_crops_by_hand() -> None:
    circle = circular_triads(["a", "b", "c"], ["b", "c", "a"], [1, 1, 1])
    assert circle == Known(Triads(3, 1, 1, Known(0.0)))
    order = circular_triads(["a", "b", "a"], ["b", "c", "c"], [1, 1, 1])
    assert order == Known(Triads(3, 1, 0, Known(1.0)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 8), st.sampled_from([1.0, 0.7]))
def test_it_agrees_with_counting(seed: int, crops: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(crops, 1)
    kept = rng.random(first.size) <= share
    first, second, choice = first[kept], second[kept], rng.choice([-1, 0, 1], int(kept.sum()))
    ahead = {
        (int(a), int(b)): float(said) for a, b, said in zip(first, second, choice, strict=True)
    }
    found = circular_triads(first, second, choice)
    triples, circular = counted(ahead)
    if isinstance(found, Known):
        assert (found.value.triples, found.value.circular) == (triples, circular)
    else:
        assert triples == 0


def test_kendalls_formula_holds_for_full_tournaments() -> None:
    rng = np.random.default_rng(2)
    for crops in (5, 6, 9):
        first, second = np.triu_indices(crops, 1)
        choice = rng.choice([-1, 1], first.size)
        wins = np.bincount(np.where(choice > 0, first, second), minlength=crops)
        d = crops * (crops - 1) * (2 * crops - 1) / 12 - (wins**2).sum() / 2
        found = circular_triads(first, second, choice)
        assert isinstance(found, Known)
        assert found.value.circular == d
        assert found.value.zeta == Known(pytest.approx(1 - d / most_circular(crops)))


def test_the_most_is_reached_by_a_regular_tournament() -> None:
    left = np.repeat(np.arange(7), 3)
    right = (left + np.tile([1, 2, 3], 7)) % 7
    found = circular_triads(left, right, np.ones(21))
    assert isinstance(found, Known)
    assert found.value.circular == most_circular(7)
    assert found.value.zeta == Known(0.0)


def test_undefined_cases_say_why() -> None:
    assert "no three crops" in str(circular_triads([1, 2], [2, 3], [1, 1]))
    assert "no three crops" in str(circular_triads([], [], []))
    level = circular_triads([1, 2, 1, 1, 2, 3], [2, 3, 3, 4, 4, 4], [1, 1, 1, 1, 1, 0])
    assert isinstance(level, Known)
    assert "ended level" in str(level.value.zeta)


@needs_reference_data
def test_real_round_robins() -> None:
    circular = total = 0
    for pairs in flickr_pairs()[::5]:
        columns = flickr_columns(pairs)
        found = circular_triads(**columns)
        if isinstance(found, Known) and found.value.triples == 10:
            votes = zip(columns["left"], columns["right"], columns["choice"], columns["counts"],
                        strict=True)  # fmt: skip
            ahead: dict[tuple[int, int], float] = {}
            for a, b, said, count in votes:
                ahead[a, b] = ahead.get((a, b), 0) + said * count
            assert (10, found.value.circular) == counted(ahead)
            total, circular = total + 1, circular + (found.value.circular > 0)
    assert 0.5 < circular / total < 0.62
