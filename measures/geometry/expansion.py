"""Growing the box that a grounding model found, by how small it is (CropVLM, seed boxes).

Small boxes are cut too tight to help: a box is grown in area by a factor that its share of the
photo decides. The factors stand fixed; where one ends and the next begins (the cut-offs) are the
20th, 40th, 60th and 80th percentiles of the areas of all found boxes, the paper's own by default.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.errors import InvalidInput
from measures.boxes.box import Box

# By fifth of the areas, the smallest boxes first.
FACTORS = (45.0, 10.0, 4.0, 2.0, 1.0)
FIFTHS = len(FACTORS)
Cuts = tuple[float, float, float, float]
# Shares of the photo's area: 0.16, 0.38, 0.91 and 3.51 percent.
PAPER_CUTS: Cuts = (0.0016, 0.0038, 0.0091, 0.0351)
# A corner that lies a hair below a whole percent is that percent, not the one below.
_HAIR = 1e-9


def cuts_of(areas: Sequence[float]) -> Cuts:
    """The cut-offs of these areas: the sorted area at place n * k / 5, rounded down, k = 1 to 4.

    `InvalidInput` for fewer than five areas, or one that is no share of a photo.
    """
    if len(areas) < FIFTHS:
        raise InvalidInput(
            f"Cut-offs need at least {FIFTHS} boxes; there are {len(areas)}. Use the paper's.",
            field="cutoffs",
        )
    if not all(0 < area <= 1 for area in areas):
        raise InvalidInput("An area is a share of the photo, above 0 and at most 1.", field="areas")
    ordered = sorted(areas)
    first, second, third, fourth = (
        ordered[len(ordered) * fifth // FIFTHS] for fifth in range(1, FIFTHS)
    )
    return first, second, third, fourth


def bucket_of(area: float, cuts: Cuts = PAPER_CUTS) -> int:
    """The fifth (0 to 4) of an area; one that equals a cut-off belongs to the fifth above it."""
    return next((fifth for fifth, cut in enumerate(cuts) if area < cut), FIFTHS - 1)


def factor_of(area: float, cuts: Cuts = PAPER_CUTS) -> float:
    """By how much a box of this area grows in area."""
    return FACTORS[bucket_of(area, cuts)]


def expanded(box: Box, factor: float) -> Box:
    """The box grown to ``factor`` times its area, in whole percent.

    Centre and aspect are kept; what then lies outside is shifted back inside. A side that outgrows
    the photo ends at the photo's side: only then is the aspect another. All four corners are
    truncated to whole percent, as the original code does; a side that this would take away
    altogether gets one percent.
    """
    if not (math.isfinite(factor) and factor >= 1):
        raise InvalidInput("A box grows by a factor of 1 or more.", field="factor")
    (x, y), scale = box.centre, math.sqrt(factor)
    x1, x2 = _inside(x, min(1.0, box.width * scale))
    y1, y2 = _inside(y, min(1.0, box.height * scale))
    left, right = _truncated(x1, x2)
    top, bottom = _truncated(y1, y2)
    return Box(left / 100, top / 100, right / 100, bottom / 100)


def _inside(centre: float, side: float) -> tuple[float, float]:
    low = min(max(0.0, centre - side / 2), 1.0 - side)
    return low, low + side


def _truncated(low: float, high: float) -> tuple[int, int]:
    start, end = math.floor(low * 100 + _HAIR), math.floor(high * 100 + _HAIR)
    if end > start:
        return start, end
    return (start, start + 1) if start < 100 else (99, 100)
