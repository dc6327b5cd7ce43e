"""What a batch may set beside its sampling in the pipelines over questions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from annotation.sampling import BatchParameters
from measures.geometry.grid_search import GRID
from measures.information_gap import THRESHOLD

Side = Annotated[int, Field(ge=16, le=8_192)]


class RegionsParameters(BatchParameters):
    """``cutoffs`` grow found boxes by the paper's percentiles, or leave them as they were found until
    those of the batch's own boxes are applied (`annotation.services.growing_regions`).

    ``units`` is how the prompt asks for boxes, unless the source's ``box_format`` says it.
    ``unreadable``: an answer without a box fails, or stands for the whole photo.
    """

    cutoffs: Literal["paper", "data"] = "paper"
    units: Literal["percent", "permille", "pixels"] = "percent"
    unreadable: Literal["reject", "whole"] = "reject"


class GridParameters(BatchParameters):
    """Which crops of a ``grid`` x ``grid`` grid are tried (`measures.geometry.grid_search`), and
    whether the best one is then pushed outward at random, which ``seed`` determines."""

    grid: Annotated[int, Field(ge=2, le=8)] = GRID
    crops: Literal["cells", "rectangles"] = "cells"
    noise: bool = True
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1


class GapParameters(BatchParameters):
    """``answers`` are sampled at ``full_side`` (or the photo's own size, if that is smaller) and at
    each of the smaller ``sides``, all in pixels of the longer side; ``threshold`` is the agreement
    with full size below which a size counts as disagreeing."""

    temperature: Annotated[float, Field(ge=0, le=2)] = 0.7
    max_tokens: Annotated[int, Field(ge=1, le=1_024)] = 32
    full_side: Side = 2048
    sides: Annotated[list[Side], Field(min_length=1, max_length=16)] = [1024, 512, 256, 128]
    answers: Annotated[int, Field(ge=2, le=32)] = 5
    threshold: Annotated[float, Field(gt=0, le=1)] = THRESHOLD
