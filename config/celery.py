"""The Celery app. A message is a doorbell, never the truth: every job is a row in the database,
and the sweep rings again for rows that nobody took up. Its settings stand in ``config.settings``."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from core.processes import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("reframe")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["workers"])


@worker_process_init.connect
def tie_to_worker(**_: Any) -> None:
    """No process of a pool outlives its worker, even one that is killed."""
    end_with_parent()
