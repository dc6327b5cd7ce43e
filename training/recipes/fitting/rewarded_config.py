"""The settings of recipes that learn from rewards instead of answers."""

from __future__ import annotations

from typing import Literal

from training.recipes.fitting.config import FittingConfig, setting

TASKS = {
    "likelihood": "answer_likelihood", "accuracy": "answer_accuracy", "anls": "answer_anls",
}  # fmt: skip


class RewardedConfig(FittingConfig):
    """GRPO; a batch is so many rows, each answered ``group`` times."""

    task: Literal["likelihood", "accuracy", "anls"] = setting(
        "likelihood", "Task reward",
        "What the answer after the crop is held to: the likelihood of the right one, VQA accuracy, "
        "or ANLS for texts in documents.", "Reward",
    )  # fmt: skip
    task_weight: float = setting(1.0, "Its weight", "Of the task reward.", "Reward", ge=0, le=100)
    format_weight: float = setting(
        1.0, "Weight of a valid box", "1 beside the likelihood, 0.25 beside accuracy (CropVLM).",
        "Reward", ge=0, le=100,
    )  # fmt: skip
    placement_weight: float = setting(
        0.0, "Weight of the place",
        "Of the overlap with an expert's box, on rows that have one.", "Reward", ge=0, le=100,
    )  # fmt: skip
    group: int = setting(
        6, "Answers to each row", "They are held against each other.", "Rollouts", ge=2, le=64
    )
    temperature: float = setting(
        0.8, "Temperature", "How far the answers to a row differ.", "Rollouts", gt=0, le=2
    )
    max_tokens: int = setting(
        48, "Longest answer", "Tokens; a box takes about 25.", "Rollouts", ge=8, le=4096
    )
    advantage: Literal["grpo", "dr_grpo"] = setting(
        "grpo", "Advantage",
        "grpo: reward less the row's mean, over its deviation; dr_grpo: without the deviation, "
        "and no favour to short answers.", "Rollouts",
    )  # fmt: skip
    beta: float = setting(
        0.01, "Beta", "How strongly the model is held to its reference; 0 for not at all.",
        "Rollouts", ge=0, le=10,
    )  # fmt: skip

    def weights(self) -> dict[str, float]:
        """By name of the reward; those without weight are not asked for."""
        told = {
            "well_formed": self.format_weight,
            TASKS[self.task]: self.task_weight,
            "placement": self.placement_weight,
        }
        return {name: weight for name, weight in told.items() if weight}
