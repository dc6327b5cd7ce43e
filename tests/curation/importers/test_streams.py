"""Entries of JSON files, read piece by piece: the same as reading the whole."""

from __future__ import annotations

import io
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.importers import _streams
from curation.importers._streams import json_entries, text_lines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def entries(content: bytes, **inside: Any) -> list[tuple[int, str, Any]]:
    found = json_entries(io.BytesIO(content), **inside)
    return [(line, key, orjson.loads(raw)) for line, key, raw in found]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_streams, "CHUNK", 3)


@settings(deadline=None)
@given(whole=st.dictionaries(st.text(max_size=6), VALUES, max_size=5), indent=st.booleans())
def test_an_object_is_its_members(whole: dict[str, Any], indent: bool) -> None:
    content = orjson.dumps(whole, option=orjson.OPT_INDENT_2 if indent else 0)
    assert {key: value for _, key, value in entries(content)} == whole


@settings(deadline=None)
@given(whole=st.lists(VALUES, max_size=5))
def test_a_list_is_its_elements(whole: list[Any]) -> None:
    assert [value for _, _, value in entries(orjson.dumps(whole))] == whole


def test_lists_inside_are_entered_and_lines_counted() -> None:
    content = b'{"a": [1,\n 2],\n "b": {"c": [3]}}'
    found = entries(content, inside=frozenset({"a"}))
    assert found == [(1, "a", 1), (2, "a", 2), (3, "b", {"c": [3]})]


def test_lines_are_bounded_and_know_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_streams, "MAX_ENTRY", 10)
    lines = text_lines(io.BytesIO(b"\xef\xbb\xbfone\r\ntwo\n" + b"3" * 50))
    assert [next(lines), next(lines)] == [(1, "one"), (2, "two")]
    with pytest.raises(_streams.TooLarge) as refused:
        next(lines)
    assert refused.value.line == 3
