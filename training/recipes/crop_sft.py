"""CROP's first stage: supervised fine-tuning on the best crop of each photo."""

from __future__ import annotations

from training.recipes import Job, Recipe, Result
from training.recipes.fitting.config import FittingConfig


class CropSftConfig(FittingConfig):
    """CROP: LoRA rank 16, alpha 32, learning rate 1e-4."""


class CropSft(Recipe):
    """Teaches the answer whose crop has the highest MOS; the loss is on the answer alone."""

    name = "crop_sft"
    title = "CROP, stage 1: supervised"
    version = 1
    summary = "Learns to answer with the crop that the experts scored highest."
    config_class = CropSftConfig
    reads = "sft_crop"

    def train(self, job: Job) -> Result:
        """Trains from the base model, or on from ``start_from`` when the spec names one."""
        from training.recipes.fitting.supervised import fit_supervised

        return fit_supervised(job)
