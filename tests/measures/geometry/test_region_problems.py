"""What is wrong with a question region."""

from __future__ import annotations

import pytest

from measures.boxes import Box
from measures.geometry.regions import problems_of

SIZE = (1000, 500)


@pytest.mark.parametrize(
    ("box", "found", "codes"),
    [
        (Box(0.1, 0.1, 0.4, 0.4), Box(0.105, 0.1, 0.405, 0.4), []),
        (Box(0.1, 0.1, 0.4, 0.4), Box(0.1, 0.1, 0.42, 0.4), ["loses"]),
        (Box(0.1, 0.1, 0.4, 0.11), None, ["small"]),
        (Box(0.0, 0.0, 1.0, 0.98), None, ["whole"]),
    ],
)
def test_problems_by_code(box: Box, found: Box | None, codes: list[str]) -> None:
    assert [each.code for each in problems_of(box, found, SIZE)] == codes


def test_what_will_grow_may_be_small() -> None:
    tiny = Box(0.5, 0.5, 0.505, 0.505)
    assert [each.is_grave for each in problems_of(tiny, tiny, SIZE, will_grow=True)] == [False]
    assert [each.is_grave for each in problems_of(tiny, tiny, SIZE)] == [True]
