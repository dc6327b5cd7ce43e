"""Composition elements from measurement: eight of CROP's ten classes.

Triangles and curves are no matter of measuring edges alone, so rules do not claim them. Classes are
named and drawn as in `inference.elements`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from inference.looking import View
from inference.looking.pixels import rounded
from inference.looking.segments import Segment, find_segments

GOLDEN = tuple((x, y) for x in (0.382, 0.618) for y in (0.382, 0.618))
THIRDS = tuple((x, y) for x in (1 / 3, 2 / 3) for y in (1 / 3, 2 / 3))
CLEAR = 0.08  # least clarity of a subject that is worth naming
PLACED = 0.09  # how far, in shares of the sides, a placed subject may lie from its point
SYMMETRIC = 0.72  # correlation with the mirror image
LEVEL, UPRIGHT, SLANTED = 9.0, 81.0, (22.0, 68.0)
MOST_PER_CLASS = 3
SURE = 0.5  # confidence of a tilt that the horizon is drawn with
BORDER = 0.025
MEETING = 0.03  # how near to one point lines that vanish there must pass


@dataclass(frozen=True)
class Part:
    """One element: class, its numbers, and what was measured, in words."""

    name: str
    points: list[float]
    note: str


def find_elements(seen: View) -> list[Part]:
    """The elements of a photo, the subject's place first."""
    lines = [line for line in find_segments(seen.pixels) if not _is_border(line)]
    vanishing = _vanishing(lines)
    used = {tuple(line.points) for line, _ in vanishing}
    left = [line for line in lines if tuple(line.points) not in used]
    return [
        *_subject(seen),
        *_symmetry(seen),
        *_horizon(seen),
        *(_to_point(line, point) for line, point in vanishing),
        *_lines(seen, left),
    ]


def summed_up(parts: list[Part]) -> str:
    """The analysis in one or two sentences."""
    if not parts:
        return "No composition element could be measured in this photo."
    return "Measured: " + "; ".join(part.note for part in parts) + "."


def _subject(seen: View) -> Iterator[Part]:
    subject = seen.facts.subject
    if subject.clarity < CLEAR:
        return
    to_middle = math.dist(subject.centre, (0.5, 0.5))
    to_third = min(math.dist(subject.centre, point) for point in THIRDS)
    to_golden = min(math.dist(subject.centre, point) for point in GOLDEN)
    nearest = min(to_middle, to_third, to_golden)
    if nearest > PLACED:
        return
    where = {
        to_middle: ("center", "the middle"),
        to_third: ("rule_of_thirds", "a crossing of the thirds"),
        to_golden: ("golden_ratio", "a golden point"),
    }
    name, words = where[nearest]
    note = f"what draws the eye lies {nearest:.0%} of a side from {words}"
    yield Part(name, list(subject.box), note)


def _symmetry(seen: View) -> Iterator[Part]:
    balance = seen.facts.balance
    if balance.mirror_sideways >= SYMMETRIC:
        note = f"left mirrors right ({balance.mirror_sideways:.2f})"
        yield Part("symmetric", [0.5, 0.0, 0.5, 1.0], note)
    if balance.mirror_updown >= SYMMETRIC:
        note = f"top mirrors bottom ({balance.mirror_updown:.2f})"
        yield Part("symmetric", [0.0, 0.5, 1.0, 0.5], note)


def _horizon(seen: View) -> Iterator[Part]:
    found = seen.facts.lines
    if found.horizon is None:
        return
    # Half the drop from side to side, in fractions of the height, where a tilt is sure.
    tilt = found.tilt if found.tilt_confidence >= SURE else 0.0
    drop = math.tan(math.radians(tilt)) * seen.facts.aspect / 2
    ends = [min(1.0, max(0.0, found.horizon + side * drop)) for side in (-1, 1)]
    note = f"a level edge runs across, {found.horizon:.0%} from the top"
    yield Part("horizontal", [0.0, rounded(ends[0]), 1.0, rounded(ends[1])], note)


def _lines(seen: View, lines: list[Segment]) -> Iterator[Part]:
    counts: dict[str, int] = {}
    kept: list[Segment] = []
    horizon = seen.facts.lines.horizon
    for line in lines:
        name = _class_of(line)
        is_horizon = (
            name == "horizontal" and horizon is not None and abs(_middle(line)[1] - horizon) < 0.05
        )
        if not name or is_horizon or any(_is_alike(line, other) for other in kept):
            continue
        if counts.setdefault(name, 0) < MOST_PER_CLASS:
            counts[name] += 1
            kept.append(line)
            yield Part(name, line.points, f"a straight edge at {line.angle:.0f} degrees")


def _class_of(line: Segment) -> str:
    steep = abs(line.angle)
    if steep <= LEVEL:
        return "horizontal"
    if steep >= UPRIGHT:
        return "vertical"
    return "diagonal" if SLANTED[0] <= steep <= SLANTED[1] else ""


def _middle(line: Segment) -> tuple[float, float]:
    return (line.x1 + line.x2) / 2, (line.y1 + line.y2) / 2


def _is_border(line: Segment) -> bool:
    """The edge of a scan or of a frame around the photo."""
    near_x = max(line.x1, line.x2) < BORDER or min(line.x1, line.x2) > 1 - BORDER
    near_y = max(line.y1, line.y2) < BORDER or min(line.y1, line.y2) > 1 - BORDER
    return near_x or near_y


def _is_alike(one: Segment, other: Segment) -> bool:
    turned = abs((one.angle - other.angle + 90) % 180 - 90)
    return turned < 8 and math.dist(_middle(one), _middle(other)) < 0.12


def _vanishing(lines: list[Segment]) -> list[tuple[Segment, tuple[float, float]]]:
    """Three lines or more of clearly different directions that run to one point of the photo."""
    slanted = [line for line in lines if LEVEL < abs(line.angle) < UPRIGHT]
    best: list[tuple[Segment, tuple[float, float]]] = []
    for one, other in combinations(slanted, 2):
        point = _crossing(one, other)
        if point is None or not all(0.05 < value < 0.95 for value in point):
            continue
        through = [line for line in slanted if _passes(line, point)]
        angles = sorted(line.angle for line in through)
        if len(through) >= 3 and angles[-1] - angles[0] > 25 and len(through) > len(best):
            best = [(line, point) for line in through]
    return best[:MOST_PER_CLASS]


def _crossing(one: Segment, other: Segment) -> tuple[float, float] | None:
    ax, ay, bx, by = one.x2 - one.x1, one.y2 - one.y1, other.x2 - other.x1, other.y2 - other.y1
    cross = ax * by - ay * bx
    if abs(cross) < 1e-4:
        return None
    at = ((other.x1 - one.x1) * by - (other.y1 - one.y1) * bx) / cross
    return one.x1 + at * ax, one.y1 + at * ay


def _passes(line: Segment, point: tuple[float, float]) -> bool:
    """Whether the line, drawn on, passes the point, and the point lies not inside it."""
    across, down = line.x2 - line.x1, line.y2 - line.y1
    length = math.hypot(across, down)
    off = abs((point[0] - line.x1) * down - (point[1] - line.y1) * across) / length
    at = ((point[0] - line.x1) * across + (point[1] - line.y1) * down) / length**2
    return off < MEETING and not 0.15 < at < 0.85


def _to_point(line: Segment, point: tuple[float, float]) -> Part:
    ends = sorted([(line.x1, line.y1), (line.x2, line.y2)], key=lambda end: -math.dist(end, point))
    numbers = [*ends[0], rounded(point[0]), rounded(point[1])]
    return Part("vanishing_point", numbers, "an edge that runs to one point with others")
