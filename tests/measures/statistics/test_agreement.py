"""Krippendorff's alpha against brute force and a published example."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.statistics import Known
from measures.statistics.agreement import Agreement, Level, krippendorff_alpha
from tests.measures.reference_data import needs_reference_data, reference_json

# Krippendorff (2011), four observers and twelve units, 0 where nobody voted.
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]

Votes = list[tuple[int, int]]


def alpha(votes: Votes, level: str, resamples: int = 0) -> Agreement:
    """Alpha of (item, grade) votes."""
    items, grades = zip(*votes, strict=True)
    found = krippendorff_alpha(items, grades, level, resamples=max(resamples, 1))
    assert isinstance(found, Known)
    return found.value


def slow_alpha(votes: Votes, level: str) -> float:
    """From the definition: mean disagreement within items over that among all votes."""
    by_item = {item: [g for i, g in votes if i == item] for item, _ in votes}
    paired = {item: grades for item, grades in by_item.items() if len(grades) > 1}
    pool = [grade for grades in paired.values() for grade in grades]

    def distance(a: int, b: int) -> float:
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return float(a - b) ** 2
        low, high = min(a, b), max(a, b)
        between = sum(low <= grade <= high for grade in pool)
        return (between - (pool.count(a) + pool.count(b)) / 2) ** 2 if a != b else 0.0

    def spread(grades: list[int]) -> float:
        return sum(distance(a, b) for a, b in permutations(grades, 2)) / (len(grades) - 1)

    return 1 - sum(map(spread, paired.values())) / spread(pool)


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_the_published_example(level: str, expected: float) -> None:
    votes = [(u, g) for row in PUBLISHED for u, g in enumerate(row) if g]
    found = alpha(votes, level)
    assert found.alpha == pytest.approx(expected, abs=5e-4)
    assert (found.n_items, found.n_votes) == (11, 40)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), min_size=4, max_size=24),
    st.sampled_from(list(Level)),
)
def test_it_agrees_with_the_definition(votes: Votes, level: Level) -> None:
    kept = [v for v in votes if sum(v[0] == other[0] for other in votes) > 1]
    assume(len({grade for _, grade in kept}) > 1)
    assert alpha(votes, level).alpha == pytest.approx(slow_alpha(votes, level))


def test_undefined_cases_say_why() -> None:
    assert "two votes" in str(krippendorff_alpha([1, 2], [3, 4], "ordinal"))
    assert "all votes are equal" in str(krippendorff_alpha([1, 1, 2, 2], [3] * 4, "nominal"))
    assert "two votes" in str(krippendorff_alpha([], [], "interval"))
    with pytest.raises(InvalidInput, match="not a number"):
        krippendorff_alpha([1, 1], [1, float("nan")], "interval")


def test_relabelling_grades_keeps_order_agreement() -> None:
    votes = [(u, g) for row in PUBLISHED for u, g in enumerate(row) if g]
    stretched = [(u, g**3) for u, g in votes]
    assert alpha(stretched, "ordinal").alpha == pytest.approx(alpha(votes, "ordinal").alpha)


@needs_reference_data
def test_a_real_panel_with_its_interval() -> None:
    rows = list(reference_json("cadb/composition_scores.json").values())[:400]
    votes = [(item, grade) for item, row in enumerate(rows) for grade in row["scores"]]
    found = alpha(votes, "interval", resamples=200)
    table = np.array([row["scores"] for row in rows], dtype=float)
    within = table.var(axis=1, ddof=1).mean()
    assert found.alpha == pytest.approx(1 - within / table.var(ddof=1), abs=1e-6)
    assert isinstance(found.interval, Known)
    assert found.interval.value.low < found.alpha < found.interval.value.high
