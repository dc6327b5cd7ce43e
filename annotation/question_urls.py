"""Addresses of drafts about questions; `annotation.urls` includes them."""

from __future__ import annotations

from django.urls import path

from annotation.views import question_drafts

D = "p/<slug:slug>/drafts"

urlpatterns = [
    path(
        f"{D}/<int:draft_id>/global-view.jpg", question_drafts.global_view_image,
        name="global-view",
    ),
    path(f"{D}/batches/<int:batch_id>/grow/", question_drafts.grow, name="grow-regions"),
]  # fmt: skip
