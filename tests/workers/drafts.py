"""Running draft batches in tests: real services and backends, the job in this process."""

from __future__ import annotations

from typing import Any

from accounts.models import Project, User
from annotation.models import DraftBatch, DraftSource
from annotation.services.drafting import start_batch
from annotation.services.sources import set_source
from catalog.models import Photo
from core.models import Job
from tests.jobs import run


def rules(project: Project, by: User) -> DraftSource:
    """The built-in source."""
    return set_source(project=project, name="Rules", backend="rules", by=by)


def started(
    photos: list[Photo], by: User, *, pipeline: str = "guidance", **fields: Any
) -> DraftBatch:
    """A batch that waits for its worker; rules draft and verify unless it is said otherwise."""
    project = photos[0].project
    source = fields.pop("source", None) or rules(project, by)
    verifier = fields.pop("verifier", None) or rules(project, by)
    return start_batch(
        project=project, pipeline=pipeline, source=source, verifier=verifier, photos=photos,
        by=by, **fields,
    )  # fmt: skip


def drafted(photos: list[Photo], by: User, **fields: Any) -> DraftBatch:
    """A batch worked off here."""
    return work_off(started(photos, by, **fields))


def work_off(batch: DraftBatch) -> DraftBatch:
    """Run the job that waits for a batch."""
    job = Job.objects.get(subject=f"draftbatch/{batch.pk}", state="queued")
    run(job)
    batch.refresh_from_db()
    return batch
