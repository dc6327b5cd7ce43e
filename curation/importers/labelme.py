"""LabelMe: a JSON file for each photo with the rectangles drawn on it.

Only rectangles are read (``shape_type`` may go on, as in "rectangle (3:2)"); other shapes are left out.
A ``*_metadata.json`` beside it is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Record, RecordBox
from curation.importers._choices import DrawnOptions
from curation.importers._records import finite, listed, mapped, needed, photo_name, photo_size
from measures.boxes.conversions import corners_from_points

WANTED = ("shapes", "imagePath", "imageWidth", "imageHeight")


class LabelMe(Importer):
    """Rectangles."""

    name = "labelme"
    title = "LabelMe: rectangles"
    description = "Rectangles drawn in LabelMe, one JSON file for each photo."
    files = "the JSON files, in an archive if they are many"
    options_model = DrawnOptions
    example = {
        "pier.json": (
            '{"version": "5.0", "shapes": [\n  {"label": "3x2", "points": [[90, 70], [10, 20]],\n'
            '   "shape_type": "rectangle"}],\n "imagePath": "pier.jpg", "imageData": null,\n'
            ' "imageHeight": 80, "imageWidth": 100}'
        )
    }

    def entries(self) -> Iterator[Entry]:
        """One a file."""
        for name in self.given.names():
            if not name.endswith("_metadata.json"):
                found = {e.key: e for e in self.read_json(name) if e.key in WANTED}
                line = found["shapes"].line if "shapes" in found else 1
                value = {key: entry.value for key, entry in found.items()}
                yield Entry(name, line, PurePosixPath(name).stem, value)

    def record(self, entry: Entry) -> Record | None:
        """The photo with its rectangles, or None where none is drawn."""
        shapes, path, width, height = needed(entry.value, *WANTED)
        name = PurePosixPath(photo_name(path).replace("\\", "/")).name
        record = Record(photo=photo_name(name), size=photo_size(width, height))
        for at, shape in enumerate(listed("shapes", shapes), start=1):
            said = mapped(f"Shape {at}", shape)
            if str(said.get("shape_type", "")).startswith("rectangle"):
                record.boxes.append(self._box(at, said))
        return record if record.boxes else None

    def _box(self, at: int, said: dict[str, Any]) -> RecordBox:
        (points,) = needed(said, "points")
        try:
            ends = [
                [finite("A point", value) for value in listed("A point", point, count=2)]
                for point in listed("points", points)
            ]
            corners = corners_from_points(ends)
        except InvalidInput as error:
            raise InvalidInput(f"Shape {at}: {error.message}") from None
        role = self.options.role if isinstance(self.options, DrawnOptions) else "best"
        return RecordBox(corners, role, str(said.get("label") or "")[:120])
