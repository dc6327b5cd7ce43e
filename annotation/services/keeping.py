"""Keeping what goes with an answer: the edits of its texts, and comments that raise no flag."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.models import User
from accounts.roles import Right, require
from annotation.edit_steps import EditStep, lead_to
from annotation.models import Assignment, Draft, EditTrail, ItemComment, Response
from annotation.selectors.beside import texts_before
from annotation.services.telling import tell_of_comment
from core.errors import InvalidInput
from inference.visible import visible_text

LONGEST_COMMENT = 2_000


def keep_edits(
    *, response: Response, draft: Draft | None, steps: Sequence[EditStep]
) -> EditTrail | None:
    """Store how the texts of a new response came about; None where nothing was edited.

    They began as the answer that it replaces, else as the draft. A trail that does not lead to the
    texts is kept and marked: an answer is never refused for it.
    """
    if not steps:
        return None
    return EditTrail.objects.create(
        response=response, steps=[step.model_dump() for step in steps],
        is_whole=lead_to(steps, texts_before(response, draft), response.answer),
    )  # fmt: skip


def comment_on(*, assignment: Assignment, author: User, text: str) -> ItemComment:
    """Say something to the lead about an item that one holds or has answered; nothing else changes."""
    words = visible_text(text).strip()
    if not words:
        raise InvalidInput("Write something first.", field="text")
    if len(words) > LONGEST_COMMENT:
        raise InvalidInput(f"text: at most {LONGEST_COMMENT} characters.", field="text")
    # A copy is nobody's item: what is said of it is said of the item that it is a copy of.
    item = assignment.item.copy_of or assignment.item
    require(author, Right.ANNOTATE, item.campaign.project)
    row = ItemComment.objects.create(item=item, round=item.round, author=author, text=words)
    tell_of_comment(row)
    return row
