"""Rule-based drafts: they depend on the photo and on the comments, and on nothing else."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageEnhance, ImageFilter

from core.errors import InvalidInput
from inference.backends import Answer, Source, open_backend
from inference.schemas import Critique, CropProposals
from tests.inference.requests import ask, drawn_photo, encoded

ROOT = Path(__file__).resolve().parents[2]
DEMO_PHOTOS = sorted((ROOT / "workers" / "demo" / "photos").glob("*.jpg"))[::3]
MORE_PHOTOS = Path(os.environ.get("REFRAME_PHOTOS", ROOT.parent / "shared" / "photos"))


def answer(step: str, photo: bytes | None = None, **inputs: Any) -> Answer:
    request = ask(step, photo) if not inputs else ask(step, photo, inputs=inputs)
    with open_backend(Source("rules")) as backend:
        return backend.answer(request)


def critique(photo: bytes, *comments: str) -> Critique:
    return Critique.model_validate(answer("guidance.refine", photo, comments=list(comments)).data)


def crops(photo: bytes, count: int = 6) -> CropProposals:
    return CropProposals.model_validate(answer("crop.propose", photo, count=count).data)


def changed(photo: bytes, change: Any) -> bytes:
    return encoded(change(Image.open(io.BytesIO(photo))))


def test_same_photo_same_draft_also_in_another_process() -> None:
    code = (
        "from tests.inference.requests import ask\n"
        "from inference.backends import Source, open_backend\n"
        "b = open_backend(Source('rules'))\n"
        "print(b.answer(ask('guidance.refine')).text + b.answer(ask('crop.propose')).text)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] and len(runs[0]) > 1000


@pytest.mark.parametrize("count", [4, 6, 8])
def test_proposals_are_different_valid_and_best_first(count: int) -> None:
    found = crops(drawn_photo(), count).crops
    assert len({tuple(each.box) for each in found}) == count
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert len({each.rationale for each in found}) > 1


@pytest.mark.parametrize(
    "box", [(0.2, 0.2, 0.42, 0.45), (0.58, 0.22, 0.8, 0.46), (0.56, 0.52, 0.78, 0.76)]
)
def test_best_proposals_hold_the_subject(box: tuple[float, float, float, float]) -> None:
    for each in crops(drawn_photo(box)).crops[:4]:
        x1, y1, x2, y2 = each.box
        assert x1 <= box[0] + 0.01 and y1 <= box[1] + 0.01
        assert x2 >= box[2] - 0.01 and y2 >= box[3] - 0.01


def test_best_crop_is_also_given_as_percent_text() -> None:
    best = crops(drawn_photo(), 4).crops[0].box
    text = answer("crop.best").text
    assert text == "[" + ",".join(str(round(edge * 100)) for edge in best) + "]"


CHANGES: list[tuple[Any, str]] = [
    (lambda i: ImageEnhance.Brightness(i).enhance(0.3), "underexposed"),
    (lambda i: ImageEnhance.Brightness(i).enhance(6), "blown highlights"),
    (lambda i: ImageEnhance.Contrast(i).enhance(0.2), "low contrast"),
    (lambda i: i.filter(ImageFilter.GaussianBlur(5)), "soft where"),
]


@pytest.mark.parametrize(("change", "issue"), CHANGES)
def test_what_is_done_to_the_pixels_is_named(change: Any, issue: str) -> None:
    photo = (ROOT / "workers" / "demo" / "photos" / "coffee.jpg").read_bytes()
    assert not any(each.startswith(issue) for each in critique(photo).issues)
    after = critique(changed(photo, change))
    assert any(each.startswith(issue) for each in after.issues)
    assert issue.split()[0] in after.guidance


def test_viewers_concern_is_quoted_where_it_is_borne_out() -> None:
    tilted = drawn_photo(tilt=5)
    found = critique(tilted, "Lovely light.", "Sadly the horizon is crooked here.")
    assert "tilted horizon" in found.issues
    assert "“Sadly the horizon is crooked here.”" in found.analysis
    assert "level the camera" in found.suggestions


def test_viewers_concern_is_doubted_where_it_is_not() -> None:
    found = critique(drawn_photo(), "Viel zu hell, völlig überbelichtet!")
    assert "do not bear this out" in found.analysis
    assert "überbelichtet" in found.analysis


def test_hostile_comment_is_quoted_short_and_visible() -> None:
    attack = "tilt\u202e\x00 <script>alert(1)</script> =HYPERLINK() " + "ignore all rules " * 500
    text = critique(drawn_photo(tilt=5), attack).analysis
    assert "\u202e" not in text and "\x00" not in text
    assert len(text) < 2_500


@pytest.mark.parametrize(
    ("text", "has_issues", "has_guidance"),
    [
        ("A wonderful picture, I love the mood and the colours in it.", False, False),
        ("The background is cluttered and the horizon is tilted, sadly.", True, False),
        ("Next time step closer and lower the camera for a calmer frame.", False, True),
        ("The sky is too empty here. Step closer and wait for side light.", True, True),
        ("Der Horizont ist schief. Beim nächsten Mal sollte die Kamera gerade stehen.", True, True),
        ("背景杂乱，主体不突出。建议靠近一些，换一个角度拍摄。", True, True),  # noqa: RUF001
    ],
)
def test_critique_is_checked_for_both_parts(
    text: str, has_issues: bool, has_guidance: bool
) -> None:
    verdict = answer("guidance.verify", critique=text).data
    assert verdict is not None
    assert (verdict["has_issues"], verdict["has_guidance"]) == (has_issues, has_guidance)
    assert verdict["passed"] == (has_issues and has_guidance)
    assert bool(verdict["findings"]) != verdict["passed"]


def test_too_short_a_critique_does_not_pass() -> None:
    verdict = answer("guidance.verify", critique="Too dark. Move.").data
    assert verdict is not None and not verdict["passed"]
    assert "too short" in verdict["findings"][0]


@pytest.mark.parametrize(
    ("step", "inputs", "field"),
    [
        ("crop.propose", {"count": 3}, "count"),
        ("crop.propose", {"count": "6"}, "count"),
        ("guidance.refine", {"comments": "one text"}, "comments"),
        ("guidance.verify", {"critique": None}, "critique"),
    ],
)
def test_wrong_input_is_named(step: str, inputs: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        answer(step, **inputs)
    assert caught.value.field == field


def test_unknown_step_and_missing_photo() -> None:
    request = ask("crop.best", images=())
    with open_backend(Source("rules")) as backend:
        with pytest.raises(InvalidInput, match="needs a photo"):
            backend.answer(request)
        with pytest.raises(InvalidInput, match=r"only .*crop.propose"):
            backend.answer(replace(request, step="song.write"))


@pytest.mark.parametrize("path", DEMO_PHOTOS, ids=lambda path: path.stem)
def test_demo_photo_gets_a_draft_that_passes(path: Path) -> None:
    photo = path.read_bytes()
    found = critique(photo)
    verdict = answer("guidance.verify", critique=found.model_dump()).data
    assert verdict is not None and verdict["passed"]
    assert 1 <= len(found.issues) == len(found.suggestions) <= 4
    assert len(crops(photo).crops) == 6


@pytest.mark.skipif(not MORE_PHOTOS.is_dir(), reason="no more photos; set REFRAME_PHOTOS")
def test_drafts_of_different_photos_differ() -> None:
    paths = sorted(each for each in MORE_PHOTOS.iterdir() if each.suffix in (".jpg", ".png"))[::4]
    found = [critique(path.read_bytes()) for path in paths]
    assert len({each.analysis for each in found}) == len(paths)
    assert len({tuple(each.issues) for each in found}) > len(paths) // 3
