"""COCO: boxes ``[x, y, width, height]`` by ``image_id``, with photos and categories in the same file.

Segmentations, key points and captions are left out. The file is read twice: first its photos and
categories, which are kept by number, then its annotations one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Record, RecordBox
from curation.importers._choices import DrawnOptions
from curation.importers._records import four, mapped, needed, photo_name, photo_size, worded
from measures.boxes.conversions import corners_from_xywh

LISTS = frozenset({"images", "annotations", "categories"})


class Coco(Importer):
    """Boxes with their category as name."""

    name = "coco"
    title = "COCO: boxes"
    description = "Boxes with categories and the photos' sizes, in one JSON file."
    files = "the instances JSON file"
    options_model = DrawnOptions
    photos_repeat = True
    example = {
        "instances.json": (
            '{"images": [{"id": 1, "file_name": "pier.jpg", "width": 100, "height": 80}],\n'
            ' "categories": [{"id": 3, "name": "crop"}],\n "annotations": [\n'
            '  {"id": 7, "image_id": 1, "category_id": 3, "bbox": [10, 20, 80, 50]}]}'
        )
    }

    def entries(self) -> Iterator[Entry]:
        """One an annotation, with its photo and category."""
        for name in self.given.names():
            images, categories = self._tables(name)
            seen: set[int] = set()
            for entry in self.read_json(name, inside=LISTS):
                if entry.key == "annotations":
                    yield Entry(name, entry.line, "", (entry.value, images, categories, seen))

    def _tables(self, name: str) -> tuple[dict[Any, Any], dict[Any, str]]:
        images: dict[Any, Any] = {}
        categories: dict[Any, str] = {}
        for entry in self.read_json(name, inside=LISTS):
            if entry.key not in ("images", "categories"):
                continue
            try:
                said = mapped("The entry", entry.value)
                (number,) = needed(said, "id")
                table: dict[Any, Any] = images if entry.key == "images" else categories
                if not isinstance(number, int | str) or number in table:
                    raise InvalidInput(f"The id {number!r} is no number or stands here twice.")
                table[number] = _image(said) if entry.key == "images" else _category(said)
            except InvalidInput as error:
                raise InvalidInput(error.message, field=name, line=entry.line) from None
        return images, categories

    def record(self, entry: Entry) -> Record | None:
        """The photo with this one box."""
        value, images, categories, seen = entry.value
        said = mapped("The annotation", value)
        image, box = needed(said, "image_id", "bbox")
        if image not in images:
            raise InvalidInput(f"There is no photo with the id {image!r} in the file.")
        if said.get("id") is not None and said["id"] in seen:
            raise InvalidInput(f"The annotation {said['id']!r} stands in the file a second time.")
        seen.add(said.get("id"))
        name, size = images[image]
        category = categories.get(said.get("category_id"), "")
        role = self.options.role if isinstance(self.options, DrawnOptions) else "best"
        return Record(photo=name, size=size, boxes=[
            RecordBox(corners_from_xywh(four(box)), role, category)
        ])  # fmt: skip


def _image(said: dict[str, Any]) -> tuple[str, tuple[int, int]]:
    name, width, height = needed(said, "file_name", "width", "height")
    bare = PurePosixPath(photo_name(name).replace("\\", "/")).name
    return photo_name(bare), photo_size(width, height)


def _category(said: dict[str, Any]) -> str:
    (name,) = needed(said, "name")
    return worded("The category", name, most=120)
