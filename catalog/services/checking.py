"""Are the photos' files still there and still what came in? What is lost is marked, and found again.

A photo whose file is gone or changed is *broken*: it is given to nobody any more, and the gallery
lists it. Importing the same file again mends it (`catalog.services.taking`).
"""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage

from accounts.models import Project, User
from catalog.kinds import CHECK_FILES
from catalog.models import Photo, PhotoState
from catalog.services.preparing import content_hash
from core import audit
from core.errors import NotFound
from core.jobs import JobRun, start
from core.models import Job
from core.storage import local_file

AGAIN = "Import the same file again to mend it."
GONE = f"The photo's file is missing from the storage. {AGAIN}"
CHANGED = f"The photo's file is no longer the one that came in. {AGAIN}"
NO_SMALLER = f"A smaller version of the photo is missing from the storage. {AGAIN}"


def start_check(*, project: Project, by: User) -> Job:
    """Look at the files of every photo of a project, in the background."""
    key = f"project/{project.pk}"
    audit.record(actor=by, verb="photos.check", scope=project.scope, target=key)
    params = {"project": project.pk}
    return start(CHECK_FILES, by=by, scope=project.scope, subject=key, params=params, key=key)


def check_files(run: JobRun) -> dict[str, Any]:
    """Handler: mark what is broken, clear what is whole again; running it again changes nothing."""
    photos = Photo.objects.filter(project=run.params["project"]).order_by("pk")
    total, broken = photos.count(), 0
    for done, photo in enumerate(photos.prefetch_related("renditions").iterator(chunk_size=200)):
        run.progress(done, total)
        problem = _problem(photo)
        broken += bool(problem)
        mark(photo, problem)
    run.progress(total, total)
    return {"photos": total, "broken": broken}


def mark(photo: Photo, problem: str) -> bool:
    """Write what is wrong with a photo's files, or that nothing is; whether that was news."""
    rows = Photo.objects.filter(pk=photo.pk)
    if problem:
        changed = rows.exclude(state=PhotoState.BROKEN, error=problem)
        return bool(changed.update(state=PhotoState.BROKEN, error=problem))
    mended = rows.filter(state=PhotoState.BROKEN)
    return bool(mended.update(state=PhotoState.READY, error=""))


def _problem(photo: Photo) -> str:
    # A store that does not answer is no missing file: that is `Unavailable`, and the job waits.
    try:
        with local_file(photo.original) as path:
            if content_hash(path) != photo.content_hash:
                return CHANGED
    except NotFound:
        return GONE
    there = all(default_storage.exists(each.key) for each in photo.renditions.all())
    return "" if there else NO_SMALLER
