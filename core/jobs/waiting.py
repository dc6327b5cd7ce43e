"""Putting a job that ran back to wait, or giving way to one that waits for the same work.

While a job runs, a second one of its kind and key may be started, and waits. Of two that would
then wait, one is enough: the one that came later does the work of both.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.models import Job, JobState

GAVE_WAY = "The same work waits in a job that was started later."


def put_back(held: QuerySet[Job], **changes: Any) -> bool:
    """Queue the one job that ``held`` selects by its state; False if it is not there any more or
    gave way to a waiting twin."""
    try:
        with transaction.atomic():
            return bool(held.update(state=JobState.QUEUED, lease_until=None, **changes))
    except IntegrityError:
        held.update(
            state=JobState.CANCELLED, lease_until=None, ended_at=timezone.now(), message=GAVE_WAY
        )
        return False
