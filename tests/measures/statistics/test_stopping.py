"""When an item or a pair has enough votes."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from measures.statistics import Interval, Known, NotKnown
from measures.statistics.stopping import Stop, StopRule, item_decision, pair_decision, votes_saved

NARROW, WIDE = Known(Interval(3.6, 4.4)), Known(Interval(3, 5))


@pytest.mark.parametrize(
    ("n", "interval", "stop"),
    [
        (2, NARROW, Stop.GO_ON),
        (3, NARROW, Stop.ENOUGH),
        (5, WIDE, Stop.GO_ON),
        (12, WIDE, Stop.CAP),
        (4, NotKnown("no"), Stop.GO_ON),
    ],
)
def test_an_item(n: int, interval: Known[Interval] | NotKnown, stop: Stop) -> None:
    assert item_decision(n, interval).stop is stop


def test_it_says_why() -> None:
    assert item_decision(5, WIDE).why == "its score is known to +-1.00 only"
    assert "not known, because no" in item_decision(5, NotKnown("no")).why
    assert "at least 3" in item_decision(1, NARROW).why


@pytest.mark.parametrize(
    ("n", "p", "stop"),
    [
        (5, Known(0.95), Stop.ENOUGH),
        (5, Known(0.05), Stop.ENOUGH),
        (5, Known(0.6), Stop.GO_ON),
        (2, Known(0.99), Stop.GO_ON),
        (12, Known(0.6), Stop.CAP),
        (5, NotKnown("no"), Stop.GO_ON),
    ],
)
def test_a_pair(n: int, p: Known[float] | NotKnown, stop: Stop) -> None:
    assert pair_decision(n, p).stop is stop


def test_votes_saved_by_hand() -> None:
    assert votes_saved([3, 12, 5], 12) == Known(pytest.approx(1 - 20 / 36))
    assert "no item" in str(votes_saved([], 12))


@pytest.mark.parametrize("wrong", [{"half_width": 0}, {"least": 5, "cap": 3}, {"p": 0.4}])
def test_a_wrong_rule_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        StopRule(**wrong)
