"""FLMS: 500 photos with the best crops of ten experts each.

``image_crop.json`` holds ``{photo: [[x1, y1, x2, y2], ...]}``, nine or ten boxes; a row with x1 below 0
fills up the original file where an expert is missing and is left out. ``image_sizes.json`` gives the
photos' sizes, ``human_bboxes.json`` the person on them. Fifteen boxes of the set run past the photo.
Who drew which box is not told, so boxes carry no rater.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property

from pydantic import Field

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Options, Record, RecordBox
from curation.importers._records import finite, four, listed, photo_name
from measures.boxes.conversions import pixel_corners

BESIDE = ("image_sizes.json", "human_bboxes.json", "data_split.json")


class Disorder(StrEnum):
    """What becomes of a box whose corners are in the wrong order."""

    REFUSE = "refuse"
    SKIP = "leave_out"


class FlmsOptions(Options):
    """Two boxes of the published file are no boxes."""

    disorder: Disorder = Field(
        default=Disorder.REFUSE, title="Boxes whose corners are in the wrong order",
        description="The published file has two of them.",
    )  # fmt: skip


class Flms(Importer):
    """Experts' best crops."""

    name = "flms"
    title = "FLMS: experts' best crops"
    description = "The crops that ten experts drew on each photo. Some run past the edge."
    files = (
        "image_crop.json, with image_sizes.json and human_bboxes.json beside it if you have them"
    )
    options_model = FlmsOptions
    example = {
        "image_crop.json": '{"pier.jpg": [[10, 20, 90, 70],\n [0, 0, 60, 60], [5, 5, 104, 80]]}',
        "image_sizes.json": '{"pier.jpg": [100, 80]}',
    }

    def entries(self) -> Iterator[Entry]:
        """One a photo."""
        for name in self.given.names():
            if not name.endswith(BESIDE):
                yield from self.read_json(name)

    @cached_property
    def _people(self) -> dict[str, Entry]:
        return self.side_entries("human_bboxes.json")

    @property
    def _skips(self) -> bool:
        options = self.options
        return isinstance(options, FlmsOptions) and options.disorder is Disorder.SKIP

    def record(self, entry: Entry) -> Record | None:
        """The photo with its experts' crops."""
        photo = photo_name(entry.key)
        record = Record(photo=photo, size=self.sizes.get(photo), part=self.parts.get(photo, ""))
        for at, box in enumerate(listed("The entry", entry.value), start=1):
            try:
                x1, y1, x2, y2 = (finite("a corner", value) for value in four(box))
                if x1 < 0 or (self._skips and (x1 > x2 or y1 > y2)):
                    self.left_out += 1
                else:
                    record.boxes.append(RecordBox(pixel_corners((x1, y1, x2, y2)), "best"))
            except InvalidInput as error:
                raise InvalidInput(f"Box {at}: {error.message}") from None
        person = self._people.get(photo)
        if person is not None:
            record.boxes.append(RecordBox(pixel_corners(four(person.value)), "subject", "person"))
        return record
