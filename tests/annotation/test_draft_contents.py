"""Drafts are untrusted: their content is checked and cleaned once, where it is stored."""

from __future__ import annotations

from typing import Any

import pytest

from annotation.contents import CropsContent, GuidanceContent, checked_content, parsed
from annotation.models import Draft, DraftKind
from core.errors import InvalidInput


@pytest.mark.parametrize(
    ("kind", "content", "field"),
    [
        (DraftKind.GUIDANCE, {"analysis": "x" * 1_000_000}, "analysis"),
        (DraftKind.GUIDANCE, {"issues": ["x"] * 65}, "issues"),
        (DraftKind.GUIDANCE, {"html": "<b>"}, "html"),
        (DraftKind.CROPS, {"crops": [{"box": [0.1, 0.1, 1.2, 0.9]}]}, "crops.0.box"),
        (DraftKind.CROPS, {"crops": [{"box": [0.9, 0.1, 0.2, 0.9]}]}, "crops.0.box"),
        (DraftKind.CROPS, {"crops": [{"box": [0, 0, 1, float("nan")]}]}, "crops.0.box"),
        (DraftKind.CROPS, {"crops": [{"box": [0, 0, 1, 1], "score": float("inf")}]}, "crops.0.score"),
    ],
)  # fmt: skip
def test_what_is_no_draft_is_refused_with_its_place(
    kind: DraftKind, content: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        checked_content(kind, content)
    assert caught.value.field.startswith(field)


def test_hidden_characters_are_taken_out() -> None:
    kept = checked_content(DraftKind.GUIDANCE, {"overall": "safe\u202e gnp.exe\x00\u200b"})
    assert kept["overall"] == "safe gnp.exe"


def test_markup_stays_text() -> None:
    words = "<script>alert(1)</script> =cmd|' /C calc'!A0"
    assert checked_content(DraftKind.GUIDANCE, {"overall": words})["overall"] == words


def test_stored_drafts_are_read_by_kind() -> None:
    guidance = Draft(kind=DraftKind.GUIDANCE, content={"overall": "Calm."})
    crops = Draft(kind=DraftKind.CROPS, content={"crops": [{"box": [0, 0, 0.5, 0.5]}]})
    assert isinstance(parsed(guidance), GuidanceContent)
    assert isinstance(parsed(crops), CropsContent)


def test_a_draft_of_no_shape_that_we_know_is_none() -> None:
    assert parsed(Draft(kind=DraftKind.CROPS, content={"crops": [{"box": [9, 9, 9, 9]}]})) is None
    assert parsed(Draft(kind=DraftKind.REGION, content={"any": "thing"})) is None
