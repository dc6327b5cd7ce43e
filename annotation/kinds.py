"""Kinds of job and of notice of annotation."""

from __future__ import annotations

from accounts.notices import DAILY, NOW, notice_kind
from core.jobs import kind

DRAFT_BATCH = kind(
    "annotation.draft_batch", "Batch of drafts", queue="drafts", max_attempts=20, is_told=True
)
DRAFT_BATCH_GPU = kind(
    "annotation.draft_batch_gpu", "Batch of drafts", queue="gpu", max_attempts=20, is_told=True
)
# One photo, one answer, one try: what is wrong shall be seen, not retried.
TRY_SOURCE = kind("annotation.try_source", "Try a source", queue="drafts", max_attempts=1)
TRY_SOURCE_GPU = kind("annotation.try_source_gpu", "Try a source", queue="gpu", max_attempts=1)
PREVIEW_PROMPT = kind("annotation.preview_prompt", "Preview a prompt", max_attempts=1)
# Somebody waits for the crop that they described.
REFINE_CROP = kind("annotation.refine_crop", "Refine a crop", queue="drafts", max_attempts=1)
REFINE_CROP_GPU = kind("annotation.refine_crop_gpu", "Refine a crop", queue="gpu", max_attempts=1)
DRAFT_QUALITY = kind("annotation.draft_quality", "Count how drafts fare")
ADD_ITEMS = kind("annotation.add_items", "Add items to a campaign", is_told=True)
BULK_ACT = kind("annotation.bulk_act", "Change the items of a list", is_told=True)
RESPONSES_ARRIVED = kind("annotation.responses_arrived", "Update scores", max_attempts=10)

NEW_WORK = notice_kind("new_work", "There is new work for me", mail=NOW)
SECOND_ROUND = notice_kind("second_round", "An item waits for my second answer", mail=NOW)
MENTION = notice_kind("mention", "I am spoken to in a discussion", mail=NOW)
MESSAGE = notice_kind("message", "Somebody wrote about an item I answered or lead", mail=DAILY)
ITEM_SETTLED = notice_kind("item_settled", "An item I answered is settled")
FLAG_RAISED = notice_kind("flag_raised", "An item of a campaign I lead is flagged", mail=DAILY)
