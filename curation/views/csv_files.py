"""Figures as CSV: numbers as they are, words disarmed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from core.csv_cells import neutral_cell

Cell = str | float | int | None


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """A file to fetch; ``name`` without its ending."""
    response = HttpResponse(content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow(head)
    for row in rows:
        writer.writerow([neutral_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return response
