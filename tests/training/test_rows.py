"""Rows of an export: read lazily, refused with their line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import InvalidInput
from training.drawn import PROMPT, Sizes, draw, write_export
from training.rows import open_rows

USER = [{"role": "user", "content": "Where?"}]
SAID = [{"role": "assistant", "content": "[0,0,9,9]"}]


def write(folder: Path, sample: str, *rows: Any) -> Path:
    (folder / "a.png").write_bytes(b"picture")
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / f"{sample}-train.jsonl").write_text("\n".join(lines))
    return folder


def sft(**changes: Any) -> dict[str, Any]:
    return {"images": ["a.png"], "prompt": USER, "completion": SAID} | changes


def test_rows_come_by_number_and_in_order(tmp_path: Path) -> None:
    other = [{"role": "assistant", "content": "[1,1,9,9]"}]
    write(tmp_path, "sft_crop", sft(), "", sft(completion=other))
    rows = open_rows(tmp_path, "sft_crop", "train")
    assert rows is not None
    assert len(rows) == 2
    assert rows[1].answers["completion"] == other
    assert [row.images for row in rows] == [(tmp_path / "a.png",)] * 2
    assert len(rows[:9]) == 2


def test_no_file_is_no_rows_and_a_limit_holds(tmp_path: Path) -> None:
    write(tmp_path, "sft_crop", sft(), sft(), "broken, but after the limit")
    assert open_rows(tmp_path, "sft_crop", "validation") is None
    assert len(open_rows(tmp_path, "sft_crop", "train", limit=2) or []) == 2


PART = [{"role": "user", "content": [{"type": "text", "text": "Where?"}]}]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("{broken", "unexpected character"),
        ([1], "not a JSON object"),
        (sft(images=[]), "must be a list"),
        (sft(images=["b.png"]), "missing from the export"),
        (sft(images=["../a.png"]), "leads out"),
        (sft(images=["/etc/passwd"]), "leads out"),
        (sft(images=[7]), "path of a file"),
        (sft(completion=[]), "must be a list"),
        (sft(prompt=[{"role": "robot", "content": "x"}]), "known role"),
        (sft(prompt=[{"role": "user", "content": ""}]), "without content"),
        (sft(prompt=[{"role": "system", "content": "x"}]), "message of the user"),
        (sft(prompt=PART), "marks 0 images but the row has 1"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, row: Any, words: str) -> None:
    write(tmp_path, "sft_crop", sft(), row)
    with pytest.raises(InvalidInput, match=words) as caught:
        open_rows(tmp_path, "sft_crop", "train")
    assert caught.value.line == 2
    assert caught.value.field == "data"


def rewarded(**changes: Any) -> dict[str, Any]:
    told = {"question": "Where?", "answers": ["here"], "answer": "here", "solution_bbox": None}
    return {"images": ["a.png"], "prompt": USER, **told} | changes


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (rewarded(question=" "), "'question' must be text"),
        (rewarded(answers=[]), "must be a list"),
        (rewarded(answers=[1]), "'answers' must be text"),
        (rewarded(solution_bbox=[1, 2, 3]), "a box in percent"),
        (rewarded(solution_bbox="all"), "a box in percent"),
        (rewarded(original="../a.png"), "leads out"),
    ],
)
def test_a_wrong_rewarded_row_is_refused(tmp_path: Path, row: Any, words: str) -> None:
    write(tmp_path, "rl_gap", rewarded(solution_bbox=[0, 0, 50, 50]), row)
    with pytest.raises(InvalidInput, match=words) as caught:
        open_rows(tmp_path, "rl_gap", "train")
    assert caught.value.line == 2


def test_a_pair_without_a_difference_is_refused(tmp_path: Path) -> None:
    pair = {"images": ["a.png"], "prompt": USER, "chosen": SAID, "rejected": SAID}
    write(tmp_path, "dpo_crop", pair)
    with pytest.raises(InvalidInput, match="nothing to prefer"):
        open_rows(tmp_path, "dpo_crop", "train")


def test_the_drawn_export_is_read_back(tmp_path: Path) -> None:
    write_export(tmp_path, Sizes(4, 3, 2, 0), seed=5, side=32)
    rows = open_rows(tmp_path, "sft_crop", "train")
    pairs = open_rows(tmp_path, "dpo_crop", "train")
    assert rows is not None
    assert pairs is not None
    assert (len(rows), len(pairs)) == (4, 2)
    assert rows[0].prompt[0]["content"] == PROMPT
    assert open_rows(tmp_path, "dpo_crop", "validation") is None


def test_drawings_repeat_with_their_seed() -> None:
    first, again, other = (next(draw(1, seed=seed)) for seed in (3, 3, 4))
    assert first.box == again.box
    assert first.image.tobytes() == again.image.tobytes()
    assert first.box != other.box
    assert first.padded.contains(first.box)
