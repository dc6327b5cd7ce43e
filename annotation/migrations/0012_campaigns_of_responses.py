"""Say of every response which campaign it belongs to, a batch at a time; safe to run again."""

from __future__ import annotations

from typing import Any

from django.db import migrations

BATCH = 50_000
FILL = """
UPDATE annotation_response response SET campaign_id = slot.campaign_id
FROM annotation_assignment slot
WHERE slot.id = response.assignment_id AND response.campaign_id IS NULL
    AND response.id >= %s AND response.id < %s
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """Each batch is a transaction of its own, so that nobody waits long for a row."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(min(id), 0), coalesce(max(id), -1) FROM annotation_response"
        )
        first, last = cursor.fetchone()
        for start in range(first, last + 1, BATCH):
            cursor.execute(FILL, [start, start + BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("annotation", "0011_sessions_and_selections")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
