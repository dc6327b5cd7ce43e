"""What verifiers found, counted."""

from __future__ import annotations

from django.db import connection

from accounts.models import Project

# The newest verdicts tell how a check fares; all of them would only tell how long it has run.
NEWEST = 5_000
COUNTS = """
SELECT finding ->> 'verifier', count(DISTINCT verdict.id)
  FROM (SELECT v.id, v.findings FROM annotation_verdict v
          JOIN annotation_draft d ON d.id = v.draft_id
          JOIN catalog_photo p ON p.id = d.photo_id
         WHERE p.project_id = %(project)s ORDER BY v.id DESC LIMIT %(newest)s) verdict,
       jsonb_array_elements(verdict.findings) finding
 GROUP BY 1
"""


def counts_by_verifier(project: Project) -> dict[str, int]:
    """By verifier in how many of the newest verdicts it found something."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"project": project.pk, "newest": NEWEST})
        return {str(name): int(count) for name, count in cursor.fetchall()}
