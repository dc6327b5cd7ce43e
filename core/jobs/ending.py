"""Telling others that a job has ended. Apps add a listener when they are loaded; core knows none."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Listener = Callable[[UUID], None]
_listeners: list[Listener] = []


def when_ended(listener: Listener) -> None:
    """Call ``listener`` with the id of every job that succeeded or failed, in the worker."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_ended(job_id: UUID) -> None:
    """Tell every listener."""
    for listener in _listeners:
        listener(job_id)
