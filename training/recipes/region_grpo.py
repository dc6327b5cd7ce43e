"""CropVLM's second stage: GRPO, where a frozen model's answer after the crop is the reward."""

from __future__ import annotations

from training.recipes import Job, Recipe, Result
from training.recipes.fitting.config import setting
from training.recipes.fitting.rewarded_config import RewardedConfig


class RegionGrpoConfig(RewardedConfig):
    """CropVLM: LoRA rank 128, learning rate 5e-6, gradients cut at 0.1, six answers a row at
    temperature 0.8, beta 0.01, sixteen rows a step, one epoch."""

    lora_rank: int = setting(128, "LoRA rank", "Width of the adapter.", "Model", ge=1, le=512)
    lora_alpha: int = setting(256, "LoRA alpha", "Its scale, over rank.", "Model", ge=1, le=1024)
    lora_dropout: float = setting(
        0.05, "LoRA dropout", "Share of the adapter's inputs left out.", "Model", ge=0, le=0.9
    )
    learning_rate: float = setting(
        5e-6, "Learning rate", "Peak of the schedule.", "Optimiser", gt=0, le=0.1
    )
    max_grad_norm: float = setting(
        0.1, "Gradient limit", "Longer gradients are cut to this length.", "Optimiser", gt=0, le=100
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
    target_side: int = setting(
        512, "What the reader sees",
        "Longest side in pixels of the photo and of the crop, as the frozen base model reads them.",
        "Reward", ge=32, le=4096,
    )  # fmt: skip


class RegionGrpo(Recipe):
    """The reader is the base model of the run, never trained; it sees the whole photo and the crop."""

    name = "region_grpo"
    title = "CropVLM, stage 2: rewards"
    version = 1
    summary = (
        "Learns which region to outline from how well the frozen base model then answers, with "
        "whole photo and crop before it. Goes on from stage 1."
    )
    config_class = RegionGrpoConfig
    reads = "rl_region"
    needs_start = True

    def train(self, job: Job) -> Result:
        """Goes on from ``start_from``, held to it by ``beta``."""
        from training.recipes.fitting.rewarded import fit_rewarded

        return fit_rewarded(job, reads_itself=False, side=job.config.target_side)
