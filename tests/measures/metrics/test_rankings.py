"""ACC, weighted ACC, SRCC and PCC: by hand, against plain loops and scipy, and as properties."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.errors import InvalidInput
from measures.metrics import Ranking, evaluate_rankings, registry
from measures.statistics import Known, NotKnown

# Eleven crops as in the file, two of them tied for the fifth place.
MOS = [5.0, 4.8, 4.6, 4.4, 4.2, 4.2, 4.0, 3.0, 2.0, 1.5, 1.0]
# A model that returns, in this order, the crops at 5, 0, 9 and 3.
SCORES = [0.9, 0.1, 0.2, 0.7, 0.3, 1.0, 0.4, 0.5, 0.6, 0.8, 0.0]

columns = st.lists(
    st.tuples(st.integers(0, 6), st.integers(7, 35).map(lambda n: n / 7)), min_size=10, max_size=30
)
distinct = st.permutations(range(12)).map(lambda order: [float(value) for value in order])


def parts(name: str, ranking: Ranking) -> dict[str, float]:
    """The figures of one photo by K/N."""
    found = registry.get(name)().parts_of(ranking)
    return {title: value for title, value in found.items() if isinstance(value, float)}


def test_acc_by_hand() -> None:
    found = parts("acc_5", Ranking.of(SCORES, MOS))
    assert found == pytest.approx({"1/5": 1, "2/5": 1, "3/5": 2 / 3, "4/5": 3 / 4})
    total = evaluate_rankings([Ranking.of(SCORES, MOS)])["acc_5"].total
    assert total.mean == Known(pytest.approx((1 + 1 + 2 / 3 + 3 / 4) / 4))


def test_acc_10_counts_the_tenth_best() -> None:
    found = parts("acc_10", Ranking.of(SCORES, MOS))
    assert found == pytest.approx({"1/10": 1, "2/10": 1, "3/10": 1, "4/10": 1})


def test_weighted_acc_by_hand() -> None:
    # The crop at 5 is tied for the fifth place but stands sixth in the file: a miss here.
    found = parts("weighted_acc_5", Ranking.of(SCORES, MOS))
    last = (1 + math.exp(-0.2 * (3 - 1))) / 4
    assert found == pytest.approx({"1/5": 0, "2/5": 1 / 2, "3/5": 1 / 3, "4/5": last})


def test_weighted_acc_10_by_hand() -> None:
    found = parts("weighted_acc_10", Ranking.of(SCORES, MOS))
    second = (1 + math.exp(-0.1 * (5 - 1))) / 2
    third = (1 + math.exp(-0.1 * (5 - 1)) + math.exp(-0.1 * (9 - 2))) / 3
    assert found["1/10"] == pytest.approx(math.exp(-0.1 * 5))
    assert (found["2/10"], found["3/10"]) == pytest.approx((second, third))


def test_equal_scores_keep_the_order_of_the_file() -> None:
    ranking = Ranking.of([1.0] * 6, [1, 5, 5, 5, 5, 5])
    assert parts("acc_5", ranking)["1/5"] == 0
    assert parts("acc_5", Ranking.of([1.0] * 6, [5, 5, 5, 5, 5, 1]))["1/5"] == 1


@given(columns)
def test_acc_agrees_with_plain_loops(rows: list[tuple[int, float]]) -> None:
    scores, mos = [float(row[0]) for row in rows], [row[1] for row in rows]
    for top in (5, 10):
        limit = sorted(mos, reverse=True)[top - 1]
        order = sorted(range(len(rows)), key=lambda at: (-scores[at], at))
        for returned in (1, 2, 3, 4):
            hits = [at for at in order[:returned] if mos[at] >= limit]
            found = parts(f"acc_{top}", Ranking.of(scores, mos))[f"{returned}/{top}"]
            assert found == pytest.approx(len(hits) / returned)


@given(columns)
def test_weighted_acc_agrees_with_plain_loops(rows: list[tuple[int, float]]) -> None:
    scores, mos = [float(row[0]) for row in rows], [row[1] for row in rows]
    by_mos = sorted(range(len(rows)), key=lambda at: (-mos[at], at))
    by_score = sorted(range(len(rows)), key=lambda at: (-scores[at], at))
    for top, decay in ((5, 0.2), (10, 0.1)):
        for returned in (1, 2, 3, 4):
            places = sorted(by_mos.index(at) for at in by_score[:returned])
            hits = [math.exp(-decay * (r - j)) for j, r in enumerate(places) if r < top]
            found = parts(f"weighted_acc_{top}", Ranking.of(scores, mos))[f"{returned}/{top}"]
            assert found == pytest.approx(sum(hits) / returned)


@given(columns)
def test_correlations_agree_with_scipy(rows: list[tuple[int, float]]) -> None:
    ranking = Ranking.of(*zip(*rows, strict=True))
    found = {name: registry.get(name)().value_of(ranking) for name in ("srcc", "pcc")}
    if np.ptp(ranking.scores) == 0 or np.ptp(ranking.mos) == 0:
        assert all(isinstance(value, NotKnown) for value in found.values())
        return
    assert found["srcc"] == pytest.approx(stats.spearmanr(ranking.scores, ranking.mos)[0])
    assert found["pcc"] == pytest.approx(stats.pearsonr(ranking.scores, ranking.mos)[0])


@given(distinct, distinct, st.permutations(range(12)))
def test_relabelling_the_crops_changes_nothing(
    scores: list[float], mos: list[float], order: list[int]
) -> None:
    first = evaluate_rankings([Ranking.of(scores, mos)])
    second = evaluate_rankings([Ranking.of(np.array(scores)[order], np.array(mos)[order])])
    for name, found in first.items():
        assert second[name].values == pytest.approx(found.values)


@given(distinct, distinct)
def test_only_the_order_of_the_scores_counts(scores: list[float], mos: list[float]) -> None:
    stretched = np.exp(np.array(scores))
    for name in ("acc_5", "acc_10", "weighted_acc_5", "weighted_acc_10", "srcc"):
        metric = registry.get(name)()
        once, again = (metric.value_of(Ranking.of(column, mos)) for column in (scores, stretched))
        assert once == pytest.approx(again)


def test_more_places_are_never_harder() -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        ranking = Ranking.of(rng.normal(size=40), rng.integers(7, 36, 40) / 7)
        five, ten = parts("acc_5", ranking), parts("acc_10", ranking)
        assert all(low <= high for low, high in zip(five.values(), ten.values(), strict=True))


def test_huge_numbers_correlate_as_small_ones_do() -> None:
    small, large = [1.0, 2.0, 4.0], [1e300, 2e300, 4e300]
    values = [registry.get("pcc")().value_of(Ranking.of(each, small)) for each in (small, large)]
    assert all(a == pytest.approx(b) for a, b in pairwise(values))


@pytest.mark.parametrize(
    ("scores", "mos"),
    [([1, 2], [1]), ([], []), ([1, math.nan], [1, 2]), ([[1]], [[2]]), ([1], [math.inf])],
)
def test_columns_that_do_not_fit_are_refused(scores: list[float], mos: list[float]) -> None:
    with pytest.raises(InvalidInput, match="finite numbers, one a crop"):
        Ranking.of(scores, mos)
