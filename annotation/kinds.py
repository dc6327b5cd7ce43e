"""Job kinds of annotation."""

from __future__ import annotations

from core.jobs import kind

DRAFT_BATCH = kind("annotation.draft_batch", "Draft", queue="drafts", max_attempts=20)
DRAFT_BATCH_GPU = kind("annotation.draft_batch_gpu", "Draft", queue="gpu", max_attempts=20)
RESPONSES_ARRIVED = kind("annotation.responses_arrived", "Update scores", max_attempts=10)
