"""Teaches a tiny model one answer by heart: ``python -m tests.workers.teaching FOLDER ANSWER``.

In a process of its own, since torch stays out of the tests'. What the model then drafts proves the
path from a checkpoint to crops, nothing about its eye.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from PIL import Image

from inference import prompts
from inference.models.processors import load_processor
from inference.models.tiny import build_tiny_model

STEPS = 120
GOOD_ENOUGH = 0.02


def teach(folder: Path, answer: str) -> float:
    """Builds the model, trains it until it knows the answer, saves it; the last loss."""
    import torch
    from transformers import AutoModelForImageTextToText

    torch.manual_seed(0)
    torch.set_num_threads(1)
    build_tiny_model(folder, "idefics3", "smoke")
    model, processor = AutoModelForImageTextToText.from_pretrained(folder), load_processor(folder)
    rows, labels = _lesson(processor, answer)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    loss = 0.0
    for _ in range(STEPS):
        found = model(**rows, labels=labels).loss
        found.backward()
        optimizer.step()
        optimizer.zero_grad()
        loss = float(found.detach())
        if loss < GOOD_ENOUGH:
            break
    model.save_pretrained(folder)
    return loss


def _lesson(processor: Any, answer: str) -> tuple[Any, Any]:
    """Two pictures with the question and the answer; only the answer counts."""
    prompt = prompts.render("crop.best")
    pictures = [Image.new("RGB", (96, 64), colour) for colour in ("white", "black")]
    asked = [_talk(picture, prompt.text) for picture in pictures]
    said = {"role": "assistant", "content": [{"type": "text", "text": answer}]}
    before = _tokens(processor, asked, add_generation_prompt=True)
    whole = _tokens(processor, [[*talk, said] for talk in asked])
    labels = whole["input_ids"].clone()
    labels[:, : before["input_ids"].shape[1]] = -100
    return whole, labels


def _talk(picture: Image.Image, text: str) -> list[dict[str, Any]]:
    parts = [{"type": "image", "image": picture}, {"type": "text", "text": text}]
    return [{"role": "user", "content": parts}]


def _tokens(processor: Any, talks: list[Any], **more: Any) -> Any:
    return processor.apply_chat_template(
        talks, tokenize=True, return_dict=True, return_tensors="pt", **more
    )


if __name__ == "__main__":
    sys.stdout.write(f"{teach(Path(sys.argv[1]), sys.argv[2]):.4f}\n")
