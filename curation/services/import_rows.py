"""Records become rows, many at once, by COPY. Each batch moves the import's position with it, in one
transaction: a killed worker leaves whole batches and the place where to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import connection, models, transaction

from core.errors import Conflict, InvalidInput
from curation.importers import Edges, Record, RecordBox
from curation.models import (
    AnnotationImport,
    AnnotationImportState,
    ImportedPair,
    ImportedRater,
    ImportedRating,
    SourceBox,
    SourcePhoto,
    SourceQuestion,
)
from measures.boxes import Box
from measures.boxes.conversions import from_pixels, is_past_edge, to_pixels

TAKEN_OVER = "Another worker has taken over this import."
_BoxKey = tuple[float, float, float, float, str, str]


def settle_edges(record: Record, edges: Edges) -> list[bool | None]:
    """Per box whether it runs past the photo, None where the photo's size is unknown; clips boxes
    where that was chosen. `InvalidInput` for a box that lies wholly outside."""
    if record.size is None:
        return [None] * len(record.boxes)
    found: list[bool | None] = []
    for at, box in enumerate(record.boxes, start=1):
        is_past = is_past_edge(box.corners, record.size)
        if is_past:
            inside = _inside(box, record.size, at)
            box.corners = to_pixels(inside, record.size) if edges is Edges.CLIP else box.corners
        found.append(is_past)
    return found


def _inside(box: RecordBox, size: tuple[int, int], at: int) -> Box:
    try:
        return from_pixels(box.corners, size, clip=True)
    except InvalidInput:
        words = f"Box {at} lies wholly outside the photo of {size[0]} x {size[1]} pixels."
        raise InvalidInput(words, field="box") from None


class RowWriter:
    """Writes one import's records in order. With ``photos_repeat`` it knows the photos and boxes
    written before, so that several entries may speak of one photo."""

    def __init__(
        self, found: AnnotationImport, *, photos_repeat: bool, raters_are_people: bool
    ) -> None:
        self.found = found
        self.raters_are_people = raters_are_people
        self.edges = Edges(found.options.get("edges", Edges.KEEP))
        raters = ImportedRater.objects.filter(annotation_import=found)
        self._raters: dict[str, int] = dict(raters.values_list("name", "pk"))
        self._photos: dict[str, int] | None = None
        self._boxes: dict[int, dict[_BoxKey, int]] = {}
        self._pairs: dict[int, int] = {}
        if photos_repeat:
            self._recall()

    def _recall(self) -> None:
        photos = SourcePhoto.objects.filter(annotation_import=self.found)
        self._photos = dict(photos.values_list("name", "pk"))
        boxes = SourceBox.objects.filter(source_photo__annotation_import=self.found)
        for row in boxes.values_list(
            "source_photo_id", "x1", "y1", "x2", "y2", "role", "name", "pk"
        ):
            self._boxes.setdefault(row[0], {})[row[1:7]] = row[7]
        pairs = ImportedPair.objects.filter(source_photo__annotation_import=self.found)
        counted = pairs.values_list("source_photo_id").annotate(n=models.Count("pk"))
        self._pairs = dict(counted.order_by())

    @transaction.atomic
    def write(self, records: Sequence[Record], *, start: int) -> int:
        """Write records ``start`` and following; the new position."""
        end = start + len(records)
        held = AnnotationImport.objects.filter(
            pk=self.found.pk, state=AnnotationImportState.WRITING, position=start
        )
        if not held.update(position=end):
            raise Conflict(TAKEN_OVER)
        self._add_raters(records)
        pasts = [settle_edges(record, self.edges) for record in records]
        photos = self._write_photos(records)
        places = self._write_boxes(records, photos, pasts)
        self._write_ratings(records, photos, places)
        self._write_pairs(records, photos, places)
        self._write_questions(records, photos, places)
        return end

    def _add_raters(self, records: Iterable[Record]) -> None:
        names = {each.rater for record in records for each in record.ratings}
        names |= {pair.rater for record in records for pair in record.pairs}
        names |= {box.rater for record in records for box in record.boxes}
        new = sorted(names - set(self._raters) - {""})
        made = ImportedRater.objects.bulk_create(
            ImportedRater(annotation_import=self.found, name=name, is_person=self.raters_are_people)
            for name in new
        )
        self._raters |= {rater.name: rater.pk for rater in made}

    def _write_photos(self, records: Sequence[Record]) -> list[int]:
        known = self._photos if self._photos is not None else {}
        fresh: dict[str, Record] = {}
        for record in records:
            if record.photo not in known:
                fresh.setdefault(record.photo, record)
        ids = dict(zip(fresh, new_ids(SourcePhoto, len(fresh)), strict=True))
        columns = [
            "id",
            "annotation_import_id",
            "name",
            "width",
            "height",
            "part",
            "words",
            "problem",
        ]
        copy_rows(SourcePhoto, columns, (
            (ids[name], self.found.pk, name, *(each.size or (None, None)), each.part, _words(each), "")
            for name, each in fresh.items()
        ))  # fmt: skip
        found = [ids.get(record.photo) or known[record.photo] for record in records]
        if self._photos is not None:
            self._photos |= ids
        return found

    def _write_boxes(
        self, records: Sequence[Record], photos: Sequence[int], pasts: Sequence[list[bool | None]]
    ) -> list[list[int]]:
        """The ids of each record's boxes, in its order."""
        ids = iter(new_ids(SourceBox, sum(len(record.boxes) for record in records)))
        rows: list[tuple[Any, ...]] = []
        found = []
        for record, photo, past in zip(records, photos, pasts, strict=True):
            known = self._boxes.setdefault(photo, {}) if self._photos is not None else None
            places = []
            for at, box in enumerate(record.boxes):
                key = (*box.corners, box.role, box.name)
                if known is not None and key in known:
                    places.append(known[key])
                    continue
                pk = next(ids)
                place = at if known is None else len(known)
                rows.append((
                    pk, photo, place, *box.corners, box.role, box.name[:120], box.mean, box.scale,
                    box.votes, past[at], self._raters.get(box.rater),
                ))  # fmt: skip
                places.append(pk)
                if known is not None:
                    known[key] = pk
            found.append(places)
        copy_rows(SourceBox, [
            "id", "source_photo_id", "place", "x1", "y1", "x2", "y2", "role", "name", "mean", "scale",
            "votes", "is_past_edge", "rater_id",
        ], rows)  # fmt: skip
        return found

    def _write_ratings(
        self, records: Sequence[Record], photos: Sequence[int], places: Sequence[list[int]]
    ) -> None:
        columns = ["source_photo_id", "box_id", "rater_id", "scale", "value"]
        copy_rows(ImportedRating, columns, (
            (photo, None if each.box is None else of_boxes[each.box], self._raters[each.rater],
             each.scale, each.value)
            for record, photo, of_boxes in zip(records, photos, places, strict=True)
            for each in record.ratings
        ))  # fmt: skip

    def _write_pairs(
        self, records: Sequence[Record], photos: Sequence[int], places: Sequence[list[int]]
    ) -> None:
        rows = []
        for record, photo, of_boxes in zip(records, photos, places, strict=True):
            for each in record.pairs:
                place = self._pairs.get(photo, 0)
                self._pairs[photo] = place + 1
                rows.append((
                    photo, place, of_boxes[each.first], of_boxes[each.second], each.for_first,
                    each.for_second, each.ties, self._raters.get(each.rater),
                ))  # fmt: skip
            if self._photos is None:
                self._pairs.pop(photo, None)
        copy_rows(ImportedPair, [
            "source_photo_id", "place", "first_id", "second_id", "for_first", "for_second", "ties",
            "rater_id",
        ], rows)  # fmt: skip

    def _write_questions(
        self, records: Sequence[Record], photos: Sequence[int], places: Sequence[list[int]]
    ) -> None:
        columns = ["source_photo_id", "text", "answers", "external_id", "box_id"]
        copy_rows(SourceQuestion, columns, (
            (photo, each.text, orjson.dumps(each.answers).decode(), each.external_id,
             None if each.box is None else of_boxes[each.box])
            for record, photo, of_boxes in zip(records, photos, places, strict=True)
            for each in record.questions
        ))  # fmt: skip


def _words(record: Record) -> str:
    """What hangs on the photo itself, as JSON."""
    found: dict[str, Any] = {}
    if record.elements:
        found["elements"] = [[each.name, each.points] for each in record.elements]
    if record.comments:
        found["comments"] = record.comments
    if record.facts:
        found["facts"] = record.facts
    return orjson.dumps(found).decode()


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Add rows by COPY; how many. Table and columns are our own names, never from outside."""
    names = ", ".join(f'"{name}"' for name in columns)
    count = 0
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Primary keys taken from the table's own sequence, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
