"""Ranks with ties."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from measures.statistics.ranks import Rank, ranks, ranks_within


def test_ties_share_a_place_and_the_next_place_is_free() -> None:
    found = ranks({"a": 3.0, "b": 4.5, "c": 3.0, "d": 1.0})
    assert found == {
        "a": Rank(2, True),
        "b": Rank(1, False),
        "c": Rank(2, True),
        "d": Rank(4, False),
    }
    assert ranks({}) == {}


def test_equal_means_tie_whatever_their_last_bits() -> None:
    assert ranks({"a": 0.1 + 0.2, "b": 0.3})["a"].is_tied


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), min_size=1, max_size=30))
def test_many_photos_agree_with_scipy(rows: list[tuple[int, int]]) -> None:
    photo, score = (np.array(column) for column in zip(*rows, strict=True))
    got = ranks_within(photo, score)
    for each in set(photo.tolist()):
        mine = photo == each
        assert got[mine].tolist() == rankdata(-score[mine], method="min").tolist()
