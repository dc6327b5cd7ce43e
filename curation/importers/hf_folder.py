"""A Hugging Face image folder: photos with a ``metadata.jsonl`` or ``metadata.csv`` beside them.

Each line names a photo by ``file_name``. Read are ``objects`` (``bbox`` x y width height, with ``categories``
or ``category``), ``bbox`` (four numbers), ``text`` (a raw comment), ``question`` with ``answers``, ``width`` and
``height``. The folder above (train, validation, test) is the photo's part. The photos themselves are
imported from the same folder or archive on the page of photos.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from pydantic import Field

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Record, RecordBox, RecordQuestion
from curation.importers._choices import DrawnOptions, Numbers, corners_of
from curation.importers._records import (
    Size,
    finite,
    listed,
    mapped,
    needed,
    number_in,
    photo_name,
    photo_size,
    worded,
)
from curation.importers._tables import LISTS, TABLES, cell, has, list_rows, row_of, table_rows

PARTS = {"train": "train", "validation": "validation", "val": "validation", "test": "test"}
MAX_COMMENT = 10_000


class FolderOptions(DrawnOptions):
    """How a column ``bbox`` is written."""

    numbers: Numbers = Field(
        default=Numbers.XYWH, title="Numbers of a box",
        description="Percent and shares need the columns width and height.",
    )  # fmt: skip


class HfFolder(Importer):
    """One photo a line."""

    name = "hf_folder"
    title = "Hugging Face image folder"
    description = (
        "Boxes, texts and questions from metadata.jsonl or metadata.csv of an image folder."
    )
    files = (
        "metadata.jsonl or metadata.csv, in their folders (an archive or a folder of the server)"
    )
    endings = (".jsonl", ".csv")
    options_model = FolderOptions
    example = {
        "train/metadata.jsonl": (
            '{"file_name": "pier.jpg", "width": 100, "height": 80, "text": "Calm light.",'
            ' "objects": {"bbox": [[10, 20, 80, 50]], "categories": ["crop"]}}\n'
        ),
        "test/metadata.csv": "file_name,text\nboat.jpg,The horizon tilts.\n",
    }

    def entries(self) -> Iterator[Entry]:
        """One a line of every ``metadata`` file."""
        for name in self.given.names(*self.endings):
            if PurePosixPath(name).stem != "metadata":
                continue
            if name.lower().endswith(LISTS):
                yield from list_rows(self.read_lines(name))
            elif name.lower().endswith(TABLES):
                needed_ = frozenset({"file_name"})
                yield from self.in_file(
                    name, table_rows(self.read_lines(name, keep_empty=True), needed=needed_)
                )

    def record(self, entry: Entry) -> Record | None:
        """The photo with what the line says."""
        row = row_of(entry)
        size = _size(row)
        name = PurePosixPath(photo_name(cell(row, "file_name")))
        # With its folder: train and test may each have a 0001.jpg.
        path = photo_name(str(PurePosixPath(entry.file).parent / name))
        record = Record(photo=path, size=size, part=_part(entry.file, name))
        self._add_boxes(record, row)
        if has(row, "text"):
            record.comments.append(worded("text", row["text"], most=MAX_COMMENT))
        if has(row, "question"):
            text = worded("question", row["question"])
            record.questions.append(RecordQuestion(text, _answers(row), text[:120]))
        return record

    def _add_boxes(self, record: Record, row: Mapping[str, Any]) -> None:
        options = self.options if isinstance(self.options, FolderOptions) else FolderOptions()
        if has(row, "objects"):
            objects = mapped("objects", row["objects"])
            boxes = listed("bbox", *needed(objects, "bbox"))
            names = objects.get("categories", objects.get("category", []))
            names = listed("categories", names)
            for at, box in enumerate(boxes):
                label = str(names[at])[:120] if at < len(names) else ""
                corners = corners_of(box, options.numbers, record.size)
                record.boxes.append(RecordBox(corners, options.role, label))
        if has(row, "bbox"):
            corners = corners_of(row["bbox"], options.numbers, record.size)
            record.boxes.append(RecordBox(corners, options.role))


def _size(row: Mapping[str, Any]) -> Size | None:
    if not has(row, "width", "height"):
        return None
    return photo_size(*(_pixels(name, cell(row, name)) for name in ("width", "height")))


def _pixels(name: str, value: object) -> float:
    return number_in(name, value) if isinstance(value, str) else finite(name, value)


def _part(file: str, name: PurePosixPath) -> str:
    folders = [*PurePosixPath(file).parent.parts, *name.parent.parts]
    return next((PARTS[each.lower()] for each in reversed(folders) if each.lower() in PARTS), "")


def _answers(row: Mapping[str, Any]) -> list[str]:
    given = row.get("answers", row.get("answer"))
    given = [given] if isinstance(given, str) else given
    found = [worded("An answer", each) for each in listed("answers", given)]
    if not found:
        raise InvalidInput("answers is an empty list.", field="answers")
    return found
