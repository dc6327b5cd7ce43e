"""Rows of an uploaded CSV or JSONL file, each with the line it stands on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from core.errors import InvalidInput, TooLarge

MAX_BYTES = 32 * 1024 * 1024
MAX_ROWS = 200_000
MAX_CELL = 20_000


@dataclass(frozen=True)
class Row:
    """``cells`` holds every known column as text (empty where missing); ``problem`` says what is
    wrong with the line itself."""

    line: int
    cells: dict[str, str]
    problem: str = ""


def read_table(
    stream: IO[bytes], *, filename: str, needed: set[str], known: set[str]
) -> Iterator[Row]:
    """Rows of a ``.csv`` (comma, semicolon or tab; a header line) or ``.jsonl`` file in UTF-8.

    Other columns are left out. Raises `InvalidInput` for a file that is not a table at all, a wrong
    encoding or a missing column, and `TooLarge` for too many bytes or rows.
    """
    text = _text(stream)
    rows = _json_rows(text, known) if _is_json(filename) else _csv_rows(text, needed, known)
    count = 0
    for row in rows:
        count += 1
        if count > MAX_ROWS:
            raise TooLarge(f"The file has more than {MAX_ROWS:,} rows. Split it.", field="file")
        yield row if row.problem else _with_problems(row, needed)
    if not count:
        raise InvalidInput("The file holds no rows.", field="file")


def _is_json(filename: str) -> bool:
    name = filename.lower()
    if name.endswith((".jsonl", ".ndjson")):
        return True
    if name.endswith((".csv", ".tsv", ".txt")):
        return False
    raise InvalidInput("Send a .csv or a .jsonl file.", field="file", code="not_a_table")


def _text(stream: IO[bytes]) -> str:
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TooLarge(f"The file is larger than {MAX_BYTES // 1024**2} MiB.", field="file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        words = "The file is not in UTF-8 here. Save it as UTF-8 and send it again."
        raise InvalidInput(words, field="file", line=line, code="encoding") from error


def _csv_rows(text: str, needed: set[str], known: set[str]) -> Iterator[Row]:
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    names: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InvalidInput(_csv_words(error), field="file", line=line) from error
        if cells is None:
            return
        if not names:
            names = _header(cells, needed)
        elif any(cell.strip() for cell in cells):
            yield _csv_row(line, names, cells, known)


def _csv_words(error: csv.Error) -> str:
    if "field limit" in str(error):
        return "A cell here is too long; perhaps a quote is never closed."
    return f"This line cannot be read as CSV ({error})."


def _header(cells: list[str], needed: set[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    missing = sorted(needed - set(names))
    if missing:
        words = f"The first line must name the columns; {' and '.join(missing)} is missing."
        raise InvalidInput(words, field="file", line=1, code="columns")
    return names


def _csv_row(line: int, names: list[str], cells: list[str], known: set[str]) -> Row:
    if len(cells) != len(names):
        return Row(line, {}, f"There are {len(cells)} cells; the header names {len(names)}.")
    return Row(line, {name: cell for name, cell in zip(names, cells, strict=True) if name in known})


def _json_rows(text: str, known: set[str]) -> Iterator[Row]:
    for line, words in enumerate(text.split("\n"), start=1):
        if words.strip():
            yield _json_row(line, words, known)


def _json_row(line: int, words: str, known: set[str]) -> Row:
    try:
        value: Any = json.loads(words)
    except (ValueError, RecursionError):
        return Row(line, {}, "This line is not JSON.")
    if not isinstance(value, dict):
        return Row(line, {}, "This line is not a JSON object.")
    cells = {name: value[name] for name in known if value.get(name) is not None}
    wrong = [name for name, cell in cells.items() if not isinstance(cell, str | int)]
    if wrong:
        return Row(line, {}, f"{wrong[0]} must be text.")
    return Row(line, {name: str(cell) for name, cell in cells.items()})


def _with_problems(row: Row, needed: set[str]) -> Row:
    for name in sorted(needed):
        if not row.cells.get(name, "").strip():
            return Row(row.line, row.cells, f"{name} is empty.")
    for name, cell in row.cells.items():
        if len(cell) > MAX_CELL:
            return Row(row.line, {}, f"{name} is longer than {MAX_CELL:,} characters.")
    return row
