"""Writing a frozen version in a format: pictures, rows, card, checksums, archive; then to storage.

Everything is written into a folder of its own that becomes the export's by one rename, so that a
killed worker or a full disk leaves no half export. The same version and options give the same
digest.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from pydantic import ValidationError

from accounts.models import User
from catalog.models import Photo
from catalog.selectors.pixels import jpeg, open_upright, rendition_bytes
from core import audit, jobs
from core.errors import Conflict, InvalidInput, ReframeError, Unavailable
from core.jobs import JobRun
from core.storage import write_file
from curation import kinds
from curation.exporters import ExportJob, Options, registry
from curation.models import DatasetVersion, Export, ExportState, Sample, VersionState
from curation.services.cards import card_of

CHUNK = 1024 * 1024
ARCHIVE = "export.zip"
# Archives hold no clock of ours: the earliest time that the format knows.
EPOCH = (1980, 1, 1, 0, 0, 0)


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
    plugin = registry.get(exporter)
    try:
        checked = plugin.options_model.model_validate(options or {})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"{field}: {first['msg']}.", field=field) from None
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
    part = exports_root() / f"{export.pk}.{uuid4().hex}.part"
    try:
        part.mkdir(parents=True)
        _write(run, export, part)
    except OSError as error:
        problem = _explained(error)
        _fail(export, str(problem))
        raise problem from error
    except ReframeError as error:
        _fail(export, str(error))
        raise InvalidInput(str(error)) from error  # the export has failed: no second try by itself
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return {"export": export.pk}


def exports_root() -> Path:
    """Where exports lie on this machine's disk; training reads them here."""
    return Path(settings.EXPORTS_DIR)


def _explained(error: OSError) -> ReframeError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        # Not `Unavailable`: trying again at once would only fill the disk again.
        return InvalidInput(
            "The disk is full; free some space, then export again. Nothing was kept."
        )
    return InvalidInput(f"The export could not be written: {error.strerror or error}.")


def _fail(export: Export, error: str) -> None:
    Export.objects.filter(pk=export.pk, state=ExportState.WRITING).update(
        state=ExportState.FAILED, error=error
    )


def _write(run: JobRun, export: Export, part: Path) -> None:
    plugin = registry.get(export.exporter)
    options = plugin.options_model.model_validate(export.options)
    writer = _Writer(run, export, part, options)
    rows = plugin().write(writer.job())
    if not rows:
        raise InvalidInput("This version holds no samples, so there is nothing to export.")
    (part / "README.md").write_text(card_of(export, rows, dict(writer.licences)), encoding="utf-8")
    files = [_described(path, part, rows) for path in sorted(part.rglob("*")) if path.is_file()]
    manifest = _manifest(export, files)
    (part / "manifest.json").write_bytes(manifest)
    archive = _archive(part, part.with_suffix(".zip"))
    try:
        _publish(run, export, part, archive, files, manifest, sum(rows.values()))
    finally:
        archive.unlink(missing_ok=True)


class _Writer:
    """Streams samples and writes each picture once, under its content hash."""

    def __init__(self, run: JobRun, export: Export, part: Path, options: Options) -> None:
        self._run, self._export, self._part, self._options = run, export, part, options
        self._written: set[str] = set()
        self._done = 0
        self._total = export.version.samples.count()
        self.licences: Counter[str] = Counter()

    def job(self) -> ExportJob:
        return ExportJob(
            version=self._export.version, options=self._options, folder=self._part,
            samples=self._samples, picture=self._picture, tick=self._tick,
        )  # fmt: skip

    def _samples(self, kind: str, split: str) -> Iterator[Sample]:
        rows = self._export.version.samples.filter(kind=kind, split=split)
        return rows.select_related("photo").order_by("index").iterator(chunk_size=200)

    def _picture(self, sample: Sample) -> str:
        digest = sample.photo.content_hash
        name = f"images/{digest[:2]}/{digest}.jpg"
        if digest not in self._written:
            path = self._part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_jpeg(sample.photo, self._options.image_side))
            self._written.add(digest)
            self.licences[sample.photo.licence] += 1
        return name

    def _tick(self) -> None:
        self._done = min(self._done + 1, self._total)
        self._run.progress(self._done, self._total)


def _jpeg(photo: Photo, side: int) -> bytes:
    """The very picture that drafting models see when the sides agree, else one made for it."""
    if photo.renditions.filter(size=side).exists():
        return rendition_bytes(photo, side)
    return jpeg(open_upright(photo, longest=side))


def _described(path: Path, root: Path, rows: dict[str, int]) -> dict[str, Any]:
    name = path.relative_to(root).as_posix()
    return {
        "name": name,
        "bytes": path.stat().st_size,
        "sha256": _sha256(path),
        "rows": rows.get(name, 0),
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(export: Export, files: list[dict[str, Any]]) -> bytes:
    content = {
        "dataset": export.version.dataset.name,
        "version": export.version.number,
        "version_digest": export.version.digest,
        "exporter": export.exporter,
        "options": export.options,
        "files": files,
    }
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def _archive(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), EPOCH)
                entry.external_attr = 0o644 << 16
                with (
                    file.open("rb") as source,
                    archive.open(entry, "w", force_zip64=True) as target,
                ):
                    shutil.copyfileobj(source, target, CHUNK)
    return path


def _publish(
    run: JobRun,
    export: Export,
    part: Path,
    archive: Path,
    files: list[dict[str, Any]],
    manifest: bytes,
    rows: int,
) -> None:
    """Into the storage, then one UPDATE that makes it the export."""
    run.check()
    digest = hashlib.sha256(manifest).hexdigest()
    prefix = f"exports/{export.pk}-{digest[:12]}"
    listed = [*files, _described(part / "manifest.json", part, {})]
    packed = {
        "name": ARCHIVE,
        "bytes": archive.stat().st_size,
        "sha256": _sha256(archive),
        "rows": 0,
    }
    _store(f"{prefix}/{ARCHIVE}", archive)
    for file in listed:
        if not file["name"].startswith("images/"):  # pictures are in the archive
            _store(f"{prefix}/{file['name']}", part / file["name"])
    home = local_home(export.pk, digest)
    shutil.rmtree(home, ignore_errors=True)
    part.rename(home)
    ready = Export.objects.filter(pk=export.pk, state=ExportState.WRITING).update(
        state=ExportState.READY, folder=prefix, files=[packed, *listed], rows=rows, digest=digest,
        bytes=sum(file["bytes"] for file in listed), ready_at=timezone.now(),
    )  # fmt: skip
    if not ready:
        raise Unavailable("Another worker has written this export.")


def local_home(export_id: int, digest: str) -> Path:
    """The folder of a ready export on this machine."""
    return exports_root() / f"{export_id}-{digest[:12]}"


def _store(name: str, path: Path) -> None:
    if default_storage.exists(name):
        default_storage.delete(name)
    with path.open("rb") as file:
        write_file(name, file)
