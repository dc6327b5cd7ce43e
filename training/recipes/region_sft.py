"""CropVLM's first stage: supervised fine-tuning on the region that helps to answer a question."""

from __future__ import annotations

from training.recipes import Job, Recipe, Result
from training.recipes.fitting.config import FittingConfig, setting


class RegionSftConfig(FittingConfig):
    """CropVLM: LoRA rank 128, alpha 256, dropout 0.05, learning rate 5e-5, batches of 16, one epoch."""

    lora_rank: int = setting(128, "LoRA rank", "Width of the adapter.", "Model", ge=1, le=512)
    lora_alpha: int = setting(256, "LoRA alpha", "Its scale, over rank.", "Model", ge=1, le=1024)
    lora_dropout: float = setting(
        0.05, "LoRA dropout", "Share of the adapter's inputs left out.", "Model", ge=0, le=0.9
    )
    learning_rate: float = setting(
        5e-5, "Learning rate", "Peak of the schedule.", "Optimiser", gt=0, le=0.1
    )
    epochs: float = setting(
        1.0, "Epochs", "Passes over the rows, unless steps are given.", "Length", gt=0, le=1000
    )
    batch_size: int = setting(
        2, "Batch size", "Rows at once on each device.", "Optimiser", ge=1, le=1024
    )
    accumulation: int = setting(
        8, "Accumulation", "Batches added up before each step.", "Optimiser", ge=1, le=1024
    )


class RegionSft(Recipe):
    """Teaches the box that helps to answer a question; the loss is on the answer alone."""

    name = "region_sft"
    title = "CropVLM, stage 1: supervised"
    version = 1
    summary = "Learns to outline the region of a photo that helps to answer a question."
    config_class = RegionSftConfig
    reads = "sft_region"

    def train(self, job: Job) -> Result:
        """Trains from the base model, or on from ``start_from`` when the spec names one."""
        from training.recipes.fitting.supervised import fit_supervised

        return fit_supervised(job)
