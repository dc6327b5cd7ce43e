"""Job kinds of training."""

from __future__ import annotations

from core.jobs import kind

SUPERVISE = kind("training.supervise", "Train", lease_s=30, max_attempts=1000)
EVALUATE = kind("training.evaluate", "Evaluate", queue="gpu", max_attempts=5, is_told=True)
