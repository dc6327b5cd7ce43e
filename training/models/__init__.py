"""Rows of training: models, runs and their attempts, checkpoints, evaluations, predictions."""

from training.models.evaluation import Evaluation, EvaluationState, Prediction
from training.models.model import Checkpoint, Model
from training.models.run import (
    Attempt,
    AttemptState,
    DeviceSlot,
    Metric,
    Run,
    RunState,
    WatchedAnswer,
)

__all__ = [
    "Attempt",
    "AttemptState",
    "Checkpoint",
    "DeviceSlot",
    "Evaluation",
    "EvaluationState",
    "Metric",
    "Model",
    "Prediction",
    "Run",
    "RunState",
    "WatchedAnswer",
]
