"""The word-level difference keeps both texts whole."""

from hypothesis import given
from hypothesis import strategies as st

from core.text_diff import word_diff

TEXTS = st.text(alphabet="ab .,\u2019'-\n", max_size=60)


def test_a_changed_phrase_is_one_change() -> None:
    pieces = word_diff("Use a wider lens so that it fits.", "Step forward so that it fits.")
    assert pieces == [
        ("delete", "Use a wider lens"),
        ("insert", "Step forward"),
        ("equal", " so that it fits."),
    ]


def test_equal_and_empty_texts() -> None:
    assert word_diff("same", "same") == [("equal", "same")]
    assert word_diff("", "new words") == [("insert", "new words")]
    assert word_diff("", "") == []


@given(TEXTS, TEXTS)
def test_joined_pieces_are_the_texts(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(t for op, t in pieces if op != "insert") == before
    assert "".join(t for op, t in pieces if op != "delete") == after
