"""Pair votes as a table: a line for each comparison of two crops of one photo.

Columns (CSV with a header, or JSONL): ``photo``; the crops in pixels as ``a_x1`` ... ``a_y2`` and ``b_x1`` ...
``b_y2``; then either ``choice`` (a, b or tie) with ``rater``, or the counts ``votes_a``, ``votes_b`` and ``ties``
of many raters together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import InvalidInput
from curation.importers import Entry, Importer, Record, RecordBox, RecordPair
from curation.importers._records import photo_name, photo_size, whole
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

CHOICES = ("a", "b", "tie")


class Pairs(Importer):
    """One comparison a line."""

    name = "pairs"
    title = "Pair votes as a table (CSV or JSONL)"
    description = "Votes on pairs of crops: each rater's choice, or counts of many raters."
    files = (
        "a .csv, .tsv or .jsonl file with the columns photo, a_x1 to a_y2, b_x1 to b_y2, and choice "
        "with rater, or votes_a and votes_b"
    )
    endings = (*TABLES, *LISTS)
    photos_repeat = True
    example = {
        "votes.csv": (
            "photo,rater,choice,a_x1,a_y1,a_x2,a_y2,b_x1,b_y1,b_x2,b_y2\n"
            "pier.jpg,ines,a,10,20,90,70,0,0,60,60\npier.jpg,jo,tie,10,20,90,70,0,0,60,60\n"
        )
    }

    def entries(self) -> Iterator[Entry]:
        """One a line."""
        for name in self.given.names(*LISTS):
            yield from list_rows(self.read_lines(name))
        for name in self.given.names(*TABLES):
            needed = frozenset({"photo", "a_x1", "b_x1"})
            yield from self.in_file(
                name, table_rows(self.read_lines(name, keep_empty=True), needed=needed)
            )

    def record(self, entry: Entry) -> Record | None:
        """The photo with this one pair."""
        row = row_of(entry)
        record = Record(photo=photo_name(cell(row, "photo")))
        if has(row, "width", "height"):
            record.size = photo_size(number(row, "width"), number(row, "height"))
        first, second = (
            pixel_corners([number(row, f"{side}_{name}") for name in ("x1", "y1", "x2", "y2")])
            for side in "ab"
        )
        if first == second:
            raise InvalidInput("Both crops are the same.")
        record.boxes = [RecordBox(first, "candidate"), RecordBox(second, "candidate")]
        record.pairs.append(_voted(row) if has(row, "choice") else _counted(row))
        return record


def _voted(row: Mapping[str, Any]) -> RecordPair:
    choice = str(cell(row, "choice")).strip().lower()
    if choice not in CHOICES:
        raise InvalidInput(f"choice is a, b or tie, not {choice[:20]!r}.", field="choice")
    if has(row, "votes_a", "votes_b", "ties"):
        raise InvalidInput("A line holds a choice or counts, not both.", field="choice")
    by = rater(row)
    return RecordPair(
        0, 1, for_first=int(choice == "a"), for_second=int(choice == "b"), ties=int(choice == "tie"),
        rater=by,
    )  # fmt: skip


def _counted(row: Mapping[str, Any]) -> RecordPair:
    if has(row, "rater"):
        raise InvalidInput("A rater makes a choice; counts are of many.", field="rater")
    for_a, for_b, ties = (
        whole(name, number(row, name) if has(row, name) else 0)
        for name in ("votes_a", "votes_b", "ties")
    )
    if not for_a + for_b + ties:
        raise InvalidInput("There is neither a choice nor a vote.", field="choice")
    return RecordPair(0, 1, for_a, for_b, ties)
