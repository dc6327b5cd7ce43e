"""Addresses of drafts in the API; `annotation.api.urls` includes them."""

from __future__ import annotations

from django.urls import path

from annotation.api import draft_batches as batches
from annotation.api import draft_prompts as prompts
from annotation.api import draft_sources as sources
from annotation.api import drafts, refining

P = "projects/<slug:slug>"
S = f"{P}/draft-sources"
ONE = f"{S}/<int:source_id>"
B = f"{P}/draft-batches/<int:batch_id>"
R = f"{B}/requests"
W = f"{P}/prompts/<int:prompt_id>"

urlpatterns = [
    path(f"{S}/", sources.SourcesView.as_view(), name="draft-sources"),
    path(f"{S}/defaults/", sources.DefaultSourcesView.as_view(), name="draft-source-defaults"),
    path(f"{ONE}/", sources.OneSourceView.as_view(), name="draft-source"),
    path(f"{ONE}/retire/", sources.RetireSourceView.as_view(), name="retire-draft-source"),
    path(f"{ONE}/try/", sources.TrySourceView.as_view(), name="try-draft-source"),
    path(f"{P}/draft-batches/", batches.BatchesView.as_view(), name="draft-batches"),
    path(f"{B}/", batches.OneBatchView.as_view(), name="draft-batch"),
    path(f"{B}/pause/", batches.MoveBatchView.as_view(move="pause"), name="draft-batch-pause"),
    path(f"{B}/resume/", batches.MoveBatchView.as_view(move="resume"), name="draft-batch-resume"),
    path(f"{B}/cancel/", batches.MoveBatchView.as_view(move="cancel"), name="draft-batch-cancel"),
    path(f"{B}/draft-again/", batches.AllAgainView.as_view(), name="draft-batch-again"),
    path(f"{R}/", batches.RequestsView.as_view(), name="draft-requests"),
    path(
        f"{R}/<int:request_id>/draft-again/",
        batches.OneAgainView.as_view(),
        name="draft-request-again",
    ),
    path(f"{P}/prompts/", prompts.PromptsView.as_view(), name="prompts"),
    path(f"{P}/prompts/steps/", prompts.StepsView.as_view(), name="prompt-steps"),
    path(f"{W}/", prompts.OnePromptView.as_view(), name="prompt"),
    path(f"{W}/preview/", prompts.PreviewPromptView.as_view(), name="preview-prompt"),
    path(f"{W}/use/", prompts.UsePromptView.as_view(), name="use-prompt"),
    path(f"{P}/draft-quality/", prompts.QualityView.as_view(), name="draft-quality"),
    path(f"{P}/draft-checks/", prompts.ChecksView.as_view(), name="draft-checks"),
    path(f"{P}/drafts/", drafts.DraftsView.as_view(), name="drafts"),
    path(f"{P}/drafts/<int:draft_id>/", drafts.OneDraftView.as_view(), name="draft"),
    path(f"{P}/crops/<int:crop_id>/refine/", refining.RefineCropView.as_view(), name="refine-crop"),
]
