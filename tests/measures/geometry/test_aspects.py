"""Named aspects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.boxes import Box
from measures.geometry.aspects import ASPECTS, aspect_value, largest_box, nearest_aspect


def test_the_nearest_aspect_is_by_factor() -> None:
    assert nearest_aspect(1.52) == "3:2"
    assert nearest_aspect(1 / 1.52) == "2:3"
    with pytest.raises(InvalidInput):
        nearest_aspect(0)


def test_an_unknown_aspect_is_refused() -> None:
    with pytest.raises(InvalidInput, match="16:9"):
        aspect_value("7:1")


@given(
    st.sampled_from(list(ASPECTS.values())),
    st.floats(0.4, 2.5),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_the_largest_box_has_its_aspect_and_touches_two_edges(
    aspect: float, photo_aspect: float, centre: tuple[float, float]
) -> None:
    box = largest_box(aspect, photo_aspect, centre)
    assert box.aspect(photo_aspect) == pytest.approx(aspect)
    assert max(box.width, box.height) == pytest.approx(1)


def test_the_box_moves_towards_its_centre() -> None:
    assert largest_box(1, 2, (0.9, 0.5)) == Box(0.5, 0, 1, 1)
