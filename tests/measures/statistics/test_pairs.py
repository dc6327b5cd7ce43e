"""Preference pairs from scores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from core.errors import InvalidInput
from measures.boxes import Box
from measures.statistics import Known
from measures.statistics.pairs import (
    CLEAN_RULE,
    Hardness,
    Losers,
    Pair,
    PairRule,
    Scored,
    Tier,
    TopTie,
    pairs_of,
    probability_better,
    probability_chosen,
)
from tests.measures.reference_data import needs_reference_data, reference_json


def crops(*scores: float, variance: float | None = None) -> list[Scored[int]]:
    """Crops numbered from 0 with these scores."""
    return [Scored(number, score, variance) for number, score in enumerate(scores)]


def ends(pairs: list[Pair[int]]) -> list[tuple[int, int]]:
    """(winner, loser) of each pair."""
    return [(pair.winner, pair.loser) for pair in pairs]


def test_crops_rule_sets_the_best_against_every_lower_crop() -> None:
    assert ends(pairs_of(crops(2, 4, 3, 4))) == [(1, 0), (1, 2)]
    assert pairs_of(crops(3, 3)) == []
    assert pairs_of(crops()) == []


@pytest.mark.parametrize(
    ("top_tie", "expected"),
    [
        (TopTie.FIRST, [(0, 2)]),
        (TopTie.EACH, [(0, 2), (1, 2)]),
        (TopTie.SKIP, []),
    ],
)
def test_a_tie_at_the_top(top_tie: TopTie, expected: list[tuple[int, int]]) -> None:
    assert ends(pairs_of(crops(4, 4, 2), PairRule(top_tie=top_tie))) == expected


def test_the_probability_by_hand() -> None:
    assert probability_better(0.6, 0.09, 0.16) == Known(pytest.approx(norm.cdf(1.2)))
    chosen = probability_chosen(0.6, 0.09, 0.16, noise=0.5)
    assert chosen == Known(pytest.approx(norm.cdf(0.6 / 1.25**0.5)))
    assert "no variance" in str(probability_better(1, None, 0.1))
    assert "exact" in str(probability_better(1, 0.0, 0.0))


@pytest.mark.parametrize(
    ("gap", "tier"), [(1.0, Tier.CLEAN), (0.4, Tier.SOFT), (0.2, Tier.UNCLEAR)]
)
def test_the_tier_follows_the_probability(gap: float, tier: Tier) -> None:
    assert pairs_of(crops(3 + gap, 3, variance=0.1))[0].tier is tier


def test_without_variance_the_tier_is_unknown_and_a_sure_rule_leaves_the_pair_out() -> None:
    assert pairs_of(crops(5, 1))[0].tier is Tier.UNKNOWN
    assert pairs_of(crops(5, 1), PairRule(min_p=0.9)) == []


def test_the_smallest_gap_counts_itself() -> None:
    rule = PairRule(min_gap=0.5)
    assert ends(pairs_of(crops(3.5, 3.0, 3.1), rule)) == [(0, 1)]


def test_the_spread_takes_hard_medium_and_easy_in_turn_up_to_the_cap() -> None:
    rule = PairRule(losers=Losers.SPREAD, cap=4)
    found = pairs_of(crops(5, 4.8, 4.5, 3.8, 2, 1), rule)
    assert [pair.hardness for pair in found] == [
        Hardness.HARD,
        Hardness.MEDIUM,
        Hardness.EASY,
        Hardness.HARD,
    ]
    assert ends(found) == [(0, 2), (0, 3), (0, 5), (0, 1)]


def test_the_lowest_alone_can_be_asked_for() -> None:
    assert ends(pairs_of(crops(5, 2, 1), PairRule(losers=Losers.LOWEST))) == [(0, 2)]


def test_a_loser_that_looks_like_the_winner_is_left_out() -> None:
    boxes = [Box(0, 0, 1, 1), Box(0, 0, 1, 0.9), Box(0, 0, 1, 0.5)]
    scored = [Scored(k, 5 - k, 0.01, box) for k, box in enumerate(boxes)]
    assert ends(pairs_of(scored, PairRule(max_iou=0.85))) == [(0, 2)]
    assert ends(pairs_of(scored, CLEAN_RULE)) == [(0, 2)]


@given(st.lists(st.integers(1, 5), max_size=9), st.sampled_from(list(Losers)))
def test_a_winner_always_scores_the_highest_and_above_its_loser(
    scores: list[int], losers: Losers
) -> None:
    for pair in pairs_of(crops(*scores), PairRule(losers=losers, top_tie=TopTie.EACH)):
        assert scores[pair.winner] == max(scores)
        assert scores[pair.loser] < scores[pair.winner]


@pytest.mark.parametrize("wrong", [{"min_gap": -1}, {"cap": 0}])
def test_a_wrong_rule_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        PairRule(**wrong)


@needs_reference_data
def test_the_pairs_of_gaicd() -> None:
    photos = reference_json("gaicd/image_crop.json").values()
    assert sum(len(pairs_of(crops(*photo["score"]))) for photo in photos) == 101_463
