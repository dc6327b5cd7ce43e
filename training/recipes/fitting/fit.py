"""One fit from a built trainer to the sealed final folder; the same for every recipe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InvalidInput
from training.checkpoints import Checkpoint, discard_incomplete, last_complete, list_complete
from training.recipes import Job, Result
from training.recipes.fitting.saving import (
    finish_folder,
    save_final,
    seal_facts,
    tell_checkpoint,
)
from training.recipes.fitting.trial import Count, Trial
from training.recipes.fitting.watcher import Watcher, as_callback

if TYPE_CHECKING:
    from training.recipes.fitting.loading import Loaded


def find_resumed(job: Job) -> Checkpoint | None:
    """The checkpoint to go on from, or None for a new start; half-written ones are deleted."""
    folder = job.spec.checkpoints_path
    if not job.spec.resume:
        if list_complete(folder) and not job.is_dry:
            raise InvalidInput(
                f"{folder} already holds checkpoints. Resume the run, or train into another folder.",
                field="output",
            )
        return None
    found = last_complete(folder)
    if job.events is not None:
        for torn in discard_incomplete(folder):
            job.log(f"Deleted {torn.name}: it was not complete.")
        job.log(f"Going on from {found.path.name}." if found else "No checkpoint yet: new start.")
    return found


def fit(
    job: Job,
    trainer: Any,
    loaded: Loaded,
    *,
    resumed: Checkpoint | None,
    look: Callable[[int], None],
    count: Count | None = None,
) -> Result:
    """Train, validate at the end, save. A dry run takes its steps and reports instead; ``count`` tells
    it how long a row is, where the trainer's collator does not."""
    from transformers.trainer_callback import PrinterCallback

    facts = seal_facts(job, loaded)

    def finish(folder: Path, step: int) -> None:
        tell_checkpoint(job, folder, step, finish_folder(folder, loaded.base, facts, step))

    watcher = Watcher(job, finish_folder=finish, look=look)
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(as_callback(watcher))
    _tell_size(job, trainer)
    if job.is_dry:
        return Trial(job, trainer, count).run()
    if job.spec.world_size == 1 and job.should_stop():
        return Result(is_finished=False, step=resumed.step if resumed else 0)
    trainer.train(resume_from_checkpoint=str(resumed.path) if resumed else None)
    step = trainer.state.global_step
    if watcher.was_stopped:
        return Result(is_finished=False, step=step)
    _validate_once_more(job, trainer)
    save_final(job, trainer, loaded.base, facts, step)
    return Result(is_finished=True, step=step)


def _validate_once_more(job: Job, trainer: Any) -> None:
    if not job.validation_rows:
        return
    every = job.config.eval_every
    if not every or trainer.state.global_step % every:
        job.heartbeat.say(phase="validating")
        trainer.evaluate()


def _tell_size(job: Job, trainer: Any) -> None:
    model = trainer.model
    trained = sum(each.numel() for each in model.parameters() if each.requires_grad)
    whole = sum(each.numel() for each in model.parameters())
    job.log(
        f"Training {trained:,} of {whole:,} weights on {len(job.train_rows):,} rows.",
        trainable=trained,
        parameters=whole,
        rows=len(job.train_rows),
    )
