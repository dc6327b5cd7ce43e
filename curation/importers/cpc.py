"""CPC: views of a photo that crowd workers chose among.

A text file a photo, ``NAME.jpg.txt``: a JSON string whose content is a JSON object ``{"scores": [[number
for each view] for each worker], "bboxes": [[x1, y1, x2, y2] for each view]}``. ``human_bboxes.json`` gives
a person's box and the photo's size, whose width is spelt "weight". The numbers order the views of one
photo; their mean is no mean opinion score and is never written as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath

from pydantic import Field

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Options, Record, RecordBox, RecordRating
from curation.importers._records import (
    Size,
    four,
    listed,
    mapped,
    needed,
    on_scale,
    photo_name,
    photo_size,
)
from curation.importers._streams import json_value
from measures.boxes.conversions import pixel_corners

PEOPLE = "human_bboxes.json"


class CpcOptions(Options):
    """The files do not say how far a worker's number goes."""

    highest: int = Field(
        default=2, ge=1, le=10, title="Highest number of a worker",
        description="A higher one in the files is refused.",
    )  # fmt: skip


class Cpc(Importer):
    """Views with the workers' numbers."""

    name = "cpc"
    title = "CPC: views chosen by crowd workers"
    description = "Up to 24 views of each photo with each worker's number, which orders them."
    files = f"the .txt files of the views, in an archive, and {PEOPLE}, either or both"
    endings = (".txt", ".json")
    options_model = CpcOptions
    raters_are_people = False
    photos_repeat = True
    example = {
        "pier.jpg.txt": (
            '"{\\"scores\\": [[0, 2], [1, 1]], \\"bboxes\\": [[10, 20, 90, 70], [0, 0, 60, 60]]}"'
        ),
        PEOPLE: '{"pier.jpg": {"bbox": [20, 30, 40, 70], "weight": 100, "height": 80}}',
    }

    def entries(self) -> Iterator[Entry]:
        """One a text file, then one a photo with a person."""
        seen: set[str] = set()
        for name in self.given.names(".txt"):
            text = "\n".join(str(line.value) for line in self.read_lines(name))
            photo = PurePosixPath(name).name.removesuffix(".txt")
            yield Entry(name, 1, photo, (text, photo in seen))
            seen.add(photo)
        for name in self.given.named(PEOPLE):
            yield from self.read_json(name)

    @cached_property
    def _people(self) -> dict[str, Entry]:
        return self.side_entries(PEOPLE)

    def record(self, entry: Entry) -> Record | None:
        """The photo with its views, or with the person on it."""
        photo = photo_name(entry.key)
        if not isinstance(entry.value, tuple):
            box, size = _person(entry.value)
            return Record(photo=photo, size=size, boxes=[box])
        text, is_repeated = entry.value
        if is_repeated:
            raise InvalidInput(f"There are two files for {photo[:80]!r}.")
        record = Record(photo=photo)
        if photo in self._people:
            record.size = _person(self._people[photo].value)[1]
        self._add_views(record, text)
        return record

    def _add_views(self, record: Record, text: str) -> None:
        value = json_value(text.encode(), 1)
        inner = json_value(value.encode(), 1) if isinstance(value, str) else value
        scores, boxes = needed(mapped("The file", inner), "scores", "bboxes")
        corners = [pixel_corners(four(box)) for box in listed("bboxes", boxes)]
        record.boxes = [
            RecordBox(each, "candidate", f"view {at}") for at, each in enumerate(corners)
        ]
        options = self.options
        scale = f"0-{options.highest if isinstance(options, CpcOptions) else 2}"
        for worker, row in enumerate(listed("scores", scores), start=1):
            numbers = listed(f"The numbers of worker {worker}", row, count=len(corners))
            record.ratings += [
                RecordRating(f"worker {worker}", on_scale("A number", number, scale), scale, at)
                for at, number in enumerate(numbers)
            ]


def _person(value: object) -> tuple[RecordBox, Size]:
    box, width, height = needed(mapped("The entry", value), "bbox", "weight", "height")
    return RecordBox(pixel_corners(four(box)), "subject", "person"), photo_size(width, height)
