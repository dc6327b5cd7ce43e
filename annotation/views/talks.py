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
from annotation.selectors.outcomes import may_reply, outcomes_of_item
from annotation.selectors.talks import discussed_item, golden_record, open_flags, thread_for
from annotation.services.discussing import add_message, resolve_thread
from annotation.views.talking import anchor_of, reply_to_of, threads_of
from annotation.views.work import image_address

SETTLED = "This discussion is closed."


@require_safe
@signed_in
def discussion(request: PersonRequest, discussion_id: int) -> HttpResponse:
    """What the others answered and what is said about it, once I have answered."""
    item = discussed_item(request.user, discussion_id)
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
def say(request: PersonRequest, discussion_id: int) -> HttpResponse:
    """Write something into the discussion."""
    item = discussed_item(request.user, discussion_id)
    add_message(
        item=item, author=request.user, text=request.POST.get("text", ""),
        anchor=anchor_of(request.POST), reply_to=reply_to_of(request.POST),
    )  # fmt: skip
    messages.success(request, "Your words are in the discussion.")
    return redirect("annotation:discussion", discussion_id=discussion_id)


@require_POST
@signed_in
def resolve(request: PersonRequest, message_id: int) -> HttpResponse:
    """Close a thread or open it again: who began it, or the lead."""
    message = thread_for(request.user, message_id)
    is_resolved = request.POST.get("is_resolved", "1") == "1"
    resolve_thread(message=message, by=request.user, is_resolved=is_resolved)
    item = message.discussion.item
    if request.POST.get("from") == "project":
        return redirect("annotation:item", slug=item.campaign.project.slug, item_id=item.pk)
    return redirect("annotation:discussion", discussion_id=message.discussion_id)


def _opened(item: Item, person: User) -> dict[str, Any]:
    kind = item_type_of(item.campaign)
    seen = answers_of(item, person)
    latest = max((each.round for each in seen), default=1)
    slot = Assignment.objects.filter(item=item, person=person).latest("round")
    is_open, golden = item.discussion.is_open, golden_record(item)
    return {
        "answers": seen,
        "grades": [
            (row, _picture_of(item, slot, row.crop)) for row in grade_rows(item, seen, latest)
        ],
        "letters": [each.letter for each in seen if each.round == latest],
        "boxes": boxes_of(kind, [each for each in seen if each.round == latest]),
        "photo_url": "" if kind.uses_crops else image_address(slot.pk, "photo"),
        "talk_photo": None
        if kind.uses_crops
        else {
            "url": image_address(slot.pk, "photo"),
            "width": item.photo.width,
            "height": item.photo.height,
        },
        "flags": open_flags(item),
        **threads_of(item, person),
        "golden": golden,
        "outcomes": outcomes_of_item(person, item),
        "once": not is_open and may_reply(item, person),
        "closed": "" if is_open or may_reply(item, person) else SETTLED,
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
