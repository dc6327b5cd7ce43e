"""Addresses of the draft pages; `annotation.urls` includes them."""

from __future__ import annotations

from django.urls import path

from annotation.views import (
    composed,
    draft_batches,
    draft_checks,
    draft_prompts,
    draft_quality,
    draft_sources,
    drafts,
    refining,
)

D = "p/<slug:slug>/drafts"
B = f"{D}/batches/<int:batch_id>"
S = f"{D}/sources"
P = f"{D}/prompts"
STEP = f"{P}/<str:step>"
ONE = f"{STEP}/<int:number>"
C = "p/<slug:slug>/crops/<int:crop_id>/refine"
JOB = f"{ONE}/preview/<uuid:job_id>"

urlpatterns = [
    path(f"{D}/", drafts.drafts, name="drafts"),
    path(f"{D}/<int:draft_id>/", drafts.draft, name="draft"),
    path(
        f"{D}/<int:draft_id>/composition.png", composed.composition_image, name="composition-image"
    ),
    path(f"{D}/waiting/", drafts.waiting, name="drafts-waiting"),
    path(f"{D}/newest-batches/", drafts.newest_batches, name="newest-batches"),
    path(f"{D}/batches/", draft_batches.batches, name="batches"),
    path(f"{D}/batches/new/", draft_batches.new_batch, name="new-batch"),
    path(f"{D}/batches/new/estimate/", draft_batches.estimate_batch, name="estimate-batch"),
    path(f"{B}/", draft_batches.batch, name="batch"),
    path(f"{B}/pause/", draft_batches.move, {"to": "pause"}, name="pause-batch"),
    path(f"{B}/resume/", draft_batches.move, {"to": "resume"}, name="resume-batch"),
    path(f"{B}/cancel/", draft_batches.move, {"to": "cancel"}, name="cancel-batch"),
    path(f"{B}/budget/", draft_batches.budget, name="batch-budget"),
    path(f"{B}/again/", draft_batches.all_again, name="batch-again"),
    path(f"{B}/requests/<int:request_id>/again/", draft_batches.one_again, name="request-again"),
    path(f"{S}/", draft_sources.sources, name="sources"),
    path(f"{S}/new/", draft_sources.new_source, name="new-source"),
    path(f"{S}/defaults/", draft_sources.defaults, name="source-defaults"),
    path(f"{S}/<int:source_id>/retire/", draft_sources.retire, name="retire-source"),
    path(f"{S}/<int:source_id>/try/", draft_sources.start_trial, name="try-source"),
    path(f"{S}/<int:source_id>/try/<uuid:job_id>/", draft_sources.trial, name="trial"),
    path(f"{P}/", draft_prompts.prompts, name="prompts"),
    path(f"{STEP}/", draft_prompts.step, name="prompt-step"),
    path(f"{STEP}/new/", draft_prompts.new_wording, name="new-wording"),
    path(f"{STEP}/built-in/", draft_prompts.use_ours, name="use-built-in"),
    path(f"{ONE}/", draft_prompts.prompt, name="prompt"),
    path(f"{ONE}/preview/", draft_prompts.start_preview, name="preview-prompt"),
    path(f"{ONE}/use/", draft_prompts.use, name="use-prompt"),
    path(f"{ONE}/try/", draft_prompts.start_trial, name="try-prompt"),
    path(f"{JOB}/", draft_prompts.preview, name="prompt-preview"),
    path(f"{JOB}/<int:place>.jpg", draft_prompts.preview_picture, name="prompt-picture"),
    path(f"{D}/quality/", draft_quality.draft_quality, name="draft-quality"),
    path(f"{D}/quality.csv", draft_quality.draft_quality_csv, name="draft-quality-csv"),
    path(f"{D}/checks/", draft_checks.checks, name="checks"),
    path(f"{C}/", refining.refine, name="refine-crop"),
    path(f"{C}/<uuid:job_id>/", refining.refinement, name="refinement"),
]
