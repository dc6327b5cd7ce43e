"""Conversations: the right words in the right places, and nobody's markers in them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Photo
from core.csv_cells import neutral_cell
from curation.conversations import box_text, conversation, meta_of, neutral
from curation.models import Sample, SampleKind
from curation.sentences import sentences
from inference.prompts import render
from measures.boxes import Box, Unreadable
from measures.boxes.text import parse_box
from tests.annotation.build import GUIDANCE

MARKERS = [
    "<image>", "<video>", "<bbox>", "<ref-object>", "<|image_pad|>", "<|vision_start|>",
    "<|im_end|>", "<|im_start|>", "</s>", "<s>", "<end_of_utterance>", "<fake_token_around_image>",
    "<row_1_col_2>", "<global-img>", "<|endoftext|>", "<eos>", "<IMAGE>",
]  # fmt: skip
CROP = {"box": [0.1, 0.2, 0.9, 0.8], "rationale": "Calmer <image>.", "score": 4.5, "n": 2}
LOSER = {**CROP, "box": [0.0, 0.0, 0.5, 0.5], "score": 2.0}


def sample(kind: SampleKind, **data: Any) -> Sample:
    photo = Photo(content_hash="ab" * 32)
    return Sample(kind=kind, data=data, photo=photo, group_key="cd" * 32)


def test_a_crop_is_asked_as_drafting_asks() -> None:
    said = conversation(sample(SampleKind.SFT_CROP, answer=CROP), with_rationale=False)
    assert said["prompt"] == [{"role": "user", "content": render("crop.best").text}]
    assert said["completion"] == [{"role": "assistant", "content": "[10,20,90,80]"}]


def test_the_rationale_follows_the_box() -> None:
    said = conversation(sample(SampleKind.SFT_CROP, answer=CROP), with_rationale=True)
    assert said["completion"][0]["content"] == "[10,20,90,80] Calmer \u2039image\u203a."


def test_a_pair_has_no_rationale_on_either_side() -> None:
    said = conversation(
        sample(SampleKind.DPO_CROP, chosen=CROP, rejected=LOSER), with_rationale=True
    )
    assert (said["chosen"][0]["content"], said["rejected"][0]["content"]) == (
        "[10,20,90,80]", "[0,0,50,50]",
    )  # fmt: skip


def test_guidance_is_three_texts_in_one() -> None:
    said = conversation(sample(SampleKind.SFT_GUIDANCE, **GUIDANCE), with_rationale=False)
    assert said["prompt"][0]["content"] == render("guidance.ask").text
    assert said["completion"][0]["content"].split("\n\n") == [
        GUIDANCE["overall"], GUIDANCE["analysis"], GUIDANCE["guidance"],
    ]  # fmt: skip


def test_meta_leads_back() -> None:
    marks = [{"block": "overall", "index": 0, "mark": "wrong", "sentence": "A calm coast."}]
    meta = meta_of(sample(SampleKind.DPO_TEXT, chosen=GUIDANCE, rejected=GUIDANCE, marks=marks))
    assert meta == {"photo": "ab" * 32, "group": "cd" * 32, "marks": marks}
    assert meta_of(sample(SampleKind.SFT_CROP, answer=CROP))["score"] == 4.5


def test_every_marker_is_disarmed() -> None:
    for marker in MARKERS:
        assert marker not in neutral(f"see {marker}{marker} and <im{marker}age>")
    assert neutral("width < height and 5 > 3; a <- b") == "width < height and 5 > 3; a <- b"


@given(st.lists(st.sampled_from([*MARKERS, "<", ">", "|", "a", " ", "<im", "age>"]), max_size=12))
def test_no_nesting_puts_a_marker_together(parts: list[str]) -> None:
    text = neutral("".join(parts))
    assert not any(marker in text for marker in MARKERS)
    assert neutral(text) == text


@given(st.text(max_size=200))
def test_words_keep_their_length_and_all_but_angles(text: str) -> None:
    changed = neutral(text)
    assert len(changed) == len(text)
    assert all(a == b or a in "<>" for a, b in zip(text, changed, strict=True))


@given(st.tuples(*[st.floats(0, 1)] * 4))
def test_a_written_box_can_be_read(corners: tuple[float, ...]) -> None:
    x1, x2 = sorted(corners[:2])
    y1, y2 = sorted(corners[2:])
    if x2 - x1 < 0.02 or y2 - y1 < 0.02:
        return
    box = parse_box(box_text([x1, y1, x2, y2]), "percent")
    assert not isinstance(box, Unreadable)
    assert Box(x1, y1, x2, y2).corners() == pytest.approx(box.corners(), abs=0.0051)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Raise it. Then wait!", ["Raise it.", "Then wait!"]),
        ("Use f/8. Or e.g. a tripod. Done", ["Use f/8. Or e.g. a tripod.", "Done"]),
        ("Mr. B. stands left.\nA line\n\nAnother", ["Mr. B. stands left.", "A line", "Another"]),
        ('He said "no." Twice...', ['He said "no."', "Twice..."]),
        ("", []),
    ],
)
def test_sentences_are_counted_as_the_page_counts(text: str, units: list[str]) -> None:
    assert sentences(text) == units


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\r", "\uff1d"])
def test_formulas_are_disarmed_in_csv(start: str) -> None:
    assert neutral_cell(f"{start}cmd()") == f"'{start}cmd()"
    assert neutral_cell("Ada = Eve") == "Ada = Eve"
