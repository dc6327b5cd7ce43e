"""Supervised fine-tuning through TRL: the loss is on the answer only."""

from __future__ import annotations

from typing import Any

from training.recipes import Job, Result
from training.recipes.fitting.arguments import training_arguments
from training.recipes.fitting.dataset import as_dataset
from training.recipes.fitting.fit import find_resumed, fit
from training.recipes.fitting.loading import Loaded, load
from training.recipes.fitting.samples import write_samples


def fit_supervised(job: Job) -> Result:
    """Builds the trainer and fits."""
    resumed = find_resumed(job)
    loaded = load(job, resumed.path if resumed else None)
    trainer = _build(job, loaded)
    return fit(
        job, trainer, loaded, resumed=resumed, look=lambda step: write_samples(job, trainer, step)
    )


def _build(job: Job, loaded: Loaded) -> Any:
    from trl import SFTConfig, SFTTrainer  # type: ignore[attr-defined]

    return SFTTrainer(
        model=loaded.model,
        args=SFTConfig(**training_arguments(job)),
        processing_class=loaded.processor,
        peft_config=loaded.adapter,
        **datasets_of(job),
    )


def datasets_of(job: Job) -> dict[str, Any]:
    """The data sets under the names that TRL's trainers give them."""
    told = {"pixel_budget": job.config.pixel_budget, "box_format": job.box_format}
    train = as_dataset(job.train_rows, **told)
    held_out = job.validation_rows
    return {
        "train_dataset": train,
        "eval_dataset": as_dataset(held_out, limit=job.config.eval_rows, **told)
        if held_out
        else None,
    }
