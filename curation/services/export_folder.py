"""An export's folder on disk: pictures, rows, card, credits, manifest, archive.

Nothing held in memory grows with the rows, and no byte depends on the clock, on a row's id or on
the machine, so that the same version and options give the same files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.db.models import Count

from catalog.models import Photo
from catalog.selectors.global_views import global_view
from catalog.selectors.pixels import jpeg, open_upright, rendition_bytes
from core.errors import InvalidInput
from core.jobs import JobRun
from curation.exporters import ExportJob, Options, registry
from curation.models import Export, Sample
from curation.services.cards import card_of, write_credits

CHUNK = 1024 * 1024
MANIFEST = "manifest.json"
PICTURES = "images/"
NOTHING = "This version holds no samples, so there is nothing to export."
# Archives hold no clock of ours: the earliest time that the format knows.
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Written:
    """A finished folder. ``files`` leaves the pictures out; the manifest has them all."""

    folder: Path
    files: list[dict[str, Any]]
    digest: str
    rows: int
    pictures: int
    size: int


def write_folder(run: JobRun, export: Export, folder: Path) -> Written:
    """Write everything but the archive; `InvalidInput` when there is nothing to write."""
    plugin = registry.get(export.exporter)
    options = plugin.options_model.model_validate(export.options)
    rows = plugin().write(_Writer(run, export, folder, options).job())
    if not rows:
        raise InvalidInput(NOTHING)
    photos = Photo.objects.filter(samples__version=export.version)
    licences = photos.order_by().values_list("licence").annotate(n=Count("id", distinct=True))
    card = card_of(export, rows, dict(licences), plugin.card_note)
    (folder / "README.md").write_text(card, encoding="utf-8")
    write_credits(folder / "CREDITS.csv", export.version)
    return _sealed(export, folder, rows)


def archive(folder: Path, path: Path) -> Path:
    """The folder as one zip, stored: pictures are compressed already."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        for file in files_below(folder):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), EPOCH)
            entry.external_attr = 0o644 << 16
            with file.open("rb") as source, packed.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, CHUNK)
    return path


def described(path: Path, name: str, rows: int = 0) -> dict[str, Any]:
    """What is recorded of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": name, "bytes": path.stat().st_size, "sha256": digest, "rows": rows}


def files_below(folder: Path) -> Iterator[Path]:
    """Every file, folder by folder in order of name."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir():
            yield from files_below(folder / entry.name)
        else:
            yield folder / entry.name


class _Writer:
    """Streams samples, and writes each picture once, under its content hash."""

    def __init__(self, run: JobRun, export: Export, folder: Path, options: Options) -> None:
        self._run, self._export, self._folder, self._options = run, export, folder, options
        self._done = 0
        self._total = export.version.samples.count()
        self._last: tuple[str, bytes] = ("", b"")

    def job(self) -> ExportJob:
        """What the exporter gets."""
        return ExportJob(
            version=self._export.version, options=self._options, folder=self._folder,
            samples=self._samples, picture=self._picture, picture_bytes=self._picture_bytes,
            view=self._view, view_bytes=self._view_bytes, tick=self._tick,
        )  # fmt: skip

    def _samples(self, kind: str, split: str) -> Iterator[Sample]:
        rows = self._export.version.samples.filter(kind=kind, split=split)
        return rows.select_related("photo").order_by("index").iterator(chunk_size=200)

    def _picture(self, sample: Sample) -> str:
        digest = sample.photo.content_hash
        name = f"{PICTURES}{digest[:2]}/{digest}.jpg"
        path = self._folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._picture_bytes(sample))
        return name

    def _picture_bytes(self, sample: Sample) -> bytes:
        digest = sample.photo.content_hash
        if self._last[0] != digest:
            self._last = digest, _jpeg(sample.photo, self._options.image_side)
        return self._last[1]

    def _view(self, sample: Sample, side: int) -> str:
        digest = sample.photo.content_hash
        name = f"{PICTURES}{digest[:2]}/{digest}-{side or 'whole'}.jpg"
        path = self._folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._view_bytes(sample, side))
        return name

    def _view_bytes(self, sample: Sample, side: int) -> bytes:
        """The very view that sampled answers saw, or every pixel of the photo."""
        return global_view(sample.photo, side) if side else jpeg(open_upright(sample.photo))

    def _tick(self) -> None:
        self._done = min(self._done + 1, self._total)
        self._run.progress(self._done, self._total, "writing rows")


def _jpeg(photo: Photo, side: int) -> bytes:
    """The very picture that drafting models see when the sides agree, else one made for it."""
    if photo.renditions.filter(size=side).exists():
        return rendition_bytes(photo, side)
    return jpeg(open_upright(photo, longest=side))


def _sealed(export: Export, folder: Path, rows: dict[str, int]) -> Written:
    """The manifest, written as the files are read; its digest is the export's."""
    path = folder / MANIFEST
    head = {
        "dataset": export.version.dataset.name, "version": export.version.number,
        "version_digest": export.version.digest, "exporter": export.exporter,
        "options": export.options,
    }  # fmt: skip
    listed: list[dict[str, Any]] = []
    pictures = size = 0
    with path.open("wb") as out:
        out.write(orjson.dumps(head, option=orjson.OPT_SORT_KEYS)[:-1] + b',"files":[')
        separator = b"\n"
        for file in files_below(folder):
            if file == path:
                continue
            name = file.relative_to(folder).as_posix()
            entry = described(file, name, rows.get(name, 0))
            out.write(separator + orjson.dumps(entry, option=orjson.OPT_SORT_KEYS))
            separator = b",\n"
            size += entry["bytes"]
            if name.startswith(PICTURES):
                pictures += 1
            else:
                listed.append(entry)
        out.write(b"\n]}\n")
    own = described(path, MANIFEST)
    return Written(
        folder, [*listed, own], own["sha256"], sum(rows.values()), pictures, size + own["bytes"]
    )
