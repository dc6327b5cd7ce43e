"""Asks a trained folder about every row of an export: ``python -m tests.training.answering MODEL ROWS``.

Prints one JSON list: what was answered and what was wanted, per row.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from inference.models.processors import load_processor
from training.recipes.fitting.dataset import RowReader
from training.rows import Row, Rows

BATCH = 50


def answers(folder: Path, rows: Rows) -> list[tuple[str, str]]:
    from transformers import AutoModelForImageTextToText

    model, processor = AutoModelForImageTextToText.from_pretrained(folder), load_processor(folder)
    processor.tokenizer.padding_side = "left"
    reader = RowReader(rows, pixel_budget=1 << 20, box_format="percent")
    said: list[tuple[str, str]] = []
    for first in range(0, len(rows), BATCH):
        some: list[Row] = rows[first : first + BATCH]
        wanted = [row.answers["completion"][0]["content"] for row in some]
        said += zip(_ask(model, processor, some, reader), wanted, strict=True)
    return said


def _ask(model: Any, processor: Any, rows: list[Row], reader: RowReader) -> list[str]:
    asked = [
        [{"role": "user", "content": [
            {"type": "image", "image": reader.open(row.images[0])},
            {"type": "text", "text": row.prompt[0]["content"]},
        ]}]
        for row in rows
    ]  # fmt: skip
    inputs = processor.apply_chat_template(
        asked, add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt",
        processor_kwargs={"padding": True},
    )  # fmt: skip
    out = model.generate(**inputs, max_new_tokens=12, do_sample=False)
    return list(
        processor.batch_decode(out[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answers(Path(sys.argv[1]), Rows(Path(sys.argv[2]), "sft"))) + "\n")
