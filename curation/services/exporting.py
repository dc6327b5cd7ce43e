"""Writing a frozen version in a format, and keeping it in the storage.

Everything is written into a folder of its own that becomes the export's by one rename and one
UPDATE, so that a killed worker, a cancelled job or a full disk leaves no half export. The same
version and options give the same digest and the same bytes.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.utils import timezone
from pydantic import ValidationError

from accounts.models import User
from core import audit, jobs
from core.errors import Conflict, InvalidInput, ReframeError, Unavailable
from core.jobs import JobCancelled, JobRun
from core.storage import write_file
from curation import kinds
from curation.exporters import registry
from curation.models import DatasetVersion, Export, ExportState, VersionState
from curation.rules import as_problem
from curation.selectors.exports import ARCHIVE, exports_root, local_home, place_folder
from curation.services.export_folder import Written, archive, described, write_folder

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
STOPPED = "Stopped before it was ready. Nothing was kept."


@transaction.atomic
def export_version(
    *,
    version: DatasetVersion,
    exporter: str,
    options: dict[str, object] | None = None,
    by: User | None,
) -> Export:
    """Start an export; a job writes it."""
    if version.state != VersionState.FROZEN:
        raise Conflict("Only a frozen version can be exported.")
    if exporter not in registry:
        known = ", ".join(registry.names())
        raise InvalidInput(f"There is no format {exporter!r}. Known: {known}.", field="exporter")
    plugin = registry.get(exporter)
    try:
        checked = plugin.options_model.model_validate(options or {})
    except ValidationError as error:
        raise as_problem(error, plugin.options_model) from None
    export = Export.objects.create(
        version=version, exporter=exporter, options=checked.model_dump(mode="json"), by=by
    )
    project = version.dataset.project
    audit.record(
        actor=by, verb="export.start", scope=project.scope, target=f"export/{export.pk}",
        version=version.pk, exporter=exporter,
    )  # fmt: skip
    jobs.start(
        kinds.EXPORT, by=by, scope=project.scope, subject=f"export/{export.pk}",
        params={"export": export.pk}, key=f"export/{export.pk}",
    )  # fmt: skip
    return export


def write_export(run: JobRun) -> dict[str, Any]:
    """Handler: write, store, mark ready. Run again after a crash it starts from a clean folder."""
    export = Export.objects.select_related("version__dataset__project").get(pk=run.params["export"])
    if export.state != ExportState.WRITING:
        return {"export": export.pk}
    try:
        with _folder_for(export) as part:
            _publish(run, export, write_folder(run, export, part))
    except JobCancelled:
        _fail(export, STOPPED)
        raise
    except OSError as error:
        raise _given_up(run, export, _explained(error)) from error
    except ReframeError as error:
        raise _given_up(run, export, InvalidInput(str(error))) from error
    return {"export": export.pk}


@contextmanager
def _folder_for(export: Export) -> Iterator[Path]:
    """An empty folder; it and the archive beside it are gone afterwards, and so is what a killed
    worker left of this export."""
    root = exports_root()
    part = root / f"{export.pk}.{uuid4().hex}.part"
    for old in root.glob(f"{export.pk}.*"):
        _remove(old)
    try:
        part.mkdir(parents=True)
        yield part
    finally:
        _remove(part)
        _remove(part.with_suffix(".zip"))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _explained(error: OSError) -> InvalidInput:
    # Not `Unavailable`: trying again at once would only fill the disk again.
    if error.errno in FULL:
        return InvalidInput(
            "The disk is full; free some space, then export again. Nothing was kept."
        )
    words = error.strerror or str(error)
    return InvalidInput(f"The export could not be written: {words}. Nothing was kept.")


def _given_up(run: JobRun, export: Export, problem: InvalidInput) -> InvalidInput:
    run.check()  # a worker that has lost the job must not fail it for the one that has it
    _fail(export, str(problem))
    return problem


def _fail(export: Export, error: str) -> None:
    Export.objects.filter(pk=export.pk, state=ExportState.WRITING).update(
        state=ExportState.FAILED, error=error
    )


def _publish(run: JobRun, export: Export, written: Written) -> None:
    """Into the storage, then one UPDATE that makes it the export; on failure nothing stays there.

    Every attempt has a place of its own, so that a worker that lost the job cannot take away what
    the next one stores.
    """
    packed = archive(written.folder, written.folder.with_suffix(".zip"))
    run.check()
    listed = [described(packed, ARCHIVE), *written.files]
    home = f"exports/{export.pk}"
    _clear_old_attempts(home)
    attempt = f"{home}/{uuid4().hex[:12]}"
    places = {file["name"]: written.folder / file["name"] for file in written.files}
    is_ready = False
    try:
        for name, path in {ARCHIVE: packed, **places}.items():
            with path.open("rb") as file:
                write_file(f"{attempt}/{name}", file)
            run.check()
        is_ready = _mark_ready(export, written, attempt, listed)
    finally:
        if not is_ready:
            _clear(attempt)
    # For runs on this machine; without it they fetch the archive.
    with suppress(OSError):
        place_folder(written.folder, local_home(export.pk, written.digest))


def _mark_ready(
    export: Export, written: Written, folder: str, listed: list[dict[str, Any]]
) -> bool:
    return bool(
        Export.objects.filter(pk=export.pk, state=ExportState.WRITING).update(
            state=ExportState.READY, folder=folder, files=listed, rows=written.rows,
            digest=written.digest, bytes=written.size, pictures=written.pictures,
            ready_at=timezone.now(),
        )
    )  # fmt: skip


def _clear_old_attempts(home: str) -> None:
    """What a killed worker left in the storage."""
    with suppress(FileNotFoundError):
        for attempt in default_storage.listdir(home)[0]:
            _clear(f"{home}/{attempt}")


def _clear(folder: str) -> None:
    """Take back what was stored; what cannot be reached stays, under a name nobody refers to."""
    with suppress(OSError, Unavailable):
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
        if isinstance(default_storage, FileSystemStorage):
            default_storage.delete(folder)
