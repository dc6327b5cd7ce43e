"""Having the figures of a project's drafts counted anew."""

from __future__ import annotations

from accounts.models import Project
from annotation import kinds
from core import jobs
from core.models import Job


def refresh_quality(*, project: Project) -> Job:
    """Start counting in the background, or join a count that waits already."""
    return jobs.start(
        kinds.DRAFT_QUALITY, by=None, scope=project.scope, subject=project.scope,
        params={"project": project.pk}, key=f"quality/{project.pk}",
    )  # fmt: skip
