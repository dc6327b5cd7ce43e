"""Ratings as a table: a line for each number that one rater gave to a photo or to a box on it.

Columns (CSV with a header, or JSONL): ``photo``, ``rater``, ``score``; for a crop ``x1``, ``y1``, ``x2``, ``y2``
in pixels; where known ``width`` and ``height`` of the photo. A column ``scale`` must say the same scale on
every line, that of the form.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Options, Record, RecordBox, RecordRating
from curation.importers._records import Size, on_scale, photo_name, photo_size, scale_ends
from curation.importers._tables import (
    LISTS,
    TABLES,
    cell,
    has,
    list_rows,
    number,
    rater,
    row_of,
    table_rows,
)
from measures.boxes.conversions import pixel_corners

CORNERS = ("x1", "y1", "x2", "y2")


class RatingsOptions(Options):
    """A file keeps to one scale."""

    scale: str = Field(
        default="1-5", pattern=r"^\d{1,3}-\d{1,3}$", title="Scale",
        description="Lowest and highest number, such as 1-5 or 1-10. Others are refused.",
    )  # fmt: skip


class Ratings(Importer):
    """One number of one rater a line."""

    name = "ratings"
    title = "Ratings as a table (CSV or JSONL)"
    description = "Single ratings of photos or of crops, by rater. Scores are computed from them."
    files = "a .csv, .tsv or .jsonl file with the columns photo, rater, score, and x1, y1, x2, y2 for crops"
    endings = (*TABLES, *LISTS)
    options_model = RatingsOptions
    photos_repeat = True
    example = {
        "ratings.csv": "photo,rater,score,x1,y1,x2,y2\npier.jpg,ines,4,10,20,90,70\npier.jpg,jo,3,10,20,90,70\n",
    }

    def entries(self) -> Iterator[Entry]:
        """One a line."""
        for name in self.given.names(*LISTS):
            yield from list_rows(self.read_lines(name))
        for name in self.given.names(*TABLES):
            needed = frozenset({"photo", "rater", "score"})
            yield from self.in_file(
                name, table_rows(self.read_lines(name, keep_empty=True), needed=needed)
            )

    def record(self, entry: Entry) -> Record | None:
        """The photo with this one rating."""
        row = row_of(entry)
        scale = self.options.scale if isinstance(self.options, RatingsOptions) else "1-5"
        scale_ends(scale)
        if has(row, "scale") and str(row["scale"]).strip() != scale:
            words = f"The line is on the scale {str(row['scale'])[:20]}, the file on {scale}."
            raise InvalidInput(f"{words} Import each scale by itself.", field="scale")
        size: Size | None = None
        if has(row, "width", "height"):
            size = photo_size(number(row, "width"), number(row, "height"))
        record = Record(photo=photo_name(cell(row, "photo")), size=size)
        if has(row, *CORNERS):
            corners = pixel_corners([number(row, name) for name in CORNERS])
            record.boxes.append(RecordBox(corners, "candidate"))
        value = on_scale("score", number(row, "score"), scale)
        place = 0 if record.boxes else None
        record.ratings.append(RecordRating(rater(row), value, scale, place))
        return record
