"""Folders that a run leaves behind: complete for loading elsewhere, and sealed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.checkpoints import Seal, discard, seal
from training.files import sync_folder
from training.recipes import Job

if TYPE_CHECKING:
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
        "image_side": job.image_side,
    }


def finish_folder(folder: Path, base: Path, facts: dict[str, Any], step: int) -> Seal:
    """Complete a folder that the trainer has written, and seal it."""
    shutil.rmtree(folder / "ref", ignore_errors=True)  # the frozen copy of the SFT adapter
    for name in _COPIED:
        if (base / name).is_file() and not (folder / name).exists():
            shutil.copyfile(base / name, folder / name)
    return seal(folder, {**facts, "step": step})


def save_final(job: Job, trainer: Any, base: Path, facts: dict[str, Any], step: int) -> None:
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
    sealed = finish_folder(part, base, facts, step)
    if final.exists():
        discard(final)
    part.rename(final)
    sync_folder(final.parent)
    tell_checkpoint(job, final, step, sealed, is_final=True)


def tell_checkpoint(
    job: Job, folder: Path, step: int, sealed: Seal, *, is_final: bool = False
) -> None:
    """The ``checkpoint`` event; ``path`` is relative to the run's folder."""
    if job.events is not None:
        path = str(folder.relative_to(job.spec.output))
        facts = {"digest": sealed.digest, "bytes": sealed.size, "is_final": is_final}
        job.events.emit("checkpoint", step=step, path=path, is_pruned=False, **facts)
