"""A recipe's config in the words of transformers' and TRL's training arguments."""

from __future__ import annotations

from typing import Any

from training.recipes import Job
from training.recipes.fitting.loading import has_gpu, uses_bfloat16


def training_arguments(job: Job) -> dict[str, Any]:
    """Keyword arguments that SFT and DPO have in common."""
    config, on_gpu = job.config, has_gpu()
    checkpointing = {"on": True, "off": False}.get(config.gradient_checkpointing, on_gpu)
    return {
        "output_dir": str(job.spec.checkpoints_path),
        "seed": config.seed,
        "use_cpu": not on_gpu,
        "bf16": uses_bfloat16(config),
        "gradient_checkpointing": checkpointing,
        # Cutting a sequence would cut image tokens, which the model then cannot match.
        "max_length": None,
        "remove_unused_columns": False,
        "dataloader_num_workers": 2 if on_gpu else 0,
        "dataloader_pin_memory": on_gpu,
        "report_to": [],
        "disable_tqdm": True,
        **_optimiser(config),
        **_rhythm(job),
    }


def _optimiser(config: Any) -> dict[str, Any]:
    return {
        "num_train_epochs": config.epochs,
        "max_steps": config.max_steps or -1,
        "per_device_train_batch_size": config.batch_size,
        "per_device_eval_batch_size": config.batch_size,
        "gradient_accumulation_steps": config.accumulation,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": config.scheduler,
        "warmup_steps": config.warmup_steps,
        "weight_decay": config.weight_decay,
        "max_grad_norm": config.max_grad_norm,
        "adam_beta2": config.adam_beta2,
    }


def _rhythm(job: Job) -> dict[str, Any]:
    config = job.config
    looks = bool(config.eval_every and job.validation_rows and not job.is_dry)
    return {
        "logging_steps": config.log_every,
        "logging_first_step": True,
        # A loss that is not a number must be seen, not averaged away.
        "logging_nan_inf_filter": False,
        "eval_strategy": "steps" if looks else "no",
        "eval_steps": config.eval_every or None,
        "prediction_loss_only": True,
        "save_strategy": "no" if job.is_dry else "steps",
        "save_steps": config.save_every,
        # Old checkpoints are deleted here, after the new one is sealed.
        "save_total_limit": None,
    }
