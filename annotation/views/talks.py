"""The discussion of an item, for the experts who answered it: others are letters."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.views.page import PersonRequest, signed_in
from annotation.item_types import item_type_of
from annotation.models import Assignment, Item
from annotation.selectors.answers import answers_of, boxes_of, grade_rows, letters_of, why_hidden
from annotation.selectors.items import shown_item
from annotation.selectors.talks import discussed_item, golden_record, messages_of, open_flags
from annotation.services.discussing import add_message
from annotation.views.work import image_address

SETTLED = "This discussion is closed."


@require_safe
@signed_in
def discussion(request: PersonRequest, item_id: int) -> HttpResponse:
    """What the others answered and what is said about it, once I have answered."""
    item = discussed_item(request.user, item_id)
    hidden = why_hidden(item, request.user)
    context = {
        "item": item,
        "hidden": hidden,
        "letter": letters_of(item).get(request.user.pk),
        "kind": item_type_of(item.campaign),
        **({} if hidden else _opened(item, request.user)),
    }
    return render(request, "annotation/discussion.html", context)


@require_POST
@signed_in
def say(request: PersonRequest, item_id: int) -> HttpResponse:
    """Write something into the discussion."""
    item = discussed_item(request.user, item_id)
    add_message(item=item, author=request.user, text=request.POST.get("text", ""))
    messages.success(request, "Your words are in the discussion.")
    return redirect("annotation:discussion", item_id=item.pk)


def _opened(item: Item, person: User) -> dict[str, Any]:
    kind = item_type_of(item.campaign)
    seen = answers_of(item, person)
    latest = max((each.round for each in seen), default=1)
    slot = Assignment.objects.filter(item=item, person=person).latest("round")
    is_open = item.discussion.is_open
    return {
        "answers": seen,
        "grades": [
            (row, _picture_of(item, slot, row.crop)) for row in grade_rows(item, seen, latest)
        ],
        "letters": [each.letter for each in seen if each.round == latest],
        "boxes": boxes_of(kind, [each for each in seen if each.round == latest]),
        "photo_url": "" if kind.uses_crops else image_address(slot.pk, "photo"),
        "flags": open_flags(item),
        "posts": [
            {
                "author": "you" if said.is_mine else said.author,
                "at": said.created_at,
                "text": said.text,
            }
            for said in messages_of(item, person)
        ],
        "golden": golden_record(item),
        "closed": "" if is_open else SETTLED,
        "crops": crop_pictures(item, slot) if kind.uses_crops else [],
    }


def crop_pictures(item: Item, slot: Assignment) -> list[str]:
    """The pictures of an item that shows crops, as this person had them."""
    kind = item_type_of(item.campaign)
    places = kind.pictures(shown_item(item, kind), slot.presentation)
    return [image_address(slot.pk, place) for place in places]


def _picture_of(item: Item, slot: Assignment, crop: Any) -> str:
    """The address of the crop's picture at this person's place; the photo for none."""
    if crop is None:
        return image_address(slot.pk, "photo")
    kind = item_type_of(item.campaign)
    for place, picture in kind.pictures(shown_item(item, kind), slot.presentation).items():
        if picture.box is not None and picture.box.corners() == crop.corners:
            return image_address(slot.pk, place)
    return ""
