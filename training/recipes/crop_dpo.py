"""CROP's second stage: direct preference optimisation, with the SFT model as the reference."""

from __future__ import annotations

from training.recipes import Job, Recipe, Result
from training.recipes.fitting.config import FittingConfig, setting


class CropDpoConfig(FittingConfig):
    """CROP: learning rate 1e-5, beta 0.2. The paper's loss has no supervised term (weight 0)."""

    learning_rate: float = setting(
        1e-5, "Learning rate", "Peak of the schedule.", "Optimiser", gt=0, le=0.1
    )
    beta: float = setting(
        0.2, "Beta", "How strongly the model is held to its reference.", "Preference", gt=0, le=10
    )
    sft_weight: float = setting(
        1.0, "Supervised term",
        "Weight of the likelihood of the preferred answer. Without it (0, as in the paper) a "
        "model can learn the preference and forget how to answer.",
        "Preference", ge=0, le=100,
    )  # fmt: skip


class CropDpo(Recipe):
    """Raises the preferred crop over the other one, relative to the model it starts from."""

    name = "crop_dpo"
    title = "CROP, stage 2: preferences"
    version = 1
    summary = "Learns from pairs to prefer the crop of higher MOS, starting from an SFT run."
    config_class = CropDpoConfig
    reads = "dpo_crop"
    needs_start = True

    def train(self, job: Job) -> Result:
        """The reference is always a frozen copy of the model of ``start_from``."""
        from training.recipes.fitting.preference import fit_preferences

        return fit_preferences(job)
