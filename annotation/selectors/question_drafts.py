"""Drafts about questions as pages show them: the grid's heat, the levels of a gap."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from annotation.contents import GapContent, RegionContent, parsed
from annotation.models import Draft
from catalog.selectors.global_views import global_view
from core.errors import NotFound
from measures.answers import same_answer
from measures.boxes import Box
from measures.geometry.heat import heat_of

MOST_CROPS = 5
# The warmest cell still lets the photo through.
OPACITY = 0.6


@dataclass(frozen=True)
class LevelRow:
    """A size with its agreement, its different answers with their counts, and what became of it."""

    side: int
    agreement: float
    answers: list[tuple[str, int, bool]]
    is_full: bool
    is_chosen: bool


def heat_cells(content: RegionContent, size: tuple[int, int]) -> list[dict[str, str]]:
    """Rectangles in the photo's pixels with their opacity, as text that no language changes."""
    if not content.evidence or content.grid is None:
        return []
    width, height = size
    found = heat_of(
        [_box(row) for row in content.evidence],
        [row["log_likelihood"] for row in content.evidence],
        content.grid,
    )
    return [
        {
            "x": f"{each.box.x1 * width:.2f}", "y": f"{each.box.y1 * height:.2f}",
            "width": f"{each.box.width * width:.2f}", "height": f"{each.box.height * height:.2f}",
            "opacity": f"{each.warmth * OPACITY:.3f}", "score": f"{each.score:.2f}",
        }
        for each in found
    ]  # fmt: skip


def best_crops(content: RegionContent) -> list[dict[str, Any]]:
    """The likeliest crops, best first."""
    rows = sorted(content.evidence, key=lambda row: -row["log_likelihood"])[:MOST_CROPS]
    return [{"box": _box(row).as_list(), "score": row["log_likelihood"]} for row in rows]


def level_rows(content: GapContent) -> list[LevelRow]:
    """The sizes from full size down; each answer says whether it is the one at full size."""
    return [
        LevelRow(
            level.side, level.agreement,
            [(words, count, same_answer(words, content.answer))
             for words, count in Counter(level.answers).most_common()],
            at == 0, level.side == content.side,
        )
        for at, level in enumerate(content.levels)
    ]  # fmt: skip


def view_of(draft: Draft) -> bytes:
    """The global view that an information gap chose; `NotFound` where there is none."""
    content = parsed(draft)
    if not isinstance(content, GapContent) or content.side is None:
        raise NotFound("This draft has chosen no size, so there is no global view of it.")
    return global_view(draft.photo, content.side)


def _box(row: dict[str, float]) -> Box:
    return Box(row["x1"], row["y1"], row["x2"], row["y2"])
