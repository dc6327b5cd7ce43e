"""FCDB, the Flickr cropping data: best crops, votes on pairs of crops, sliding windows.

Four files, any of them: ``cropping_training_set.json`` and ``cropping_testing_set.json`` (``crop``: x, y,
width, height), ``ranking_annotation.json`` (pairs ``crop_0``, ``crop_1`` with the votes for each) and
``sliding_window.json`` (entry 0 is the annotated crop, the others are windows). A photo is named by
the end of its address.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Record, RecordBox, RecordPair
from curation.importers._records import Corners, four, listed, mapped, needed, photo_name, whole
from measures.boxes.conversions import corners_from_xywh

FILES = {
    "cropping_training_set.json": "train",
    "cropping_testing_set.json": "test",
    "ranking_annotation.json": "",
    "sliding_window.json": "",
}
PARTS = ("train", "test")


class Fcdb(Importer):
    """Best crops, pairs and windows of one photo may stand in several files."""

    name = "fcdb"
    title = "FCDB: best crops and votes on pairs"
    description = "Best crops, pairs of crops with the votes of five people, sliding windows."
    files = " and ".join((", ".join(list(FILES)[:3]), f"{list(FILES)[3]}, any of them"))
    photos_repeat = True
    example = {
        "cropping_testing_set.json": (
            '[{"url": "https://example.org/1/pier.jpg",\n  "flickr_photo_id": 1, "crop": [3, 13, 79, 27]}]'
        ),
        "ranking_annotation.json": (
            '[{"url": "https://example.org/1/pier.jpg", "flickr_photo_id": 1, "crops": [\n'
            '  {"crop_0": [1, 2, 30, 40], "crop_1": [5, 6, 30, 40],\n'
            '   "vote_for_0": 4, "vote_for_1": 1}]}]'
        ),
        "sliding_window.json": (
            '[{"filename": "pier.jpg",\n  "crops": [[3, 13, 79, 27], [0, 0, 50, 40]]}]'
        ),
    }

    def entries(self) -> Iterator[Entry]:
        """One a photo of each file; which file it is goes along as the key."""
        for wanted in FILES:
            for name in self.given.named(wanted):
                seen: set[str] = set()
                for entry in self.read_json(name):
                    value = {"kind": wanted, "entry": entry.value, "seen": seen}
                    yield Entry(entry.file, entry.line, "", value)

    def record(self, entry: Entry) -> Record | None:
        """What one file says of one photo."""
        kind, said = entry.value["kind"], mapped("The entry", entry.value["entry"])
        photo = _name(said)
        if photo in entry.value["seen"]:
            raise InvalidInput(f"{photo[:80]!r} stands in this file a second time.")
        entry.value["seen"].add(photo)
        part = FILES[kind] or self._part(photo)
        record = Record(photo=photo, part=part, size=self.sizes.get(photo))
        if kind == "ranking_annotation.json":
            _add_pairs(record, said)
        elif kind == "sliding_window.json":
            _add_windows(record, said)
        else:
            (crop,) = needed(said, "crop")
            record.boxes.append(RecordBox(_corners(crop, "crop"), "best"))
        return record

    def _part(self, photo: str) -> str:
        return self.parts.get(photo, "")


def _name(said: dict[str, Any]) -> str:
    if "filename" in said:
        return photo_name(said["filename"])
    (url,) = needed(said, "url")
    return photo_name(PurePosixPath(str(url)).name)


def _add_windows(record: Record, said: dict[str, Any]) -> None:
    (crops,) = needed(said, "crops")
    for at, crop in enumerate(listed("crops", crops)):
        role = "best" if at == 0 else "window"
        corners = _corners(crop, f"Window {at}")
        record.boxes.append(RecordBox(corners, "best" if role == "best" else "window"))


def _add_pairs(record: Record, said: dict[str, Any]) -> None:
    (crops,) = needed(said, "crops")
    places: dict[Corners, int] = {}
    for at, pair in enumerate(listed("crops", crops), start=1):
        names = "crop_0", "crop_1", "vote_for_0", "vote_for_1"
        first, second, for_first, for_second = needed(mapped(f"Pair {at}", pair), *names)
        both = [_corners(crop, f"Pair {at}") for crop in (first, second)]
        if both[0] == both[1]:
            raise InvalidInput(f"Pair {at}: both crops are the same.")
        for corners in both:
            if corners not in places:
                places[corners] = len(record.boxes)
                record.boxes.append(RecordBox(corners, "candidate"))
        votes = whole("vote_for_0", for_first), whole("vote_for_1", for_second)
        if not sum(votes):
            raise InvalidInput(f"Pair {at}: it has no votes.")
        record.pairs.append(RecordPair(places[both[0]], places[both[1]], *votes))


def _corners(box: object, about: str) -> Corners:
    try:
        return corners_from_xywh(four(box))
    except InvalidInput as error:
        raise InvalidInput(f"{about}: {error.message}", field=error.field) from None
