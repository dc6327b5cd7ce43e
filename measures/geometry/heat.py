"""How well each cell of a grid did, from the scores of crops that hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from measures.boxes.box import Box
from measures.geometry.grid_search import cells


@dataclass(frozen=True, slots=True)
class Warmth:
    """One cell: the mean ``score`` of the crops that hold it, and its place between the coldest cell
    (0) and the warmest (1)."""

    box: Box
    score: float
    warmth: float


def heat_of(crops: Sequence[Box], scores: Sequence[float], grid: int) -> list[Warmth]:
    """Every cell that a crop holds, row by row; where all are alike each has the warmth 1."""
    found = []
    for cell in cells(grid):
        held = [
            score
            for box, score in zip(crops, scores, strict=True)
            if box.overlap_area(cell) > cell.area / 2
        ]
        if held:
            found.append((cell, sum(held) / len(held)))
    if not found:
        return []
    low, high = min(score for _, score in found), max(score for _, score in found)
    span = high - low
    return [Warmth(cell, score, (score - low) / span if span else 1.0) for cell, score in found]
