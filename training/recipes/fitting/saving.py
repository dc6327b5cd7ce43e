"""Folders that a run leaves behind: complete for loading elsewhere, and sealed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.checkpoints import discard, seal
from training.files import sync_folder
from training.recipes import Job

if TYPE_CHECKING:
    from transformers import Trainer

    from training.recipes.fitting.loading import Loaded

# Written by the image-only processors of the base model, needed by loaders that know video.
_COPIED = ("video_preprocessor_config.json",)
# Pickled python objects have no place in a folder that is handed on.
_LEFT_OUT = ("training_args.bin",)


def seal_facts(job: Job, loaded: Loaded) -> dict[str, Any]:
    """What ``reframe.json`` says of every checkpoint of this attempt."""
    spec, config = job.spec, job.config
    return {
        "recipe": spec.recipe,
        "recipe_version": spec.recipe_version,
        "run": spec.run,
        "attempt": spec.attempt,
        "spec_sha256": spec.sha256(),
        "family": loaded.model.config.model_type,
        "is_adapter": config.tuning == "lora",
        "base_model": str(loaded.base if config.tuning == "lora" else spec.base_model),
        "start_from": str(spec.start_from) if spec.start_from else None,
        "box_format": job.box_format,
        "pixel_budget": config.pixel_budget,
        "image_side": image_side(loaded.processor),
    }


def image_side(processor: Any) -> int | None:
    """The longest side in pixels that the processor lets through, where it has such a limit."""
    size = getattr(processor.image_processor, "max_image_size", None)
    edge = dict(size).get("longest_edge") if size else None
    return int(edge) if edge else None


def finish_folder(folder: Path, base: Path, facts: dict[str, Any], step: int) -> None:
    """Complete a folder that the trainer has written, and seal it."""
    shutil.rmtree(folder / "ref", ignore_errors=True)  # the frozen copy of the SFT adapter
    for name in _COPIED:
        if (base / name).is_file() and not (folder / name).exists():
            shutil.copyfile(base / name, folder / name)
    seal(folder, {**facts, "step": step})


def save_final(job: Job, trainer: Trainer, base: Path, facts: dict[str, Any], step: int) -> None:
    """The finished model in ``final/``, there whole or not at all. Every process calls it."""
    job.heartbeat.say(phase="saving")
    final = job.spec.final_path
    part = final.with_name(f"{final.name}.part")
    if job.events is not None:
        shutil.rmtree(part, ignore_errors=True)
    trainer.save_model(str(part))
    if job.events is None:
        return
    for name in _LEFT_OUT:
        (part / name).unlink(missing_ok=True)
    finish_folder(part, base, facts, step)
    if final.exists():
        discard(final)
    part.rename(final)
    sync_folder(final.parent)
    job.events.emit("checkpoint", step=step, path=str(final), is_final=True)
