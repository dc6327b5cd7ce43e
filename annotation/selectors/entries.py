"""What an expert's page gets of an assignment. The contract with the page: docs/annotating.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import User
from annotation.handles import handle_of
from annotation.item_types import item_type_of
from annotation.models import Assignment, Response, SecondRound, WorkingCopy
from annotation.selectors.items import shown_item
from annotation.selectors.standing import training_place

ImageAddress = Callable[[int, str], str]


def entry_of(assignment: Assignment, person: User, image_address: ImageAddress) -> dict[str, Any]:
    """The item as the person sees it, with what they left unfinished. Blind by the item type.

    ``image_address(assignment_id, place)`` says where a picture is fetched.
    """
    kind = item_type_of(assignment.campaign)
    shown = shown_item(assignment.item, kind)
    copy = None if assignment.has_working_copy is False else _copy(assignment, person)
    training = training_place(assignment.item)
    return {
        **({"training": training} if training else {}),
        "assignment": {"id": handle_of(assignment.pk)},
        "item": kind.item_json(
            shown, assignment.presentation, lambda place: image_address(assignment.pk, place)
        ),
        "working_copy": {"content": copy.content, "version": copy.version} if copy else None,
        **_asked(assignment),
    }


def _asked(assignment: Assignment) -> dict[str, str]:
    """What the lead asks in a second round."""
    if assignment.round == 1:
        return {}
    found = SecondRound.objects.filter(item_id=assignment.item_id, round=assignment.round).first()
    return {"asked": found.question} if found and found.question else {}


def _copy(assignment: Assignment, person: User) -> WorkingCopy | None:
    return WorkingCopy.objects.filter(
        item_id=assignment.item_id, round=assignment.round, person=person
    ).first()


def page_answer_of(response: Response) -> Any:
    """A stored answer in the terms of the page that gave it, to be changed there."""
    assignment = response.assignment
    kind = item_type_of(assignment.campaign)
    shown = shown_item(assignment.item, kind)
    return kind.page_answer(kind.stored(response.answer), shown, assignment.presentation)
