"""Addresses of the experts' work: those that a work page asks for with every item."""

from __future__ import annotations

from django.urls import path

from annotation.api import work

A = "work/assignments/<assignment:assignment_id>"

urlpatterns = [
    path("work/<int:campaign_id>/claim/", work.ClaimView.as_view(), name="work-claim"),
    path("work/<int:campaign_id>/undo/", work.UndoView.as_view(), name="work-undo"),
    path(f"{A}/", work.AssignmentView.as_view(), name="work-assignment"),
    path(f"{A}/submit/", work.SubmitView.as_view(), name="work-submit"),
    path(f"{A}/skip/", work.SkipView.as_view(), name="work-skip"),
    path(f"{A}/give-back/", work.GiveBackView.as_view(), name="work-give-back"),
    path(f"{A}/comment/", work.CommentView.as_view(), name="work-comment"),
    path(f"{A}/doubts/", work.DoubtsView.as_view(), name="work-doubts"),
    path(f"{A}/flag/", work.FlagView.as_view(), name="work-flag"),
    path(f"{A}/working-copy/", work.WorkingCopyView.as_view(), name="work-working-copy"),
    path(f"{A}/heartbeat/", work.HeartbeatView.as_view(), name="work-heartbeat"),
    path(f"{A}/images/<slug:place>", work.ImageView.as_view(), name="work-image"),
]
