"""The settings that every fine-tuning recipe has, with CROP's numbers as defaults."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

# Only layers of the language model: vision towers use the same layer names.
LANGUAGE_LAYERS = (
    r".*(language_model|text_model).*\."
    r"(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
)


def setting(default: Any, title: str, description: str, group: str, **limits: Any) -> Any:
    """A pydantic field with all that a form shows of it."""
    extra: dict[str, Any] = {"group": group}
    return Field(default, title=title, description=description, json_schema_extra=extra, **limits)


class FittingConfig(BaseModel):
    """Numbers are checked against sane ranges; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    tuning: Literal["lora", "full"] = setting(
        "lora", "What is trained",
        "A LoRA adapter (real models), or all weights (tiny models; large machines).", "Model",
    )  # fmt: skip
    lora_rank: int = setting(16, "LoRA rank", "Width of the adapter.", "Model", ge=1, le=512)
    lora_alpha: int = setting(32, "LoRA alpha", "Its scale, over rank.", "Model", ge=1, le=1024)
    lora_dropout: float = setting(
        0.0, "LoRA dropout", "Share of the adapter's inputs left out.", "Model", ge=0, le=0.9
    )
    lora_targets: str = setting(
        LANGUAGE_LAYERS, "LoRA layers",
        "Regular expression over the full layer names; by default the language model only.",
        "Model", min_length=1, max_length=500,
    )  # fmt: skip
    freeze_vision: bool = setting(
        False, "Freeze the vision part",
        "With all weights trained, leave the picture encoder as it is.", "Model",
    )  # fmt: skip
    dtype: Literal["auto", "bfloat16", "float32"] = setting(
        "auto", "Number format", "auto: bfloat16 on a GPU, float32 on the processor.", "Model"
    )
    gradient_checkpointing: Literal["auto", "on", "off"] = setting(
        "auto", "Gradient checkpointing",
        "Less memory for more time. auto: on with a GPU, off on the processor.", "Model",
    )  # fmt: skip
    pixel_budget: int = setting(
        1280 * 28 * 28, "Pixel budget",
        "Larger pictures are scaled down to this many pixels before the model sees them.",
        "Data", ge=28 * 28, le=20_000_000,
    )  # fmt: skip

    learning_rate: float = setting(
        1e-4, "Learning rate", "Peak of the schedule.", "Optimiser", gt=0, le=0.1
    )
    epochs: float = setting(
        2.0, "Epochs", "Passes over the rows, unless steps are given.", "Length", gt=0, le=1000
    )
    max_steps: int = setting(
        0, "Steps", "Optimiser steps; 0 goes by epochs.", "Length", ge=0, le=10_000_000
    )
    batch_size: int = setting(
        4, "Batch size", "Rows at once on each device.", "Optimiser", ge=1, le=1024
    )
    accumulation: int = setting(
        4, "Accumulation", "Batches added up before each step.", "Optimiser", ge=1, le=1024
    )
    warmup_steps: int = setting(
        10, "Warm-up steps", "Steps until the rate peaks.", "Optimiser", ge=0, le=100_000
    )
    scheduler: Literal["cosine", "linear", "constant_with_warmup"] = setting(
        "cosine", "Schedule", "How the learning rate falls after the warm-up.", "Optimiser"
    )
    weight_decay: float = setting(
        0.0, "Weight decay", "Pull of the weights to zero.", "Optimiser", ge=0, le=1
    )
    max_grad_norm: float = setting(
        1.0, "Gradient limit", "Longer gradients are cut to this length.", "Optimiser", gt=0, le=100
    )
    adam_beta2: float = setting(
        0.999, "Adam beta 2", "0.98 learns faster with few steps.", "Optimiser", ge=0.5, lt=1
    )
    seed: int = setting(
        0, "Seed", "Same seed, data and machine: same run.", "Length", ge=0, le=2**31
    )

    log_every: int = setting(
        10, "Measure every", "Steps between two points of a curve.", "Watching", ge=1, le=10_000
    )
    eval_every: int = setting(
        100, "Validate every",
        "Steps between two looks at the validation rows; 0 looks only at the end.",
        "Watching", ge=0, le=1_000_000,
    )  # fmt: skip
    eval_rows: int = setting(
        200, "Validation rows", "At most this many are looked at.", "Watching", ge=1, le=100_000
    )
    samples: int = setting(
        3, "Samples", "Validation rows whose answer is written out each time.", "Watching",
        ge=0, le=20,
    )  # fmt: skip
    save_every: int = setting(
        100, "Checkpoint every", "Steps between two checkpoints.", "Watching", ge=1, le=1_000_000
    )
    keep_checkpoints: int = setting(
        2, "Keep checkpoints", "Older ones are deleted.", "Watching", ge=1, le=100
    )

    @field_validator("lora_targets")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"this is no regular expression ({error})") from error
        return value
