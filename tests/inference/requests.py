"""Requests for every step, drawn photos, and how to open a working source of every backend."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from inference.backends import Parameters, Request
from inference.prompts import render
from inference.schemas import json_schema

COMMENTS = ["Nice, but the horizon is tilted.", "The sky is too empty for me."]
CRITIQUE = {
    "overall": "A harbour at dusk.",
    "analysis": "The boats lead the eye, but the sky is empty.",
    "guidance": "The sky takes too much room. Next time step closer.",
    "issues": ["too much empty sky"],
    "suggestions": ["step closer"],
}
ELEMENTS = [{"name": "rule_of_thirds", "points": [0.5, 0.2, 0.8, 0.5]}]
BOX = [0.4, 0.1, 1.0, 0.7]
RATIONALE = "The crop keeps the subject whole and drops the empty left side, which balances it."
ABOUT_A_CROP: dict[str, dict[str, Any]] = {
    "rationale.write": {"box": BOX, "label": "good", "objections": []},
    "rationale.verify": {"box": BOX, "label": "good", "judges": "good", "rationale": RATIONALE},
    "crop.refine": {"box": BOX, "words": "more room on the left"},
}
# What the prompt gets where it is not the inputs as they are.
WORDS: dict[str, dict[str, Any]] = {
    "rationale.write": {"label": "good", "judgement": "better", "objections": []},
    "rationale.verify": {"label": "good", "rationale": RATIONALE},
    "crop.refine": {"box": str(BOX), "words": "more room on the left"},
    "guidance.verify": {"critique": str(CRITIQUE)},
    "crop.propose_composed": {
        "count": 6,
        "elements": ["Rule of thirds"],
        "picture": "It is plain.",
    },
    "crop.decide": {
        "count": 2,
        "crops": ["left", "right"],
        "picture": "It is plain.",
        "remark": "",
    },
}


def drawn_photo(
    box: tuple[float, float, float, float] = (0.56, 0.22, 0.78, 0.46),
    *,
    size: tuple[int, int] = (300, 200),
    tilt: float = 0.0,
    kind: str = "JPEG",
) -> bytes:
    """Dark noise with one bright orange box, both tilted by some degrees clockwise."""
    noise = np.random.default_rng(7).integers(20, 60, (size[1], size[0], 3), dtype=np.uint8)
    noise[round(size[1] * 0.8) :] += 60
    x1, y1, x2, y2 = box
    rows = slice(round(y1 * size[1]), round(y2 * size[1]))
    noise[rows, round(x1 * size[0]) : round(x2 * size[0])] = (240, 170, 40)
    image = Image.fromarray(noise)
    if tilt:
        image = image.rotate(-tilt, resample=Image.Resampling.BICUBIC)
        image = image.crop((30, 20, size[0] - 30, size[1] - 20))
    return encoded(image, kind)


def encoded(image: Image.Image, kind: str = "JPEG") -> bytes:
    """The image as a file's bytes."""
    file = io.BytesIO()
    image.save(file, kind, **({"quality": 92} if kind == "JPEG" else {}))
    return file.getvalue()


def ask(step: str, photo: bytes | None = None, **changes: Any) -> Request:
    """A request of one step, as a pipeline would make it."""
    known: dict[str, dict[str, Any]] = {
        "guidance.refine": {"comments": COMMENTS},
        "guidance.verify": {"critique": CRITIQUE},
        "crop.propose": {"count": 6},
        "crop.best": {},
        "composition.analyse": {},
        "crop.propose_composed": {"count": 6, "elements": ELEMENTS},
        "crop.decide": {"boxes": [[0.1, 0.1, 0.8, 0.9], [0.3, 0.0, 1.0, 0.8]]},
    }
    known |= ABOUT_A_CROP
    inputs = known[step]
    values = WORDS.get(step, inputs)
    settings: dict[str, Any] = {
        "prompt": render(step, **values),
        "images": (photo or drawn_photo(),),
        "inputs": inputs,
        "schema": json_schema(step),
        "parameters": Parameters(max_tokens=64),
    }
    return Request(step, **(settings | changes))


STEPS = [
    "guidance.refine", "guidance.verify", "crop.propose", "crop.best",
    "composition.analyse", "crop.propose_composed", "crop.decide",
    "rationale.write", "rationale.verify", "crop.refine",
]  # fmt: skip
