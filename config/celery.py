"""The Celery app. A message is a doorbell, never the truth: every job is a row in the database,
and the sweep rings again for rows that nobody took up. Its settings stand in ``config.settings``."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("reframe")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["workers"])
