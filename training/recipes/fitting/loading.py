"""The model that is trained, the model it is compared with, and the processor that feeds both."""

from __future__ import annotations

import gc
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InvalidInput
from training.checkpoints import adapter_base, is_adapter
from training.recipes import Job
from training.recipes.fitting.config import FittingConfig

if TYPE_CHECKING:
    from transformers import PreTrainedModel, ProcessorMixin


@dataclass(frozen=True)
class Loaded:
    """``adapter`` is the configuration of a new LoRA adapter that the trainer still has to add;
    ``base`` is the folder that an adapter stands on, or that all weights came from."""

    model: PreTrainedModel
    processor: ProcessorMixin
    adapter: Any
    base: Path


def load_libraries() -> None:
    """Import what every recipe trains with, and look for no garbage in it: a sixth of the time."""
    gc.disable()
    try:
        import_module("trl.trainer.sft_trainer")
    finally:
        gc.freeze()
        gc.enable()


def load(job: Job, resumed: Path | None = None) -> Loaded:
    """The model to train, on the processor; the trainer moves it.

    All-weights training is resumed by loading the checkpoint's weights right here: the trainer
    would load them by name and ignore names that it does not know.
    """
    from inference.models.processors import load_processor

    spec, config = job.spec, job.config
    start = resumed if resumed and config.tuning == "full" else spec.start_from
    model, base = load_policy(start, spec.base_model, config)
    processor = load_processor(start or spec.base_model)
    if config.tuning == "full":
        _freeze(model, config)
        return Loaded(model, processor, None, base)
    adapter = None if is_adapter(start) else _new_adapter(model, config)
    return Loaded(model, processor, adapter, base)


def load_policy(start: Path | None, base_model: Path, config: FittingConfig) -> tuple[Any, Path]:
    """The model of ``start`` (an adapter on its own base, or all weights), or the base model.

    An adapter is continued when the config trains adapters, else merged into its base.
    """
    if start is None or not is_adapter(start):
        folder = start or base_model
        return _load_weights(folder, config), folder
    from peft import PeftModel

    base = adapter_base(start)
    continues = config.tuning == "lora"
    model = PeftModel.from_pretrained(_load_weights(base, config), start, is_trainable=continues)
    return (model if continues else model.merge_and_unload()), base


def load_frozen(job: Job) -> Any:
    """The model of the run that is continued, as it was: the reference of all-weights training."""
    model, _base = load_policy(job.spec.start_from, job.spec.base_model, job.config)
    model.requires_grad_(False)
    return model.eval()


def has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def uses_bfloat16(config: FittingConfig) -> bool:
    return config.dtype == "bfloat16" or (config.dtype == "auto" and has_gpu())


def _load_weights(folder: Path, config: FittingConfig) -> Any:
    import torch
    from transformers import AutoModelForImageTextToText

    # All weights are trained in float32 under autocast: steps of 1e-5 vanish in bfloat16.
    is_half = uses_bfloat16(config) and config.tuning == "lora"
    return AutoModelForImageTextToText.from_pretrained(
        folder,
        dtype=torch.bfloat16 if is_half else torch.float32,
        local_files_only=True,
        trust_remote_code=False,
    )


def _new_adapter(model: PreTrainedModel, config: FittingConfig) -> Any:
    from peft import LoraConfig

    pattern = re.compile(config.lora_targets)
    if not any(pattern.fullmatch(name) for name, _module in model.named_modules()):
        raise InvalidInput(
            "No layer of the model has a name that fits this expression.", field="lora_targets"
        )
    return LoraConfig(
        r=config.lora_rank,
        lora_alpha=config.lora_alpha,
        lora_dropout=config.lora_dropout,
        target_modules=config.lora_targets,
        task_type="CAUSAL_LM",
    )


def _freeze(model: PreTrainedModel, config: FittingConfig) -> None:
    model.requires_grad_(True)  # merging an adapter has left its base frozen
    if not config.freeze_vision:
        return
    for name, parameter in model.named_parameters():
        if re.search(r"(^|\.)(visual|vision_model|vision_tower)\.", name):
            parameter.requires_grad = False
