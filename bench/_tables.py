"""What the benchmarks share: a figure with its aim, tables of figures, and the machine's load."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One measured thing: its least and its median value over ``runs``, and the aim if there is one."""

    name: str
    unit: str
    least: float
    median: float
    runs: int
    aim: float | None = None

    @classmethod
    def of(cls, name: str, unit: str, values: Sequence[float], aim: float | None = None) -> Figure:
        """From the values of all runs."""
        return cls(name, unit, round(min(values), 3), round(median(values), 3), len(values), aim)

    def row(self) -> tuple[str, ...]:
        """As a line of the table."""
        aim = "" if self.aim is None else f"< {self.aim:g}"
        return (self.name, self.unit, f"{self.least:.4g}", f"{self.median:.4g}",
                str(self.runs), aim)  # fmt: skip


HEAD = ("figure", "unit", "least", "median", "runs", "aim")


def print_figures(bench: str, figures: Iterable[Figure], *, is_json: bool) -> None:
    """One JSON object, or a table."""
    found = list(figures)
    if is_json:
        rows = [asdict(figure) for figure in found]
        print(json.dumps({"bench": bench, "load": os.getloadavg()[0], "figures": rows}))
        return
    print_table(HEAD, [figure.row() for figure in found])


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as they need to be; the first one to the left."""
    lines = [tuple(head), *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    for line in lines:
        first, *rest = (cell.ljust(width) if not at else cell.rjust(width)
                        for at, (cell, width) in enumerate(zip(line, widths, strict=True)))  # fmt: skip
        print("  ".join([first, *rest]))
