"""Kappas and AC1 against published examples and their definitions."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.kappa import Beyond, cohen_kappa, fleiss_kappa, gwet_ac1
from measures.statistics.known import Maybe
from tests.measures.reference_data import needs_reference_data
from tests.measures.statistics.real_panel import cadb_table

# Fleiss (1971) as commonly printed: ten subjects, fourteen raters, five categories.
FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip


def value(found: Maybe[Beyond]) -> float:
    """A coefficient that must exist."""
    assert isinstance(found, Known)
    return found.value.value


def columns(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """(item, category) of a table of counts."""
    rows = [
        (item, category)
        for item, row in enumerate(table)
        for category, count in enumerate(row)
        for _ in range(count)
    ]
    items, categories = zip(*rows, strict=True)
    return list(items), list(categories)


def test_cohen_by_hand() -> None:
    # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: agreed .7, by chance .5.
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    found = cohen_kappa(first, second)
    assert value(found) == pytest.approx(0.4)
    assert isinstance(found, Known)
    assert found.value.observed == pytest.approx(0.7)
    assert found.value.prevalence == pytest.approx((0.45, 0.55))
    assert isinstance(found.value.interval, Known)
    assert found.value.interval.value.low < 0.4 < found.value.interval.value.high


def slow_cohen(first: list[int], second: list[int], power: int) -> float:
    """1 - mean cost of the pairs that met over that of all pairs that might have."""
    grades = sorted({*first, *second})
    place = {grade: at for at, grade in enumerate(grades)}

    def cost(a: int, b: int) -> float:
        return float(a != b) if power == 0 else abs(place[a] - place[b]) ** power

    met = np.mean([cost(a, b) for a, b in zip(first, second, strict=True)])
    might = np.mean([cost(a, b) for a in first for b in second])
    return 1 - met / might


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=20),
    st.sampled_from([("none", 0), ("linear", 1), ("quadratic", 2)]),
)
def test_cohen_agrees_with_its_definition(
    votes: list[tuple[int, int]], weights: tuple[str, int]
) -> None:
    first, second = ([pair[side] for pair in votes] for side in (0, 1))
    found = cohen_kappa(first, second, weights=weights[0])
    if len({*first, *second}) == 1:
        assert "one category" in str(found)
    elif len({*first}) > 1 or len({*second}) > 1 or first[0] != second[0]:
        assert value(found) == pytest.approx(slow_cohen(first, second, weights[1]))
        assert value(cohen_kappa(second, first, weights=weights[0])) == pytest.approx(value(found))


def test_fleiss_published_example() -> None:
    assert value(fleiss_kappa(*columns(FLEISS))) == pytest.approx(0.2099, abs=5e-5)


@needs_reference_data
def test_a_real_panel_from_the_definitions() -> None:
    table = cadb_table(300)
    items, grades = np.repeat(np.arange(300), 5), table.ravel()
    observed = np.mean([np.mean([a == b for a, b in permutations(row, 2)]) for row in table])
    share = np.array([count / grades.size for count in Counter(grades.tolist()).values()])
    fleiss, gwet = (share**2).sum(), (share * (1 - share)).sum() / (share.size - 1)
    got = value(fleiss_kappa(items, grades)), value(gwet_ac1(items, grades))
    expected = (observed - fleiss) / (1 - fleiss), (observed - gwet) / (1 - gwet)
    assert got == pytest.approx(expected, abs=1e-6)
    quadratic = cohen_kappa(table[:, 0], table[:, 1], weights="quadratic")
    slow = slow_cohen(table[:, 0].tolist(), table[:, 1].tolist(), 2)
    assert value(quadratic) == pytest.approx(slow, abs=1e-6)


def test_ac1_is_not_fooled_by_a_prevalent_category() -> None:
    # 118 yes-yes, 5 + 2 mixed, 0 no-no: agreement .944, kappa below 0, AC1 .941 (Gwet 2008).
    first, second = [1] * 123 + [0] * 2, [1] * 118 + [0] * 5 + [1] * 2
    items = [*range(125), *range(125)]
    assert value(cohen_kappa(first, second)) < 0
    assert value(gwet_ac1(items, first + second)) == pytest.approx(0.9407, abs=1e-4)


def test_ac1_takes_gaps() -> None:
    # Items 1 and 2 have pairs (one agrees); item 3 counts for the prevalence only.
    found = gwet_ac1([1, 1, 2, 2, 3], ["a", "a", "a", "b", "a"])
    chance = 2 * (2.5 / 3) * (0.5 / 3)
    assert value(found) == pytest.approx((0.5 - chance) / (1 - chance))
    assert "different numbers" in str(fleiss_kappa([1, 1, 2], [1, 2, 1]))


def test_undefined_cases_say_why() -> None:
    assert "one category" in str(fleiss_kappa([1, 1], [3, 3]))
    assert "two votes" in str(gwet_ac1([1, 2], [3, 4]))
    assert "two votes" in str(gwet_ac1([], []))
    assert "two votes" in str(cohen_kappa([], []))
    one = gwet_ac1([1, 1], [1, 2])
    assert isinstance(one, Known)
    assert "only one item" in str(one.value.interval)
    with pytest.raises(InvalidInput, match="equal length"):
        cohen_kappa([1], [1, 2])
