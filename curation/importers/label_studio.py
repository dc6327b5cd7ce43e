"""Label Studio's JSON export: tasks with annotations; rectangles and star ratings are read.

Rectangles are percent of the photo (x, y, width, height) and must not be turned. The photo is named by
the end of its address, without the eight characters that an upload gets in front. Annotations that
were cancelled are left out; so are predictions, choices and texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import Field

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Record, RecordBox, RecordRating
from curation.importers._choices import DrawnOptions
from curation.importers._records import (
    finite,
    listed,
    mapped,
    needed,
    on_scale,
    photo_name,
    photo_size,
    scale_ends,
)
from measures.boxes.conversions import corners_from_percent_xywh

_UPLOAD = re.compile(r"^[0-9a-f]{8}-")
_IMAGE = re.compile(r"\.(jpe?g|png|webp|tiff?|gif|bmp|heic|avif)$", re.IGNORECASE)
RECTANGLES = ("rectanglelabels", "rectangle")


class LabelStudioOptions(DrawnOptions):
    """Stars are a scale of their own length."""

    scale: str = Field(
        default="1-5", pattern=r"^\d{1,3}-\d{1,3}$", title="Scale of the ratings",
        description="From the lowest to the highest number of stars, such as 1-5.",
    )  # fmt: skip


class LabelStudio(Importer):
    """Rectangles and ratings, each with who made it."""

    name = "label_studio"
    title = "Label Studio: rectangles and ratings"
    description = (
        "Label Studio's JSON export: rectangles, and star ratings of the photo, by person."
    )
    files = "the JSON export (not JSON-MIN)"
    options_model = LabelStudioOptions
    photos_repeat = True
    example = {
        "export.json": (
            '[{"id": 1, "data": {"image": "/data/upload/1/0a1b2c3d-pier.jpg"}, "annotations": [\n'
            '  {"completed_by": 4, "result": [\n'
            '   {"type": "rectanglelabels", "original_width": 100, "original_height": 80,\n'
            '    "value": {"x": 10, "y": 25, "width": 80, "height": 50, "rotation": 0,\n'
            '     "rectanglelabels": ["crop"]}},\n'
            '   {"type": "rating", "value": {"rating": 4}}]}]}]'
        )
    }

    def entries(self) -> Iterator[Entry]:
        """One a task."""
        for name in self.given.names():
            yield from self.read_json(name)

    def record(self, entry: Entry) -> Record | None:
        """The photo with what people drew and gave, or None where nobody did."""
        task = mapped("The task", entry.value)
        data, annotations = needed(task, "data", "annotations")
        record = Record(photo=_image_of(mapped("data", data)))
        for each in listed("annotations", annotations):
            said = mapped("The annotation", each)
            if not said.get("was_cancelled"):
                self._add(record, said)
        return record if record.boxes or record.ratings else None

    def _add(self, record: Record, said: dict[str, Any]) -> None:
        rater = _rater(said.get("completed_by"))
        (result,) = needed(said, "result")
        for each in listed("result", result):
            part = mapped("A result", each)
            if part.get("type") in RECTANGLES:
                self._add_box(record, part, rater)
            elif part.get("type") == "rating":
                (value,) = needed(part, "value")
                (stars,) = needed(mapped("value", value), "rating")
                scale = self._options.scale
                scale_ends(scale)
                number = on_scale("The rating", stars, scale)
                record.ratings.append(RecordRating(rater, number, scale))

    def _add_box(self, record: Record, part: dict[str, Any], rater: str) -> None:
        value, width, height = needed(part, "value", "original_width", "original_height")
        said = mapped("value", value)
        if finite("rotation", said.get("rotation") or 0) % 360:
            raise InvalidInput("The rectangle is turned; boxes here are upright.", field="rotation")
        size = photo_size(width, height)
        if record.size not in (None, size):
            raise InvalidInput("Two rectangles give the photo different sizes.", field="size")
        record.size = size
        x, y, wide, high = needed(said, "x", "y", "width", "height")
        corners = corners_from_percent_xywh([x, y, wide, high], size)
        labels = said.get("rectanglelabels") or [""]
        name = str(labels[0])[:120] if isinstance(labels, list) else ""
        record.boxes.append(RecordBox(corners, self._options.role, name, rater=rater))

    @property
    def _options(self) -> LabelStudioOptions:
        options = self.options
        return options if isinstance(options, LabelStudioOptions) else LabelStudioOptions()


def _rater(completed_by: object) -> str:
    if isinstance(completed_by, dict):
        completed_by = completed_by.get("email") or completed_by.get("id")
    if (
        isinstance(completed_by, bool)
        or not isinstance(completed_by, int | str)
        or not completed_by
    ):
        raise InvalidInput("completed_by does not say who made the annotation.")
    return str(completed_by)[:120]


def _image_of(data: dict[str, Any]) -> str:
    """The first address in the task's data that ends like a picture, or the one called image."""
    addresses = [value for value in (data.get("image"), *data.values()) if isinstance(value, str)]
    names = [_name_of(address) for address in addresses]
    found = [name for name in names if _IMAGE.search(name)]
    if not (found or "image" in data):
        raise InvalidInput("The task's data holds no picture.", field="data")
    return photo_name((found or names)[0])


def _name_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise InvalidInput("The picture's address cannot be read.", field="data") from None
    local = parse_qs(parts.query).get("d", [])
    path = local[0] if local else unquote(parts.path)
    return _UPLOAD.sub("", PurePosixPath(path.replace("\\", "/")).name)
