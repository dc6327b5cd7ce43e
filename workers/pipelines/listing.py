"""Which module does the work of which pipeline of `annotation.pipelines`."""

from __future__ import annotations

from collections.abc import Callable

from workers.pipelines import (
    crop_reasoning,
    crops,
    guidance,
    information_gap,
    rationales,
    region_grid,
    regions,
)
from workers.work import Outcome, Work

RUN: dict[str, Callable[[Work], Outcome]] = {
    "guidance": guidance.run,
    "crops": crops.run,
    "crop_reasoning": crop_reasoning.run,
    "rationales": rationales.run,
    "regions": regions.run,
    "region_grid": region_grid.run,
    "information_gap": information_gap.run,
}
