"""The page on which a lead settles an item: answers as columns, put together, asked again or left."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.answer_parts import Pieces
from annotation.flag_rules import ROUND_REASONS, SETTLE_REASONS, WAYS
from annotation.item_types import PHOTO_PLACE, item_type_of
from annotation.models import Item, ItemState
from annotation.selectors.adjudication import (
    Column,
    columns_of,
    draft_boxes,
    draft_elements,
    draft_texts,
    middle_box,
    misses_of,
    overlaps,
    place_of,
)
from annotation.selectors.answers import GradeRow, answers_of, grade_rows, why_hidden
from annotation.selectors.campaigns import item_in
from annotation.selectors.items import shown_item
from annotation.selectors.talks import golden_record
from annotation.services.adjudicating import NO_BASE, Settlement, settle_by_hand
from annotation.services.discussing import keep_answers
from annotation.services.exemplifying import add_example
from annotation.views.talking import threads_of, why_closed
from core.errors import Conflict, InvalidInput
from measures.boxes import Box

HIDDEN = "Answers are hidden from you still. "


class SettlementForm(forms.Form):
    """What every way of settling has."""

    how = forms.ChoiceField(choices=[(way, way) for way in WAYS])
    base = forms.IntegerField(
        min_value=1, max_value=2**63 - 1, error_messages={"required": NO_BASE}
    )
    reason_code = forms.ChoiceField(
        choices=[("", "Choose"), *SETTLE_REASONS.items()], label="Reason",
        error_messages={"required": "Choose a reason."},
    )  # fmt: skip
    reason = forms.CharField(
        max_length=300, error_messages={"required": "Say in a few words why this stands."}
    )
    choice = forms.CharField(max_length=16, required=False)
    with_draft = forms.BooleanField(required=False)


@require_http_methods(["GET", "POST"])
@page(Right.ADJUDICATE)
def adjudicate(request: ProjectRequest, project: Project, item_id: int) -> HttpResponse:
    """The item to settle; with POST the golden record, and on to the next flagged item."""
    item = item_in(project, item_id)
    hidden = why_hidden(item, request.user)
    if request.method == "POST":
        if hidden:
            raise Conflict(HIDDEN + hidden)
        settle_by_hand(item=item, settlement=_settlement(request.POST), by=request.user)
        messages.success(request, f"Item {item.pk} is settled; the golden record is written.")
        return _onward(project, item)
    context = {
        "item": item,
        "kind": item_type_of(item.campaign),
        "hidden": hidden,
        "place": place_of(item),
        **({} if hidden else _opened(request, project, item)),
    }
    return render(request, "annotation/adjudicate.html", context)


@require_POST
@page(Right.ADJUDICATE)
def keep(request: ProjectRequest, project: Project, item_id: int) -> HttpResponse:
    """Leave the answers, or the record, as they are."""
    item = item_in(project, item_id)
    keep_answers(item=item, reason=request.POST.get("reason", ""), by=request.user)
    messages.success(request, f"Item {item.pk} is left as it is; its flags are closed.")
    return _onward(project, item)


@require_POST
@page(Right.ADJUDICATE)
def make_example(request: ProjectRequest, project: Project, item_id: int) -> HttpResponse:
    """Put the item into the guidelines as an example."""
    item = item_in(project, item_id)
    campaign = add_example(
        item=item, by=request.user, words=request.POST.get("words", ""),
        is_good="is_bad" not in request.POST,
    )  # fmt: skip
    messages.success(
        request, f"Item {item.pk} is an example in version {campaign.guidelines_version} now."
    )
    return redirect("annotation:item", slug=project.slug, item_id=item.pk)


def _onward(project: Project, item: Item) -> HttpResponse:
    """To the next flagged item of the campaign, if there is one."""
    following = place_of(item).next
    if following is None:
        return redirect("annotation:item", slug=project.slug, item_id=item.pk)
    return redirect("annotation:adjudicate", slug=project.slug, item_id=following)


def _settlement(sent: QueryDict) -> Settlement:
    form = SettlementForm(sent)
    if not form.is_valid():
        name, problems = next(iter(form.errors.items()))
        raise InvalidInput(str(problems[0]), field=name)
    values = form.cleaned_data
    prefixed = [(name, str(sent[name])) for name in sent]
    return Settlement(
        how=values["how"], base_id=values["base"], reason_code=values["reason_code"],
        reason=values["reason"],
        pieces=Pieces(
            texts=_after("text_", prefixed), box=_box(sent.get("box", "")),
            values={name: _grade(value) for name, value in _after("value_", prefixed).items()},
            choice=values["choice"],
        ),
        element_refs=[_reference(str(each)) for each in sent.getlist("element")],
        parents=[_whole(each, "parents") for each in sent.get("parents", "").split(",") if each],
        with_draft=values["with_draft"],
    )  # fmt: skip


def _after(prefix: str, sent: list[tuple[str, str]]) -> dict[str, str]:
    # A browser sends line ends as CR LF.
    found = {name.removeprefix(prefix): value for name, value in sent if name.startswith(prefix)}
    return {name: value.replace("\r\n", "\n") for name, value in found.items()}


def _box(words: str) -> Box | None:
    if not words.strip():
        return None
    try:
        return Box(*(float(each) for each in words.split(",")))
    except (ValueError, TypeError):
        raise InvalidInput("A box is four numbers: x1, y1, x2, y2.", field="box") from None


def _grade(words: str) -> float | None:
    if not words.strip():
        return None
    try:
        return float(words)
    except ValueError:
        raise InvalidInput("A grade is a number.", field="values") from None


def _whole(words: str, name: str) -> int:
    if not (words.isascii() and words.isdigit() and len(words) < 19):
        raise InvalidInput(f"{name} must be whole numbers.", field=name)
    return int(words)


def _reference(words: str) -> tuple[int, int]:
    response, _, place = words.partition(":")
    return _whole(response, "element"), _whole(place, "element")


def _opened(request: ProjectRequest, project: Project, item: Item) -> dict[str, Any]:
    kind = item_type_of(item.campaign)
    seen = answers_of(item, request.user)
    latest = [each for each in seen if each.round == max(each.round for each in seen)]
    columns, drafted = columns_of(item, latest), draft_boxes(item)
    texts = draft_texts(item, kind)
    rows = grade_rows(item, seen, latest[0].round) if latest else []
    photo = reverse("catalog:rendition", args=[item.photo_id, 1024])
    return {
        "columns": columns,
        "shows_names": "names" in request.GET,
        "photo_url": photo,
        "crops": list(shown_item(item, kind).crops) if kind.uses_crops else [],
        "texts": [(name, texts[name]) for name in kind.texts if _has_text(name, texts, columns)],
        "grades": [(_grade_name(row), row) for row in rows],
        "overlaps": overlaps(columns, drafted),
        "draft_elements": draft_elements(item),
        "misses": misses_of(item),
        "flags": item.flags.exclude(state="settled").order_by("pk"),
        "golden": golden_record(item),
        "own_records": item.adjudications.filter(by=request.user).count(),
        "closed": why_closed(item),
        "may_repeat": item.state == ItemState.FLAGGED,
        "reasons": SETTLE_REASONS.items(),
        "round_reasons": ROUND_REASONS.items(),
        "desk": {
            "by_hand": kind.by_hand,
            "photo": {"url": photo, "width": item.photo.width, "height": item.photo.height},
            "columns": [each.as_json() for each in columns],
            "draft": {"texts": texts, "boxes": [list(box.corners()) for box in drafted]},
            "middle": middle_box(columns) if kind.by_hand == "box" else None,
            "min_side": getattr(kind.settings, "min_side", 0.05),
        },
        **threads_of(item, request.user, project),
    }


def _has_text(name: str, draft: dict[str, str], columns: list[Column]) -> bool:
    return bool(draft[name] or any(each.texts[name] for each in columns))


def _grade_name(row: GradeRow) -> str:
    return str(row.crop.pk) if row.crop else PHOTO_PLACE
