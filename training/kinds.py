"""Kinds of job and of notice of training."""

from __future__ import annotations

from accounts.notices import NOW, notice_kind
from core.jobs import kind

SUPERVISE = kind("training.supervise", "Train", lease_s=30, max_attempts=1000)
EVALUATE = kind("training.evaluate", "Evaluate", queue="gpu", max_attempts=5, is_told=True)

# The job that looks after a run is one of many looks; whoever started the run is told of the run.
RUN_ENDED = notice_kind("run_ended", "A run I started has ended", mail=NOW)
