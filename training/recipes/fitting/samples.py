"""A few held-out answers written out in full, so that a person sees what the model says by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measures.boxes.text import BoxText, format_box
from training.recipes import Job
from training.recipes.fitting.dataset import RowReader

if TYPE_CHECKING:
    from training.rows import Message, Row

_MAX_NEW_TOKENS = 64


def write_samples(job: Job, trainer: Any, step: int) -> None:
    """One ``sample`` event per row: image, what was wanted, what the model answered (greedy)."""
    rows = job.validation_rows
    if job.events is None or not rows or not job.config.samples:
        return
    reader = RowReader(rows, pixel_budget=job.config.pixel_budget, box_format=job.box_format)
    model = trainer.accelerator.unwrap_model(trainer.model)
    was_training = model.training
    model.eval()
    for row in rows[: job.config.samples]:
        answer = _answer(model, trainer.processing_class, row, reader)
        job.events.emit("sample", step=step, answer=answer, **_told(row, job))
    model.train(was_training)


def _told(row: Row, job: Job) -> dict[str, Any]:
    images = [str(path.relative_to(job.spec.data)) for path in row.images]
    return {"images": images, "prompt": _text(row.prompt), "wanted": _wanted(row)}


def _wanted(row: Row) -> str:
    """The answer to learn; where answers are rewarded, an expert's box if there is one, and the answer
    to the question."""
    if row.truth is None:
        return _text(row.answers.get("completion") or row.answers["chosen"])
    box = f"{format_box(row.truth.box, BoxText.PERCENT)} " if row.truth.box else ""
    return f"{box}{row.truth.answer}"


def _answer(model: Any, processor: Any, row: Row, reader: RowReader) -> str:
    import torch
    from trl.data_utils import prepare_multimodal_messages

    images = [reader.open(path) for path in row.images]
    inputs = processor.apply_chat_template(
        prepare_multimodal_messages(row.prompt, images=images),
        add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt",
    ).to(model.device)  # fmt: skip
    with (
        torch.no_grad(),
        torch.autocast(model.device.type, torch.bfloat16, enabled=model.device.type == "cuda"),
    ):
        said = model.generate(**inputs, max_new_tokens=_MAX_NEW_TOKENS, do_sample=False)
    new = said[0, inputs["input_ids"].shape[1] :]
    return str(processor.tokenizer.decode(new, skip_special_tokens=True))


def _text(messages: list[Message]) -> str:
    said: list[str] = []
    for message in messages:
        content = message["content"]
        parts = [{"text": content}] if isinstance(content, str) else content
        said.extend(part["text"] for part in parts if part.get("text"))
    return "\n".join(said)
