"""The job of an annotation import: check everything, then write everything, then attach.

The files are read twice. The first time nothing is written: one wrong line, and the import is refused
with every line that is wrong. The second time rows are written in batches; a killed worker goes on
behind the last one. Rows count only once the import is done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from core.errors import Conflict, InvalidInput
from core.jobs import JobCancelled, JobRun
from curation.importers import Absent, Fault, Files, Importer, Record, Size, registry
from curation.models import (
    AnnotationImport,
    AnnotationImportState,
    ImportedPair,
    ImportedRating,
    ImportFault,
    SourceBox,
    SourcePhoto,
    SourceQuestion,
)
from curation.services.annotation_imports import checked_options, discard_files
from curation.services.attaching import attach_import
from curation.services.import_files import digest_of, opened_files
from curation.services.import_names import KnownPhotos
from curation.services.import_rows import RowWriter, settle_edges

State = AnnotationImportState
UNDER_WAY = (State.CHECKING, State.WRITING)
ROWS_AT_ONCE = 10_000
MAX_FAULTS = 200
NOTHING = "The files hold nothing that this format knows."
STOPPED = "Somebody stopped it before it was done. Nothing was kept."
CHANGED = "The files were changed while they were being imported. Nothing was kept; import again."


def import_annotations(run: JobRun) -> dict[str, Any]:
    """Handler. Raises `InvalidInput` when the files are refused; their faults are stored."""
    found = AnnotationImport.objects.select_related("project").get(pk=run.params["import"])
    plugin = registry.get(found.importer)
    if found.state in UNDER_WAY:
        try:
            with opened_files(found, plugin) as files:
                options = checked_options(found.importer, found.options)
                _import(run, found, files, plugin(files, options))
        except JobCancelled:
            _undo(found, STOPPED)
            raise
    discard_files(found)
    if found.state == State.DONE:
        attach_import(found, run)
    found.refresh_from_db()
    return {"state": found.state, **found.counts}


def _import(run: JobRun, found: AnnotationImport, files: Files, importer: Importer) -> None:
    digest = digest_of(found, files)
    if found.state == State.CHECKING and not _is_admitted(run, found, importer, digest):
        return
    if found.digest != digest:
        _undo(found, CHANGED)
        raise InvalidInput(CHANGED)
    _write(run, found, importer)


def _is_admitted(run: JobRun, found: AnnotationImport, importer: Importer, digest: str) -> bool:
    """Whether it is to be written; if not, it is settled as known or refused."""
    if _is_known(found, digest):
        return False
    checked = _Check(found, importer)
    checked.go_through(run)
    left_out = {"left_out": importer.left_out} if importer.left_out else {}
    if checked.wrong:
        _refuse(found, checked)
    try:
        with transaction.atomic():
            _move(
                found,
                State.CHECKING,
                State.WRITING,
                digest=digest,
                records=checked.records,
                counts=left_out,
            )
    except IntegrityError:  # the same files came in beside us and were first
        return not _is_known(found, digest)
    return True


def _is_known(found: AnnotationImport, digest: str) -> bool:
    same = AnnotationImport.objects.filter(
        project=found.project, digest=digest, state__in=[State.WRITING, State.DONE]
    )
    first = same.exclude(pk=found.pk).first()
    if first is not None:
        now = timezone.now()
        _move(found, State.CHECKING, State.KNOWN, same_as=first, digest=digest, ended_at=now)
    return first is not None


def _refuse(found: AnnotationImport, checked: _Check) -> None:
    with transaction.atomic():
        now = timezone.now()
        _move(found, State.CHECKING, State.REFUSED, wrong=checked.wrong, ended_at=now)
        ImportFault.objects.bulk_create(
            ImportFault(
                annotation_import=found, file=fault.file[-255:], line=fault.line,
                about=fault.about, message=fault.message[:300],
            )
            for fault in checked.faults
        )  # fmt: skip
    discard_files(found)
    lines = "one entry is" if checked.wrong == 1 else f"{checked.wrong:,} entries are"
    raise InvalidInput(f"Nothing was imported: {lines} wrong. First: {_said(checked.faults[0])}")


def _said(fault: Fault) -> str:
    where = f"{fault.file}, line {fault.line}: " if fault.line else ""
    return f"{where}{fault.message}"


def _move(
    found: AnnotationImport, old: AnnotationImportState, new: AnnotationImportState, **more: Any
) -> None:
    if not AnnotationImport.objects.filter(pk=found.pk, state=old).update(state=new, **more):
        raise Conflict("Another worker has taken over this import.")
    found.refresh_from_db()


@dataclass
class _Check:
    """The first reading: counts records, keeps the first faults."""

    found: AnnotationImport
    importer: Importer
    records: int = 0
    wrong: int = 0
    faults: list[Fault] = field(default_factory=list)
    _seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    _keys: set[int] = field(default_factory=set)
    _sizes: dict[str, Size] = field(default_factory=dict)

    def go_through(self, run: JobRun) -> None:
        for each in self.importer.records():
            if isinstance(each, Fault):
                self._add(each)
            else:
                self.records += 1
                self._look_at(each)
            run.progress(self.records, None, "Checking; nothing is written yet.")
        if self.importer.options.absent is Absent.REFUSE:
            self._look_for_photos()
        if not self.records and not self.wrong:
            self._add(Fault("", 0, "", NOTHING))

    def _add(self, fault: Fault) -> None:
        self.wrong += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(fault)

    def _look_at(self, record: Record) -> None:
        problem = self._problem(record)
        if problem:
            self._add(Fault(record.file, record.line, record.photo, problem))
        self._seen.setdefault(record.photo, (record.file, record.line))

    def _problem(self, record: Record) -> str:
        first = self._seen.get(record.photo)
        if first is not None and not self.importer.photos_repeat:
            return f"This photo stands here a second time; first in {first[0]}, line {first[1]}."
        known = self._sizes.setdefault(record.photo, record.size) if record.size else None
        if known != record.size:
            return f"The photo is {_shown(record.size)} pixels here, {_shown(known)} before."
        try:
            settle_edges(record, self.importer.options.edges)
        except InvalidInput as error:
            return error.message
        return self._repetition(record)

    def _repetition(self, record: Record) -> str:
        for key, words in _keys_of(record):
            number = hash(key)
            if number in self._keys:
                return f"{words} stands here a second time."
            self._keys.add(number)
        return ""

    def _look_for_photos(self) -> None:
        names = KnownPhotos(self.found.project, self._seen)
        for name, (file, line) in self._seen.items():
            problem = names.problem(name)
            if problem:
                self._add(Fault(file, line, name, problem))


def _shown(size: Size | None) -> str:
    return f"{size[0]} x {size[1]}" if size else "of unknown"


def _keys_of(record: Record) -> list[tuple[object, str]]:
    """What may stand only once: a rater's number for a thing, a rater's vote on a pair, a question."""
    boxes = [(*box.corners, box.role, box.name) for box in record.boxes]
    keys: list[tuple[object, str]] = []
    for rating in record.ratings:
        box = None if rating.box is None else boxes[rating.box]
        keys.append((("r", record.photo, box, rating.rater), f"The rating by {rating.rater!r}"))
    for pair in record.pairs:
        if pair.rater:
            two = frozenset((boxes[pair.first], boxes[pair.second]))
            keys.append((("p", record.photo, two, pair.rater), f"The vote by {pair.rater!r}"))
    for question in record.questions:
        number = question.external_id
        keys.append((("q", record.photo, number), f"The question {number[:60]!r}"))
    return keys


def _write(run: JobRun, found: AnnotationImport, importer: Importer) -> None:
    writer = RowWriter(
        found, photos_repeat=importer.photos_repeat,
        raters_are_people=importer.raters_are_people,
    )  # fmt: skip
    position, batch, weight = found.position, list[Record](), 0
    for number, each in enumerate(importer.records()):
        if isinstance(each, Fault):
            raise InvalidInput(CHANGED)
        if number < position:
            continue
        batch.append(each)
        weight += each.weight()
        if weight >= ROWS_AT_ONCE:
            position = writer.write(batch, start=position)
            batch, weight = [], 0
            run.progress(position, found.records, "Writing.")
    if batch:
        position = writer.write(batch, start=position)
    run.progress(position, found.records, "Attaching to photos.")
    now = timezone.now()
    _move(found, State.WRITING, State.DONE, counts=_counts(found) | found.counts, ended_at=now)


def _counts(found: AnnotationImport) -> dict[str, int]:
    of_photo = {"source_photo__annotation_import": found}
    boxes = SourceBox.objects.filter(**of_photo).aggregate(
        boxes=Count("pk"), means=Count("mean"), past_edge=Count("pk", Q(is_past_edge=True))
    )
    return {
        "photos": SourcePhoto.objects.filter(annotation_import=found).count(),
        **boxes,
        "raters": found.raters.count(),
        "ratings": ImportedRating.objects.filter(**of_photo).count(),
        "pairs": ImportedPair.objects.filter(**of_photo).count(),
        "questions": SourceQuestion.objects.filter(**of_photo).count(),
    }


def _undo(found: AnnotationImport, why: str) -> None:
    """Take back what was written of an import that is not to be finished."""
    with transaction.atomic():
        found.refresh_from_db()
        now = timezone.now()
        _move(found, State(found.state), State.REFUSED, wrong=1, ended_at=now)
        SourcePhoto.objects.filter(annotation_import=found).delete()
        found.raters.all().delete()
        ImportFault.objects.create(annotation_import=found, message=why)
    discard_files(found)
