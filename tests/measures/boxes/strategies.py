"""Random boxes and photo sizes for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from measures.boxes import Box


@st.composite
def boxes(draw: st.DrawFn, least: float = 0.01) -> Box:
    """A box at least ``least`` wide and high."""
    x1 = draw(st.floats(0, 1 - least))
    y1 = draw(st.floats(0, 1 - least))
    x2 = draw(st.floats(x1 + least, 1)) if x1 + least < 1 else 1.0
    y2 = draw(st.floats(y1 + least, 1)) if y1 + least < 1 else 1.0
    return Box(x1, y1, x2, y2)


def sizes() -> st.SearchStrategy[tuple[int, int]]:
    """(width, height) in pixels."""
    return st.tuples(st.integers(100, 6000), st.integers(100, 6000))
