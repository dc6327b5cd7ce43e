"""Rows of CSV and JSONL files, streamed, each as a mapping with the line it begins on."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import InvalidInput
from curation.importers._records import number_in, raise_if_broken
from curation.importers._streams import Entry, parsed

LISTS = (".jsonl", ".ndjson")
TABLES = (".csv", ".tsv")


def table_rows(lines: Iterator[Entry], *, needed: frozenset[str]) -> Iterator[Entry]:
    """Rows of a CSV file (comma, semicolon or tab) whose first line names the columns, in any
    case; ``needed`` ones must be there. A row of another length is a fault of its own line."""
    first = next(lines, None)
    if first is None:
        raise InvalidInput("The file holds no rows.", line=1)
    comma = max(",;\t", key=str(first.value).count)
    (head,) = csv.reader([first.value], delimiter=comma)
    names = [cell.strip().lower() for cell in head]
    missing = sorted(needed - set(names))
    if missing:
        words = f"The first line must name the columns; {' and '.join(missing)} is missing."
        raise InvalidInput(words, line=first.line, code="columns")
    if len(set(names)) < len(names):
        raise InvalidInput("The first line names a column twice.", line=first.line)
    numbers = _Numbers(lines)
    reader = csv.reader(numbers, delimiter=comma, strict=True)
    while True:
        numbers.start = 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InvalidInput(f"This line is no CSV: {error}.", line=numbers.last) from None
        if cells is None:
            return
        if cells:
            yield Entry(first.file, numbers.start, "", _row(names, cells))


def _row(names: list[str], cells: list[str]) -> dict[str, str] | InvalidInput:
    if len(cells) == len(names):
        return dict(zip(names, cells, strict=True))
    return InvalidInput(f"There are {len(cells)} cells; the header names {len(names)}.")


class _Numbers:
    """Lines for `csv.reader` that remember on which line the present row began."""

    def __init__(self, lines: Iterator[Entry]) -> None:
        self._lines = lines
        self.start = 0
        self.last = 0

    def __iter__(self) -> _Numbers:
        return self

    def __next__(self) -> str:
        entry = next(self._lines)
        self.start, self.last = self.start or entry.line, entry.line
        return f"{entry.value}\n"


def list_rows(lines: Iterator[Entry]) -> Iterator[Entry]:
    """Objects of a JSONL file, one a line."""
    for entry in lines:
        yield Entry(entry.file, entry.line, "", parsed(entry.value.encode(), entry.line))


def row_of(entry: Entry) -> Mapping[str, Any]:
    """The row as a mapping; `InvalidInput` for a row that is broken or no object."""
    raise_if_broken(entry.value)
    if not isinstance(entry.value, dict):
        raise InvalidInput("This line is not a JSON object.")
    return {str(name).lower(): value for name, value in entry.value.items()}


def cell(row: Mapping[str, Any], name: str) -> Any:
    """A cell that must be there and not be empty."""
    value = row.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise InvalidInput(f"{name} is empty.", field=name)
    return value


def has(row: Mapping[str, Any], *names: str) -> bool:
    """Whether any of these cells is filled."""
    return any(str(row.get(name) if row.get(name) is not None else "").strip() for name in names)


def number(row: Mapping[str, Any], name: str) -> float:
    """A cell that must be a finite number, as text or as JSON's own."""
    value = cell(row, name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InvalidInput(f"{name} must be a number.", field=name)
    return number_in(name, str(value))


def rater(row: Mapping[str, Any], name: str = "rater") -> str:
    """A rater's name: 1 to 120 characters."""
    value = str(cell(row, name)).strip()
    if len(value) > 120:
        raise InvalidInput(f"{name} is longer than 120 characters.", field=name)
    return value
