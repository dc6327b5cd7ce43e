"""GAICD: crops of a grid with mean opinion scores of seven raters, 1 to 5.

Two layouts. JSON (``image_crop.json`` of the human-centric collection): ``{photo: {"bbox": [[x1, y1,
x2, y2], ...], "score": [...]}}``. Native text: a file for each photo, a line for each crop, ``y1 x1 y2
x2 score``, row first. The score -2 means "not a valid crop": such a line is left out.
``original_data_split.json`` beside it tells train from test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Record, RecordBox
from curation.importers._records import (
    four,
    listed,
    mapped,
    needed,
    number_in,
    on_scale,
    photo_name,
)
from measures.boxes.conversions import corners_from_row_first, pixel_corners

SCALE = "1-5"
RATERS = 7
NOT_VALID = -2
SIDE_FILES = ("data_split.json", "human_bboxes.json")


class Gaicd(Importer):
    """Scored crops."""

    name = "gaicd"
    title = "GAICD: scored crops"
    description = "Crops with mean opinion scores from 1 to 5, as JSON or as native text files."
    files = (
        "image_crop.json, with original_data_split.json beside it if you have it; or the text files "
        "of the native layout, in an archive"
    )
    endings = (".json", ".txt")
    example = {
        "image_crop.json": '{"pier.jpg": {"bbox": [[10, 20, 90, 70], [0, 0, 60, 60]],\n'
        ' "score": [4.14, 2.57]}}',
        "annotations/boat.txt": "20 10 70 90 3.71\n0 0 60 60 -2\n",
    }

    def entries(self) -> Iterator[Entry]:
        """One a photo in JSON; one a file in native text."""
        for name in self.given.names(".json"):
            if not name.endswith(SIDE_FILES):
                yield from self.read_json(name)
        for name in self.given.names(".txt"):
            lines = [(each.line, each.value) for each in self.read_lines(name)]
            yield Entry(name, 1, f"{PurePosixPath(name).stem}.jpg", lines)

    def record(self, entry: Entry) -> Record | None:
        """The photo with its scored crops."""
        photo = photo_name(entry.key)
        record = Record(photo=photo, part=self.parts.get(photo, ""))
        if isinstance(entry.value, list):
            said = [_from_text(line, text) for line, text in entry.value]
        else:
            said = _from_json(entry.value)
        record.boxes = [box for box in said if box is not None]
        self.left_out += len(said) - len(record.boxes)
        return record if record.boxes else None


def _from_json(value: object) -> list[RecordBox | None]:
    boxes, scores = needed(mapped("The entry", value), "bbox", "score")
    corners = listed("bbox", boxes)
    means = listed("score", scores, count=len(corners))
    found: list[RecordBox | None] = []
    for at, (box, mean) in enumerate(zip(corners, means, strict=True), start=1):
        if mean == NOT_VALID:
            found.append(None)
            continue
        try:
            found.append(_scored(pixel_corners(four(box)), mean))
        except InvalidInput as error:
            raise InvalidInput(f"Crop {at}: {error.message}", field=error.field) from None
    return found


def _from_text(line: int, text: str) -> RecordBox | None:
    cells = text.split()
    if len(cells) != 5:
        words = f"A line has five numbers, y1 x1 y2 x2 score; this has {len(cells)}."
        raise InvalidInput(words, line=line)
    try:
        *box, mean = [number_in("A number of the line", cell) for cell in cells]
        return None if mean == NOT_VALID else _scored(corners_from_row_first(box), mean)
    except InvalidInput as error:
        raise InvalidInput(error.message, field=error.field, line=line) from None


def _scored(corners: Sequence[float], mean: object) -> RecordBox:
    x1, y1, x2, y2 = corners
    value = on_scale("The score", mean, SCALE)
    return RecordBox((x1, y1, x2, y2), "candidate", mean=value, scale=SCALE, votes=RATERS)
