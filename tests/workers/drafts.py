"""Running draft batches in tests: real services and backends, the job in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from accounts.models import Project, User
from annotation.models import DraftBatch, DraftSource
from annotation.services.drafting import start_batch
from annotation.services.sources import set_source
from catalog.models import Photo, RawComment, Rendition
from core.models import Job
from tests.catalog.imports import imported
from tests.catalog.pictures import jpeg
from tests.jobs import run
from tests.servers.openai_like import OpenAILike

LONG_AGO = "2020-01-01T00:00Z"


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


def job_of(batch: DraftBatch) -> Job:
    """The job that waits for a batch."""
    return Job.objects.get(subject=f"draftbatch/{batch.pk}", state="queued")


def work_off(batch: DraftBatch) -> DraftBatch:
    """Run the job that waits for a batch, now, even if it is to be looked at later."""
    job = job_of(batch)
    Job.objects.filter(pk=job.pk).update(not_before=None)
    run(job)
    batch.refresh_from_db()
    return batch


@contextmanager
def being_worked_off(batch: DraftBatch) -> Iterator[None]:
    """The batch's job runs in a thread beside the block, which waits for its end."""

    def work() -> None:
        try:
            work_off(batch)
        finally:
            connection.close()

    working = threading.Thread(target=work)
    working.start()
    try:
        yield
    finally:
        working.join(60)
    batch.refresh_from_db()


def let_time_pass(batch: DraftBatch) -> None:
    """Everything that waits for a later moment is due."""
    batch.requests.exclude(not_before=None).update(not_before=LONG_AGO)
    batch.requests.exclude(lease_until=None).update(lease_until=LONG_AGO)


def stored_photos(project: Project, by: User, count: int) -> list[Photo]:
    """So many photos with their renditions."""
    files = {f"{number}.jpg": jpeg(number) for number in range(count)}
    imported(project, by, files)
    return list(Photo.objects.filter(project=project).order_by("pk"))


def like_photos(photo: Photo, count: int) -> list[Photo]:
    """So many more photos with the same picture, each with a comment that tells it apart."""
    rows = [
        Photo(
            project_id=photo.project_id, original=photo.original, content_hash=f"{number:064d}",
            media_type=photo.media_type, bytes=photo.bytes, width=photo.width, height=photo.height,
        )
        for number in range(count)
    ]  # fmt: skip
    made = Photo.objects.bulk_create(rows)
    sizes = list(photo.renditions.values("size", "key", "width", "height", "bytes"))
    Rendition.objects.bulk_create(Rendition(photo=each, **size) for each in made for size in sizes)
    RawComment.objects.bulk_create(
        RawComment(photo=each, text=f"Photo number {number}.", text_hash=str(number))
        for number, each in enumerate(made)
    )
    return made


def endpoint(
    server: OpenAILike, project: Project, by: User, model: str = "good", **parameters: Any
) -> DraftSource:
    """A source at the local server, whose ``model`` says how it behaves; it tries once."""
    told = {"first_wait_s": 0, "longest_wait_s": 0.1, "max_attempts": 1, "timeout_s": 10}
    return set_source(
        project=project, name=f"{model} {parameters or ''}", backend="openai",
        location=server.url, model=model, parameters={**told, **parameters}, by=by,
    )  # fmt: skip
