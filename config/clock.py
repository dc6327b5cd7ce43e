"""The Celery app of the clock alone: it sends tasks by name and so need not load any of them,
which saves a hundred megabytes."""

from __future__ import annotations

from celery import Celery

app = Celery("reframe-clock")
app.config_from_object("django.conf:settings", namespace="CELERY")
