"""Plans of work: balance, order, repeats, gold, anchors and sides."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.allocation import Balance, allocate, balance_of
from measures.statistics.blocks import BlockCounts, balanced_blocks, williams_orders
from measures.statistics.design import Design, DesignRule, Slot, SlotKind, make_design, spaced


def balance(plan: np.ndarray, raters: int) -> Balance:
    """Of a plan that is not empty."""
    found = balance_of(plan, raters)
    assert isinstance(found, Known)
    return found.value


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(1, 9), st.data())
def test_every_item_has_its_raters_and_every_rater_as_many_items(
    items: int, raters: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(1, raters))
    plan = allocate(items, raters, overlap, seed=items)
    load = np.bincount(plan.ravel(), minlength=raters)
    assert all(len(set(row)) == overlap for row in plan.tolist())
    assert load.max() - load.min() <= 1
    assert (plan == allocate(items, raters, overlap, seed=items)).all()


def test_raters_meet_evenly_and_the_graph_holds_together() -> None:
    plan = allocate(200, 8, 3, seed=1)
    met = Counter(pair for row in plan.tolist() for pair in combinations(sorted(row), 2))
    found = balance(plan, 8)
    assert found.least_shared == min(met.values()) >= 15
    assert max(met.values()) <= 28
    assert found.connectivity > 0.4
    assert found.warning == ""


def test_connectivity_is_the_eigenvalue_of_the_normalised_laplacian() -> None:
    plan = allocate(12, 4, 2, seed=3)
    adjacency = np.zeros((16, 16))
    for item, row in enumerate(plan):
        adjacency[row, 4 + item] = adjacency[4 + item, row] = 1
    root = np.diag(adjacency.sum(axis=1) ** -0.5)
    values = np.linalg.eigvalsh(np.eye(16) - root @ adjacency @ root)
    assert balance(plan, 4).connectivity == pytest.approx(values[1])


def test_a_plan_that_falls_apart_is_warned_of() -> None:
    apart = balance(np.array([[0, 1], [0, 1], [2, 3], [2, 3]]), 4)
    assert apart.connectivity == pytest.approx(0, abs=1e-9)
    assert "cannot be compared" in apart.warning
    few = balance(allocate(10, 5, 2), 5)
    assert "share only" in few.warning
    assert "empty" in str(balance_of(np.empty((0, 2), dtype=np.int64), 2))
    assert "cannot be compared" in balance(np.array([[0, 1]]), 3).warning


def design(**more: object) -> Design[int]:
    """Sixty crops of twelve photos for six raters."""
    rule = DesignRule(overlap=4, session=20, repeat_share=0.1, gold_share=0.1)
    items, photos = list(range(60)), [at // 5 for at in range(60)]
    extras = {"gold": [100, 101, 102, 103, 104], "anchors": [200, 201], "training": [300, 301]}
    return make_design(items, photos, 6, rule, seed=4, **{**extras, **more})


def stream(sessions: tuple[tuple[Slot[int], ...], ...]) -> list[Slot[int]]:
    """One rater's slots in a row."""
    return [slot for session in sessions for slot in session]


def test_each_rater_does_the_planned_work_once() -> None:
    found = design()
    for rater, sessions in enumerate(found.sessions):
        work = [slot.item for slot in stream(sessions) if slot.kind is SlotKind.WORK]
        planned = np.flatnonzero((found.plan == rater).any(axis=1)).tolist()
        assert sorted(work) == planned


def test_no_photo_comes_twice_in_a_row() -> None:
    for sessions in design(anchors=[], gold=[], training=[]).sessions:
        photos = [slot.item // 5 for slot in stream(sessions)]
        assert all(before != after for before, after in pairwise(photos))


def test_repeats_come_late_and_swapped() -> None:
    for sessions in design().sessions:
        slots = stream(sessions)
        first = {s.item: (at, s) for at, s in enumerate(slots) if s.kind is SlotKind.WORK}
        repeats = [(at, s) for at, s in enumerate(slots) if s.kind is SlotKind.REPEAT]
        assert len(repeats) == 4
        for at, slot in repeats:
            assert at - first[slot.item][0] > 20
            assert slot.is_swapped is not first[slot.item][1].is_swapped


def test_gold_rotates_anchors_stay_and_training_comes_first() -> None:
    found = design()
    for sessions in found.sessions:
        assert [slot.kind for slot in sessions[0][:2]] == [SlotKind.TRAINING] * 2
        for session in sessions:
            assert {s.item for s in session if s.kind is SlotKind.ANCHOR} == {200, 201}
            assert len([s for s in session if s.kind is not SlotKind.TRAINING]) <= 20
    gold = [
        {slot.item for slot in stream(sessions) if slot.kind is SlotKind.GOLD}
        for sessions in found.sessions
    ]
    assert all(len(each) == 4 for each in gold)
    assert len({frozenset(each) for each in gold}) > 1


def test_sides_are_balanced_and_the_seed_makes_it_again() -> None:
    found = design()
    for sessions in found.sessions:
        sides = [slot.is_swapped for slot in stream(sessions) if slot.kind is SlotKind.WORK]
        assert abs(2 * sum(sides) - len(sides)) <= 1
    assert found.sessions == design().sessions
    orders = [[slot.item for slot in stream(sessions)] for sessions in found.sessions]
    assert orders[0] != orders[1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=25), st.integers(0, 99))
def test_photos_are_spaced_wherever_they_can_be(photos: list[int], seed: int) -> None:
    order = spaced(list(range(len(photos))), photos, np.random.default_rng(seed))
    assert sorted(order) == list(range(len(photos)))
    most = max(Counter(photos).values())
    if most <= (len(photos) + 1) // 2:
        assert all(photos[a] != photos[b] for a, b in pairwise(order))


def test_wrong_designs_are_refused() -> None:
    with pytest.raises(InvalidInput, match="overlap"):
        allocate(5, 2, 3)
    with pytest.raises(InvalidInput, match="each item once"):
        make_design([1, 1], [1, 2], 2, DesignRule(overlap=1))
    with pytest.raises(InvalidInput, match="no room"):
        make_design([1], [1], 1, DesignRule(overlap=1, session=5), anchors=[1, 2, 3, 4, 5])
    with pytest.raises(InvalidInput, match="shares"):
        DesignRule(gold_share=0.9)


@pytest.mark.parametrize("conditions", [2, 3, 4, 5, 6, 7])
def test_williams_orders_balance_places_and_neighbours(conditions: int) -> None:
    orders = williams_orders(conditions)
    neighbours = Counter(pair for row in orders.tolist() for pair in pairwise(row))
    assert len(orders) == conditions * (1 + conditions % 2)
    assert len(neighbours) == conditions * (conditions - 1)
    assert len(set(neighbours.values())) == 1
    for place in orders.T:
        assert set(Counter(place.tolist()).values()) == {len(orders) // conditions}


def test_block_designs_that_exist_and_those_that_cannot() -> None:
    assert balanced_blocks(7, 3) == Known(BlockCounts(7, 7, 3, 3, 1))
    assert balanced_blocks(9, 3) == Known(BlockCounts(9, 12, 4, 3, 1))
    assert "whole" in str(balanced_blocks(8, 3))
    assert "Fisher" in str(balanced_blocks(16, 6))
    with pytest.raises(InvalidInput):
        balanced_blocks(3, 4)
