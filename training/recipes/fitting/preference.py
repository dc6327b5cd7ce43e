"""Preference optimisation through TRL; the reference is the frozen model of the run continued."""

from __future__ import annotations

from typing import Any

from training.checkpoints import is_adapter
from training.recipes import Job, Result
from training.recipes.fitting.arguments import training_arguments
from training.recipes.fitting.fit import find_resumed, fit
from training.recipes.fitting.loading import Loaded, load, load_frozen
from training.recipes.fitting.samples import write_samples
from training.recipes.fitting.supervised import datasets_of


def fit_preferences(job: Job) -> Result:
    """Builds the trainer and fits."""
    resumed = find_resumed(job)
    loaded = load(job, resumed.path if resumed else None)
    trainer = _build(job, loaded)

    def look(step: int) -> None:
        write_samples(job, trainer, step)
        _write_accuracy(job, trainer, step)

    return fit(job, trainer, loaded, resumed=resumed, look=look)


def _build(job: Job, loaded: Loaded) -> Any:
    from trl import DPOConfig, DPOTrainer  # type: ignore[attr-defined]

    config = job.config
    job.log(f"The reference is {_reference_words(job)}.")
    return DPOTrainer(
        model=loaded.model,
        ref_model=load_frozen(job) if config.tuning == "full" else None,
        args=DPOConfig(beta=config.beta, **_loss(config), **training_arguments(job)),
        processing_class=loaded.processor,
        peft_config=loaded.adapter,
        **datasets_of(job),
    )


def _loss(config: Any) -> dict[str, Any]:
    if not config.sft_weight:
        return {"loss_type": ["sigmoid"]}
    return {"loss_type": ["sigmoid", "sft"], "loss_weights": [1.0, config.sft_weight]}


def _reference_words(job: Job) -> str:
    if job.config.tuning == "full":
        return "a frozen copy of the whole model it starts from"
    if is_adapter(job.spec.start_from):
        return "a frozen copy of the adapter it continues"
    return "the model it starts from, with the new adapter switched off"


def _write_accuracy(job: Job, trainer: Any, step: int) -> None:
    """TRL's own accuracy is relative to the reference and easily won; this one is absolute."""
    if job.events is None or not job.validation_rows:
        return
    share = preference_accuracy(trainer)
    job.events.emit("metric", step=step, epoch=None, values={"eval_preference_accuracy": share})


def preference_accuracy(trainer: Any) -> float:
    """Share of the held-out pairs whose preferred answer the model itself finds more likely."""
    import torch

    pairs, size = trainer.eval_dataset, trainer.args.per_device_eval_batch_size
    model = trainer.accelerator.unwrap_model(trainer.model)
    was_training = model.training
    model.eval()
    won = 0
    with torch.no_grad():
        for first in range(0, len(pairs), size):
            rows = [pairs[at] for at in range(first, min(first + size, len(pairs)))]
            chosen, rejected = _log_likelihoods(model, trainer.data_collator(rows)).chunk(2)
            won += int((chosen > rejected).sum())
    model.train(was_training)
    return won / len(pairs)


def _log_likelihoods(model: Any, batch: dict[str, Any]) -> Any:
    """Summed log-probability of each answer: shape (2 x rows), the preferred ones first."""
    import torch

    batch = {name: value.to(model.device) for name, value in batch.items()}
    is_answer = batch.pop("completion_mask")[:, 1:]
    with torch.autocast(model.device.type, torch.bfloat16, enabled=model.device.type == "cuda"):
        logits = model(**batch).logits[:, :-1].float()
    said = logits.log_softmax(-1).gather(-1, batch["input_ids"][:, 1:, None])[..., 0]
    return (said * is_answer).sum(-1)
