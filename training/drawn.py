"""A data set that can be drawn: a bright rectangle on noise, to be boxed by the model.

Small enough to be learnt on two processor cores in a minute and with a right answer that is known,
so tests, benchmarks and the manual can show that a run really trains. The preference pairs prefer
the rectangle with a margin around it to the tight rectangle.

Beside them stand rows of questions: on which side the rectangle is, with its box, for the recipes that
learn to outline a region. Their global view is half as large as the drawing.

Writes an export folder as `training.rows` reads it, with PNG images and `manifest.json`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from PIL import Image

from inference.prompts import render
from measures.boxes import Box
from measures.boxes.conversions import to_percent
from measures.boxes.text import SHARES, BoxText, format_box

PROMPT = "Find the best crop of this image."
QUESTIONS = ("sft_region", "rl_region", "rl_gap")
QUESTION = "On which side is the rectangle?"
MARGIN = 0.1
_SMALLEST, _LARGEST = 0.25, 0.7


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of ``side`` x ``side`` pixels and the rectangle on it, in whole per cent."""

    image: Image.Image
    box: Box

    @property
    def padded(self) -> Box:
        """The rectangle with its margin, which the pairs prefer."""
        return padded(self.box)


def padded(box: Box) -> Box:
    """A margin of a tenth of the picture around the box, cut at the picture's edges."""
    x1, y1, x2, y2 = box.corners()
    return Box.clipped(x1 - MARGIN, y1 - MARGIN, x2 + MARGIN, y2 + MARGIN)


def draw(count: int, *, seed: int, side: int = 64) -> Iterator[Drawing]:
    """``count`` drawings; the same seed draws the same ones."""
    chance = np.random.default_rng(seed)
    for _ in range(count):
        yield _draw_one(chance, side)


def _draw_one(chance: np.random.Generator, side: int) -> Drawing:
    pixels = chance.integers(0, 80, (side, side, 3), dtype=np.uint8)
    width, height = chance.uniform(_SMALLEST, _LARGEST, 2)
    left, top = chance.uniform(0, 1 - width), chance.uniform(0, 1 - height)
    corners = [round(float(edge) * 100) for edge in (left, top, left + width, top + height)]
    x1, y1, x2, y2 = (round(edge * side / 100) for edge in corners)
    pixels[y1:y2, x1:x2] = chance.integers(170, 255, 3)
    return Drawing(Image.fromarray(pixels), Box.of([edge / 100 for edge in corners]))


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rows of each file; no file is written for 0."""

    sft_train: int = 2000
    sft_validation: int = 200
    dpo_train: int = 600
    dpo_validation: int = 200
    questions: int = 0
    questions_validation: int = 0


def write_export(
    folder: Path,
    sizes: Sizes = Sizes(),
    *,
    seed: int = 1,
    side: int = 64,
) -> Path:
    """Writes the export and returns its folder; the files never share a drawing."""
    written: list[dict[str, Any]] = []
    for offset, (name, count) in enumerate(_counts(sizes)):
        if count:
            drawings = draw(count, seed=seed * 1000 + offset, side=side)
            written.append(_write_rows(folder, name, drawings))
    manifest = {
        "exporter": "drawn",
        "options": {"box_format": BoxText.PERCENT.value, "image_side": side},
        "files": written,
    }
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return folder


def _counts(sizes: Sizes) -> list[tuple[str, int]]:
    return [
        ("sft_crop-train", sizes.sft_train),
        ("sft_crop-validation", sizes.sft_validation),
        ("dpo_crop-train", sizes.dpo_train),
        ("dpo_crop-validation", sizes.dpo_validation),
        *((f"{sample}-train", sizes.questions) for sample in QUESTIONS),
        *((f"{sample}-validation", sizes.questions_validation) for sample in QUESTIONS),
    ]


def _write_rows(folder: Path, name: str, drawings: Iterator[Drawing]) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    digest, rows = hashlib.sha256(), 0
    with (folder / f"{name}.jsonl").open("wb") as file:
        for drawing in drawings:
            image = _write_image(folder, drawing.image)
            row = _row(name, image, drawing)
            if name.startswith("rl_gap"):
                view = drawing.image.resize((drawing.image.width // 2, drawing.image.height // 2))
                row |= {"images": [_write_image(folder, view)], "original": image}
            line = orjson.dumps(row) + b"\n"
            file.write(line)
            digest.update(line)
            rows += 1
    return {"name": f"{name}.jsonl", "rows": rows, "sha256": digest.hexdigest()}


def _write_image(folder: Path, image: Image.Image) -> str:
    content = io.BytesIO()
    image.save(content, "PNG")
    sha = hashlib.sha256(content.getvalue()).hexdigest()
    path = folder / "images" / sha[:2] / f"{sha}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.getvalue())
    return str(path.relative_to(folder))


def _row(name: str, image: str, drawing: Drawing) -> dict[str, Any]:
    row: dict[str, Any] = {"images": [image], "prompt": [{"role": "user", "content": PROMPT}]}
    if name.startswith(QUESTIONS):
        return row | _asked(name, drawing)
    if name.startswith("sft"):
        return row | {"completion": _answer(drawing.box)}
    return row | {"chosen": _answer(drawing.padded), "rejected": _answer(drawing.box)}


def _asked(name: str, drawing: Drawing) -> dict[str, Any]:
    """A row of a question, in the words of drafting."""
    prompt = render("region.outline", question=QUESTION, units=SHARES[BoxText.PERCENT])
    said = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.text}]
    numbers = list(to_percent(drawing.box))
    if name.startswith("sft"):
        text = f'{{"bbox_2d": {numbers}}}'
        return {"prompt": said, "completion": [{"role": "assistant", "content": text}]}
    x1, _y1, x2, _y2 = drawing.box.corners()
    side = "left" if x1 + x2 < 1 else "right"
    return {
        "prompt": said, "question": QUESTION, "answers": [side], "answer": side,
        "solution_bbox": numbers,
    }  # fmt: skip


def _answer(box: Box) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": format_box(box, BoxText.PERCENT)}]
