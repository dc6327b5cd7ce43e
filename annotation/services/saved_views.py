"""Keeping and dropping views of the items list. Everybody keeps their own."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from accounts.models import Project, User
from annotation.models import SavedView
from annotation.selectors.item_filter import parse_filter, parse_order
from core.errors import Conflict, InvalidInput, NotFound
from inference.visible import visible_text

LONGEST_NAME = 60
MOST_VIEWS = 50


@transaction.atomic
def save_view(
    *, project: Project, person: User, name: str, query: Mapping[str, str], is_shared: bool = False
) -> SavedView:
    """Keep the filters and the order of an address under a name; `InvalidInput` for one that filters
    nothing and orders nothing, `Conflict` for a name that the person has."""
    words = " ".join(visible_text(name).split())
    if not words or len(words) > LONGEST_NAME:
        raise InvalidInput(f"A view has a name of 1 to {LONGEST_NAME} characters.", field="name")
    kept = parse_filter(query).as_query()
    order = parse_order(query)
    kept |= {"order": order} if order else {}
    if not kept:
        raise InvalidInput("Narrow or order the list first, then keep the view.", field="query")
    mine = SavedView.objects.filter(project=project, person=person)
    if mine.count() >= MOST_VIEWS:
        raise Conflict(f"You keep {MOST_VIEWS} views here. Drop one that you need no more.")
    row = SavedView(project=project, person=person, name=words, query=kept, is_shared=is_shared)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(f"You have a view called {words!r} already.", field="name") from None
    return row


def drop_view(*, project: Project, person: User, view_id: int) -> None:
    """Drop one of the person's own; anybody else's is `NotFound`."""
    gone, _ = SavedView.objects.filter(pk=view_id, project=project, person=person).delete()
    if not gone:
        raise NotFound("You have no such view in this project.")
