"""Handles: the same for the same assignment, in no order, and nobody can make one up."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.test import override_settings

from annotation.handles import handle_of, id_of


def test_a_handle_is_read_back_and_stays() -> None:
    ids = [0, 1, 2, 41, 2**40]
    assert [id_of(handle_of(each)) for each in ids] == ids
    assert handle_of(41) == handle_of(41)


def test_neighbours_look_like_anybody() -> None:
    handles = [handle_of(each) for each in range(2_000)]
    rising = sum(a < b for a, b in pairwise(handles))
    assert 800 < rising < 1_200 and len(set(handles)) == 2_000


@pytest.mark.parametrize("word", ["", "41", "0" * 32, "x" * 32, "0" * 31 + "g"])
def test_other_words_name_nothing(word: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        id_of(word)


def test_one_digit_changed_names_nothing() -> None:
    handle = handle_of(41)
    changed = handle[:-1] + ("0" if handle[-1] != "0" else "1")
    with pytest.raises(ValueError, match="no assignment"):
        id_of(changed)


def test_another_site_gives_other_handles() -> None:
    before = handle_of(41)
    with override_settings(SECRET_KEY="another"):
        assert handle_of(41) != before
