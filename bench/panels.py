"""Simulated expert panels: how far each score is from the truth, and what its interval holds.

Integer votes from 1 to 5, five raters with biases of 0.4 grades and noises of 0.4 to 0.9, the first
one careless (1.5). For each panel: the mean opinion score with Student's t, P.910's alternating
projection with 1.96 standard errors, and the primary score with its own interval. A score is held
against the true worth up to the panel's mean bias, which no data can tell apart.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _tables import print_table

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from measures.statistics.known import Known
from measures.statistics.mos import mos_table
from measures.statistics.primary import fit_primary
from measures.statistics.projection import alternating_projection

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]
Row = tuple[float, float, bool]  # squared error, share covered, collapsed


@dataclass(frozen=True)
class Panel:
    """A kind of panel to simulate."""

    words: str
    raters: int = 5
    items: int = 100
    missing: float = 0.0
    is_rounded: bool = True
    careless: float = 1.5


PANELS = (
    Panel("5 raters, 100 photos"),
    Panel("5 raters, 30 photos", items=30),
    Panel("5 raters, 300 photos", items=300),
    Panel("5 raters, 30 % missing", missing=0.3),
    Panel("5 raters, all careful", careless=0.7),
    Panel("5 raters, continuous votes", is_rounded=False),
    Panel("3 raters, 100 photos", raters=3),
    Panel("10 raters, 50 % missing", raters=10, missing=0.5),
    Panel("26 raters, 100 photos", raters=26),
)


def simulate(panel: Panel, rng: np.random.Generator) -> tuple[Columns, np.ndarray]:
    """Votes as columns, and the worth of each item with the panel's mean bias in it."""
    worth = rng.normal(3, 0.7, panel.items)
    bias = rng.normal(0, 0.4, panel.raters)
    noise = np.append(panel.careless, rng.uniform(0.4, 0.9, panel.raters - 1))
    table = worth + bias[:, None] + noise[:, None] * rng.normal(size=(panel.raters, panel.items))
    if panel.is_rounded:
        table = np.clip(np.round(table), 1, 5)
    rater, item = np.nonzero(rng.random(table.shape) >= panel.missing)
    return (rater, item, table[rater, item]), worth + bias.mean()


def judged(score: np.ndarray, half: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Mean squared error, and the share of known intervals that hold the truth."""
    error, known = score - truth, ~np.isnan(half)
    return float((error**2).mean()), float((np.abs(error) <= half)[known].mean())


def mean_opinion(votes: Columns, truth: np.ndarray) -> Row:
    """The plain mean with Student's t."""
    table = mos_table(votes[1], votes[2])
    return *judged(table.mean, (table.high - table.low) / 2, truth[table.items]), False


def projected(votes: Columns, truth: np.ndarray) -> Row:
    """Alternating projection."""
    found = alternating_projection(*votes)
    assert isinstance(found, Known)
    fit = found.value
    return *judged(fit.psi, 1.96 * fit.se, truth[fit.items]), bool(fit.collapsed)


def primary(votes: Columns, truth: np.ndarray, step: float) -> Row:
    """The primary score."""
    fit = fit_primary(*votes, step=step)
    half = np.array([_half(fit.item(int(item))) for item in fit.items])
    return *judged(fit.mean, half, truth[fit.items]), False


def _half(found: object) -> float:
    return found.value.interval.half_width if isinstance(found, Known) else float("nan")


def measure(panel: Panel, sets: int) -> dict[str, dict[str, float]]:
    """By method: root mean squared error, coverage and share of collapsed fits over the sets."""
    rows: dict[str, list[Row]] = {"mos": [], "projection": [], "primary": []}
    for seed in range(sets):
        votes, truth = simulate(panel, np.random.default_rng(seed))
        rows["mos"].append(mean_opinion(votes, truth))
        rows["projection"].append(projected(votes, truth))
        rows["primary"].append(primary(votes, truth, float(panel.is_rounded)))
    return {name: summed(found) for name, found in rows.items()}


def summed(rows: Iterable[Row]) -> dict[str, float]:
    """Means over the sets."""
    squares, covered, collapsed = (
        np.array(column, dtype=float) for column in zip(*rows, strict=True)
    )
    return {
        "rmse": round(float(np.sqrt(squares.mean())), 3),
        "coverage": round(float(np.nanmean(covered)), 3),
        "collapsed": round(float(collapsed.mean()), 2),
    }


HEAD = (
    "panel",
    "MOS rmse",
    "cover",
    "projection rmse",
    "cover",
    "collapsed",
    "primary rmse",
    "cover",
)


def line(panel: Panel, found: dict[str, dict[str, float]]) -> tuple[str, ...]:
    """One row of the table."""
    mos, projection, score = found["mos"], found["projection"], found["primary"]
    cells = [mos["rmse"], mos["coverage"], projection["rmse"], projection["coverage"],
             projection["collapsed"], score["rmse"], score["coverage"]]  # fmt: skip
    return (panel.words, *(f"{cell:.3f}" for cell in cells))


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--sets", type=int, default=60, help="simulated panels of each kind")
    options = parser.parse_args()
    found = {panel: measure(panel, options.sets) for panel in PANELS}
    if options.json:
        rows = [{"panel": panel.words, **each} for panel, each in found.items()]
        print(json.dumps({"bench": "panels", "sets": options.sets, "panels": rows}))
        return
    print_table(HEAD, [line(panel, each) for panel, each in found.items()])


if __name__ == "__main__":
    main()
