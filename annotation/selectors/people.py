"""What one person did in a project, by type of item. No figure ranks anybody."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Project, User
from annotation.item_types import registry
from annotation.models import TrainingRound

# The few copies are left out: to join every answer to its item takes half a second at a million.
BY_TYPE = """
SELECT campaign.item_type, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY response.active_ms) / 1000
FROM annotation_response response
JOIN annotation_campaign campaign ON campaign.id = response.campaign_id
WHERE response.person_id = %(person)s AND campaign.project_id = %(project)s
    AND response.replaces_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM annotation_item copy
        WHERE copy.id = response.item_id AND NOT copy.purpose = 'work')
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class WorkOfType:
    """Items answered, and the median of their active seconds."""

    title: str
    items: int
    seconds: float


def work_by_type(project: Project, person: User) -> list[WorkOfType]:
    """The person's answers in the project; changed ones count once."""
    with connection.cursor() as cursor:
        cursor.execute(BY_TYPE, {"person": person.pk, "project": project.pk})
        rows = cursor.fetchall()
    return [WorkOfType(registry.get(name).title, n, seconds) for name, n, seconds in rows]


def training_of(project: Project, person: User) -> QuerySet[TrainingRound]:
    """The rounds of training that the person finished in the project, newest first."""
    rows = TrainingRound.objects.filter(campaign__project=project, person=person)
    return rows.select_related("campaign").order_by("-pk")
