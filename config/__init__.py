"""Wiring: settings from the environment, addresses, the Celery app, what gunicorn serves."""

from __future__ import annotations

# Imported first, or a task sent from the web process would go to Celery's default broker.
from config.celery import app as celery_app

__all__ = ["celery_app"]
