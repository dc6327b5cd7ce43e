"""CADB: five ratings of composition, 1 to 5, and the composition elements of each photo.

``composition_scores.json`` ``{photo: {"scores": [...], "mean": m}}``, ``composition_elements.json``
``{photo: {class: [coordinates, ...]}}`` and ``scene_categories.json`` ``{photo: scene}``, any of them. The
ratings stand in a list; the place in it does not tell who gave them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Record, RecordElement, RecordRating
from curation.importers._records import (
    finite,
    listed,
    mapped,
    needed,
    on_scale,
    photo_name,
    worded,
)
from measures.boxes.conversions import corners_from_points
from measures.geometry.elements import Element, Geometry, geometry_of, is_count_right

SCALE = "1-5"
# A stored mean may be rounded.
ROUNDED = 0.011
SCORES, ELEMENTS, SCENES = (
    "composition_scores.json",
    "composition_elements.json",
    "scene_categories.json",
)


class Cadb(Importer):
    """Ratings, elements and scene of each photo, whichever files are there."""

    name = "cadb"
    title = "CADB: composition ratings and elements"
    description = (
        "Five ratings from 1 to 5 of each photo's composition, and its composition elements."
    )
    files = f"{SCORES}, {ELEMENTS} and {SCENES}, any of them"
    raters_are_people = False
    example = {
        SCORES: '{"pier.jpg": {"scores": [2.0, 3.0, 2.0, 2.0, 4.0],\n  "dist": [0, 0.6, 0.2, 0.2, 0], "mean": 2.6}}',
        ELEMENTS: '{"pier.jpg": {"horizontal": [[0, 40, 99, 42]],\n  "rule_of_thirds": [[20, 20, 50, 60]]}}',
        SCENES: '{"pier.jpg": "landscape"}',
    }

    def entries(self) -> Iterator[Entry]:
        """One a photo: those with ratings first, then those with elements or a scene alone."""
        seen: set[str] = set()
        for name in self.given.named(SCORES):
            for entry in self.read_json(name):
                seen.add(entry.key)
                yield entry
        for table in (self._elements, self._scenes):
            for photo, entry in table.items():
                if photo not in seen:
                    seen.add(photo)
                    yield Entry(entry.file, entry.line, photo, None)

    @cached_property
    def _elements(self) -> dict[str, Entry]:
        return self.side_entries(ELEMENTS)

    @cached_property
    def _scenes(self) -> dict[str, Entry]:
        return self.side_entries(SCENES)

    def record(self, entry: Entry) -> Record | None:
        """The photo with what the files say of it."""
        photo = photo_name(entry.key)
        record = Record(photo=photo, size=self.sizes.get(photo), part=self.parts.get(photo, ""))
        if entry.value is not None:
            record.ratings = _ratings(entry.value)
        if photo in self._elements:
            record.elements = _drawn(self._elements[photo])
        if photo in self._scenes:
            record.facts["scene"] = worded("The scene", self._scenes[photo].value, most=60)
        return record


def _ratings(value: object) -> list[RecordRating]:
    entry = mapped("The entry", value)
    scores = listed("scores", *needed(entry, "scores"))
    found = [
        RecordRating(f"rating {at}", on_scale(f"Score {at}", score, SCALE), SCALE)
        for at, score in enumerate(scores, start=1)
    ]
    if not found:
        raise InvalidInput("scores is an empty list.", field="scores")
    if "mean" in entry:
        mean = sum(rating.value for rating in found) / len(found)
        if abs(mean - finite("mean", entry["mean"])) > ROUNDED:
            words = f"mean is {entry['mean']}, but the scores' mean is {mean:g}."
            raise InvalidInput(words, field="mean")
    return found


def _drawn(entry: Entry) -> list[RecordElement]:
    try:
        return list(_elements_of(entry.value))
    except InvalidInput as error:
        words = f"{error.message} (in {entry.file}, line {entry.line})"
        raise InvalidInput(words, field=error.field) from None


def _elements_of(value: object) -> Iterator[RecordElement]:
    for name, drawn in mapped("The elements", value).items():
        if name == "none":
            continue
        if name not in set(Element):
            raise InvalidInput(f"There is no composition element {name[:40]!r}.", field="elements")
        element = Element(name)
        if geometry_of(element) is Geometry.NOTHING:
            yield RecordElement(name, [])
        else:
            for points in listed(name, drawn):
                yield RecordElement(name, _points(element, listed(name, points)))


def _points(element: Element, points: list[object]) -> list[float]:
    numbers = [finite(element.value, number) for number in points]
    if not is_count_right(element, len(numbers)):
        shape = geometry_of(element).value
        raise InvalidInput(f"{element.value} is a {shape}; {len(numbers)} numbers do not make one.")
    if geometry_of(element) is Geometry.BOX:
        return list(corners_from_points([numbers[:2], numbers[2:]]))
    return numbers
