"""Writing scores: one row per thing and method, overwritten by the next figure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.db import connection

from curation.models import Score

LOCK_CLASS = 0x7363_6F72  # any number; it keeps our advisory locks apart from others'
ROWS_AT_ONCE = 2000
WRITTEN = (
    "value", "n", "sd", "low", "high", "unknown", "rank", "method_version", "is_provisional",
    "computed_at",
)  # fmt: skip


def write_scores(scores: Iterable[Score]) -> None:
    """Insert, or overwrite the score of the same thing and method."""
    source = iter(scores)
    while rows := list(islice(source, ROWS_AT_ONCE)):
        Score.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["kind", "photo", "crop", "method"],
            update_fields=WRITTEN,
        )


def wait_in_line(project_id: int) -> None:
    """Until commit nobody else writes scores of the project. Photos are not locked: answers and
    imports go on meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, project_id])
