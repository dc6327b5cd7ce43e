"""What can be wrong with the box of a question region, against its photo and the box it grew from."""

from __future__ import annotations

from dataclasses import dataclass

from measures.boxes.box import Box

# Of the photo's own pixels; nothing can be made out in less.
MIN_SIDE = 8
WHOLE_AREA = 0.97
# Corners of grown boxes are truncated to whole percent.
SLACK = 0.01 + 1e-9


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` is a stable word; ``is_grave`` tells what cannot be used from what is only odd."""

    code: str
    words: str
    is_grave: bool = True


def problems_of(
    box: Box, found: Box | None, size: tuple[int, int], *, will_grow: bool = False
) -> list[Problem]:
    """What is wrong with a region on a photo of ``size`` (width, height) pixels; empty when nothing.
    One that is still to grow may be small."""
    width, height = box.width * size[0], box.height * size[1]
    problems = []
    if min(width, height) < MIN_SIDE:
        words = f"The region is only {width:.0f} x {height:.0f} px."
        problems.append(Problem("small", words, is_grave=not will_grow))
    if found is not None and not _holds(box, found):
        problems.append(Problem("loses", "The region does not hold the box that was found."))
    if box.area > WHOLE_AREA:
        problems.append(Problem("whole", "The region is nearly the whole photo.", is_grave=False))
    return problems


def _holds(box: Box, found: Box) -> bool:
    return (
        box.x1 <= found.x1 + SLACK
        and box.y1 <= found.y1 + SLACK
        and box.x2 >= found.x2 - SLACK
        and box.y2 >= found.y2 - SLACK
    )
