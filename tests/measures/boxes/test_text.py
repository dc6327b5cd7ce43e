"""Box text: what is written can be read, and what is wrong has a reason."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.boxes import Box, Unreadable
from measures.boxes.text import BoxText, format_box, parse_box
from tests.measures.boxes.strategies import boxes

RESIZED = (1148, 840)


@given(box=boxes(least=0.02), style=st.sampled_from(list(BoxText)))
def test_written_text_reads_back_as_itself(box: Box, style: BoxText) -> None:
    text = format_box(box, style, RESIZED)
    back = parse_box(f" Crop here: {text}.", style, RESIZED)
    assert isinstance(back, Box)
    assert format_box(back, style, RESIZED) == text


def test_each_style_by_hand() -> None:
    box = Box(0.1, 0.2, 0.5, 0.9)
    assert format_box(box, "percent") == "[10,20,50,90]"
    assert format_box(box, "permille") == "[100,200,500,900]"
    assert format_box(box, "points") == "(100,200),(500,900)"
    assert format_box(box, "resized", (100, 200)) == "[10,40,50,180]"


@pytest.mark.parametrize(
    "text",
    [
        "[10, 20, 50, 90].",
        "  [10,20,50,90]",
        '{"bbox_2d": [10, 20, 50, 90]}',
        "The best crop is [10.0, 20, 5e1, 90]".replace("5e1", "50"),
        "[10,20,50,90] or [0,0,1,1]",
    ],
)
def test_words_around_a_box_are_forgiven(text: str) -> None:
    assert parse_box(text, BoxText.PERCENT) == Box(0.1, 0.2, 0.5, 0.9)


def test_qwen_marks_around_the_points_are_forgiven() -> None:
    text = "<|box_start|>(100, 200), (500,900)<|box_end|>"
    assert parse_box(text, BoxText.POINTS) == Box(0.1, 0.2, 0.5, 0.9)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "none"),
        ("no crop needed", "none"),
        ("[10,20,50", "none"),
        ("[10,20,50]", "count"),
        ("[1,2,3,4,5]", "count"),
        ("[]", "count"),
        ("[10,20,abc,90]", "number"),
        ("[10,20,nan,90]", "number"),
        ("[10,20,101,90]", "range"),
        ("[-1,20,50,90]", "range"),
        ("[50,20,50,90]", "order"),
        ("[60,20,50,90]", "order"),
        ("[10,90,50,20]", "order"),
    ],
)
def test_a_wrong_box_has_a_reason(text: str, code: str) -> None:
    found = parse_box(text, BoxText.PERCENT)
    assert isinstance(found, Unreadable)
    assert found.code == code
    assert str(found).endswith(".")


@given(st.text(alphabet="[](),.-0123456789 x", max_size=40), st.sampled_from(list(BoxText)))
def test_no_text_raises(text: str, style: BoxText) -> None:
    assert isinstance(parse_box(text, style, RESIZED), Box | Unreadable)


def test_resized_pixels_need_the_size() -> None:
    with pytest.raises(InvalidInput, match="resized"):
        parse_box("[1,2,3,4]", BoxText.RESIZED)


@pytest.mark.parametrize(
    "answer", ["(" + "1" * 19_000, "(1,2)" + " " * 19_000, "[" * 19_000, "[1," * 6_000]
)
def test_an_odd_answer_is_read_quickly(answer: str) -> None:
    started = perf_counter()
    for style in BoxText:
        assert isinstance(parse_box(answer, style, RESIZED), Unreadable)
    assert perf_counter() - started < 1


def test_a_box_too_thin_to_measure_is_unreadable() -> None:
    # These two differ, but not after division by 100.
    found = parse_box("[0.006999930000699993,0,0.006999930000699994,50]", BoxText.PERCENT)
    assert isinstance(found, Unreadable)
    assert found.code == "order"
