"""What was kept beside the answers to an item: how their texts came about, and comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annotation.edit_steps import ShownStep, parse_edits, shown_steps
from annotation.models import Draft, EditTrail, Item, ItemComment, Response
from annotation.selectors.answers import letters_of

SOMEBODY = "somebody"


@dataclass(frozen=True)
class Trail:
    """How the texts of one response came about."""

    response_id: int
    letter: str
    round: int
    is_change: bool
    is_whole: bool
    steps: list[ShownStep]

    @property
    def took_s(self) -> float:
        """From the first edit to the last one."""
        return self.steps[-1].after_s if self.steps else 0.0


@dataclass(frozen=True)
class Comment:
    """A note by letter; who has not answered is somebody."""

    author: str
    text: str
    created_at: datetime


def trails_of(item: Item) -> list[Trail]:
    """Of every response to the item whose texts were edited, changed ones too, oldest first. Ask
    `answers.why_hidden` before."""
    letters = letters_of(item)
    rows = EditTrail.objects.filter(response__item=item).order_by("response_id")
    return [
        Trail(
            row.response_id, letters[row.response.person_id], row.response.round,
            row.response.replaces_id is not None, row.is_whole,
            list(shown_steps(parse_edits(row.steps), texts_before(row.response, item.draft))),
        )
        for row in rows.select_related("response__replaces")
    ]  # fmt: skip


def texts_before(response: Response, draft: Draft | None) -> dict[str, object]:
    """What the person's edits began with: the answer that this one replaces, else the draft."""
    if response.replaces is not None:
        found: dict[str, object] = response.replaces.answer
        return found
    return draft.content if draft is not None and isinstance(draft.content, dict) else {}


def comments_on(item: Item) -> list[Comment]:
    """Oldest first. Ask `answers.why_hidden` before."""
    letters = letters_of(item)
    rows = ItemComment.objects.filter(item=item)
    return [Comment(letters.get(row.author_id, SOMEBODY), row.text, row.created_at) for row in rows]
