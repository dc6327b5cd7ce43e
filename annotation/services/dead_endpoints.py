"""A batch whose endpoint is dead for good does not probe it for ever: it pauses itself and says why."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from annotation.models import BatchState, DraftBatch
from core import audit

LONGEST_REASON = 500


def hear_of_endpoint(*, batch: DraftBatch, dead: str) -> bool:
    """Keep since when an endpoint of the batch is dead, for all its workers; whether that is so long
    (`DRAFT_DEAD_AFTER_S`) that the batch is paused now. ``dead`` says what is wrong, or nothing.
    """
    row = DraftBatch.objects.filter(pk=batch.pk)
    if not dead:
        if batch.dead_since is not None:
            row.update(dead_since=None)
            batch.dead_since = None
        return False
    row.filter(dead_since=None, state=BatchState.OPEN).update(dead_since=timezone.now())
    batch.dead_since = row.values_list("dead_since", flat=True).get()
    limit = timedelta(seconds=settings.DRAFT_DEAD_AFTER_S)
    return _pause(batch, limit, dead)


def _pause(batch: DraftBatch, limit: timedelta, dead: str) -> bool:
    """By one conditional UPDATE, so that one worker does it and says so."""
    since = timezone.now() - limit
    reason = (
        f"It paused itself: for {in_words(limit)} no request came back well. {dead} Resume it once "
        "that is mended: what is drafted stays, and nothing is paid for twice."
    )
    rows = DraftBatch.objects.filter(pk=batch.pk, state=BatchState.OPEN, dead_since__lte=since)
    if not rows.update(state=BatchState.PAUSED, reason=reason[:LONGEST_REASON]):
        return False
    audit.record(
        actor=None, verb="drafts.paused", scope=batch.project.scope,
        target=f"draftbatch/{batch.pk}", reason=reason[:LONGEST_REASON],
    )  # fmt: skip
    return True


def in_words(span: timedelta) -> str:
    """A span as people say it: hours, minutes or seconds."""
    seconds = span.total_seconds()
    for name, size in (("hour", 3600), ("minute", 60)):
        if seconds >= size:
            number = f"{seconds / size:.1f}".removesuffix(".0")
            return f"{number} {name}{'' if number == '1' else 's'}"
    return f"{seconds:g} seconds"
