"""LFPC: GRPO under an information gap. The model sees a global view too small to answer from, says where
to crop, and answers from the crop of the original; the answer is the reward of the crop."""

from __future__ import annotations

from typing import Literal

from training.recipes import Job, Recipe, Result
from training.recipes.fitting.config import setting
from training.recipes.fitting.rewarded_config import RewardedConfig


class GapGrpoConfig(RewardedConfig):
    """LFPC's numbers are not public: those of DeepEyes, which it builds on (learning rate 1e-6, sixteen
    answers a row, no reference, 0.8 for the answer and 0.2 for its form)."""

    task: Literal["likelihood", "accuracy", "anls"] = setting(
        "accuracy", "Task reward",
        "What the answer after the crop is held to: VQA accuracy, ANLS for texts in documents, or the "
        "likelihood of the right one.", "Reward",
    )  # fmt: skip
    task_weight: float = setting(0.8, "Its weight", "Of the task reward.", "Reward", ge=0, le=100)
    format_weight: float = setting(
        0.2, "Weight of a valid box", "Of an answer that can be read.", "Reward", ge=0, le=100
    )
    placement_weight: float = setting(
        0.0, "Weight of the place",
        "0 for stage 1. For stage 2 go on from stage 1 with 0.5 or so: the overlap with an expert's "
        "box, on rows that have one.", "Reward", ge=0, le=100,
    )  # fmt: skip
    group: int = setting(
        16, "Answers to each row", "They are held against each other.", "Rollouts", ge=2, le=64
    )
    temperature: float = setting(
        1.0, "Temperature", "How far the answers to a row differ.", "Rollouts", gt=0, le=2
    )
    beta: float = setting(
        0.0, "Beta", "How strongly the model is held to its reference; 0 for not at all.",
        "Rollouts", ge=0, le=10,
    )  # fmt: skip
    learning_rate: float = setting(
        1e-6, "Learning rate", "Peak of the schedule.", "Optimiser", gt=0, le=0.1
    )
    epochs: float = setting(
        1.0, "Epochs", "Passes over the rows, unless steps are given.", "Length", gt=0, le=1000
    )
    batch_size: int = setting(
        1, "Batch size", "Rows at once on each device.", "Optimiser", ge=1, le=1024
    )
    accumulation: int = setting(
        16, "Accumulation", "Batches added up before each step.", "Optimiser", ge=1, le=1024
    )
    crop_side: int = setting(
        1024, "Side of the crop",
        "Longest side in pixels of the crop from the original, as the model reads it.",
        "Reward", ge=32, le=4096,
    )  # fmt: skip


class GapGrpo(Recipe):
    """Both stages: the second is a run that goes on from the first, with a weight for the place. The turn
    that crops is trained; the turn that answers is asked of the same weights and not trained."""

    name = "gap_grpo"
    title = "LFPC: rewards under an information gap"
    version = 1
    summary = (
        "Learns where to crop from a view that is too small, by whether the model itself then answers "
        "rightly from the crop of the original."
    )
    config_class = GapGrpoConfig
    reads = "rl_gap"

    def train(self, job: Job) -> Result:
        """Trains from the base model, or on from ``start_from`` when the spec names one."""
        from training.recipes.fitting.rewarded import fit_rewarded

        return fit_rewarded(job, reads_itself=True, side=job.config.crop_side)
