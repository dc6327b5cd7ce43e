"""Building a campaign: a preset or an item type, then the form with a preview and the work it would be."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from annotation.item_types import ItemType, registry
from annotation.models import Campaign
from annotation.presets import PRESETS, preset
from annotation.selectors.campaigns import campaign_in
from annotation.selectors.previews import example, preview_entry, preview_picture
from annotation.selectors.progress import people_who_may_work
from annotation.selectors.workload import workload
from annotation.services.campaigns import create_campaign, set_flag_rules
from annotation.services.filling import fill_campaign
from annotation.views.conduct_fields import CONDUCT, conduct_of
from annotation.views.forms import FLAG_RULE, SETTING, CampaignForm, campaign_form
from catalog.selectors.photos import photo_in
from core.errors import InvalidInput, ReframeError
from core.web.forms import add_problem

COPIED = ("overlap", "distribution", "session_count", "block_count", "guidelines")


@require_http_methods(["GET", "POST"])
@page(Right.RUN_CAMPAIGNS)
def new_campaign(request: ProjectRequest, project: Project) -> HttpResponse:
    """First the item type, a preset or a campaign to begin from, then its form."""
    name, initial = _begun(request, project)
    if not name:
        kinds = {each.name: each for each in registry}
        begin: dict[str, Any] = {
            "kinds": kinds.values(),
            "presets": [(each, kinds[each.item_type].title) for each in PRESETS],
        }
        return render(request, "annotation/new_campaign.html", begin)
    kind = registry.get(name)
    form = campaign_form(kind, project, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = _create(request, project, kind, form)
        except ReframeError as error:
            _add_setting_problem(form, error)
        else:
            messages.success(request, f"{made.name} is made. Look it over, then open it.")
            return redirect("annotation:campaign", slug=project.slug, campaign_id=made.pk)
    context: dict[str, Any] = {"kind": kind, "form": form, "sections": form.sections()}
    status = 400 if form.errors else 200
    return render(request, "annotation/new_campaign_of_type.html", context, status=status)


@require_POST
@page(Right.RUN_CAMPAIGNS)
def estimate(request: ProjectRequest, project: Project) -> HttpResponse:
    """How much work the form as it stands would be."""
    kind = registry.get(request.GET.get("item_type", ""))
    form = campaign_form(kind, project, request.POST)
    if not form.is_valid():
        return HttpResponse()
    values = form.cleaned_data
    pool = values["pool"]
    try:
        found = workload(
            kind(form.settings()), project, form.selected(), overlap=values["overlap"],
            people=len(pool) or len(people_who_may_work(Campaign(project=project))),
            sessions=values["session_count"],
        )  # fmt: skip
    except InvalidInput as problem:  # settings that do not go together, perhaps half typed
        return render(request, "annotation/workload.html", {"problem": str(problem)})
    return render(request, "annotation/workload.html", {"found": found})


@require_POST
@page(Right.RUN_CAMPAIGNS)
def preview(request: ProjectRequest, project: Project) -> HttpResponse:
    """The frame with the item that the form as it stands would make of one of its photos."""
    kind = registry.get(request.GET.get("item_type", ""))
    form = campaign_form(kind, project, request.POST)
    form.is_valid()
    number = _whole(request.POST, "example")
    try:
        made = kind(form.settings())
        subject = example(made, project, form.selected(), number)
    except InvalidInput as problem:
        return render(request, "annotation/preview.html", {"problem": str(problem)})
    if subject is None:
        words = f"Nothing here becomes an item. Needed: {kind.subjects_are}."
        context = {"problem": words, "is_empty": True}
        return render(request, "annotation/preview.html", context)
    asked = {"item_type": kind.name, "photo": subject.photo_id,
             "settings": made.settings.model_dump_json(exclude_defaults=True)}  # fmt: skip
    frame = f"{reverse('annotation:preview-frame', args=[project.slug, subject.photo_id])}?{urlencode(asked)}"
    context = {"frame": frame, "next": number + 1, "kind": kind}
    return render(request, "annotation/preview.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@page(Right.RUN_CAMPAIGNS)
def preview_frame(request: ProjectRequest, project: Project, photo_id: int) -> HttpResponse:
    """The experts' page with one item and nothing to send it to; only our own pages may frame it."""
    photo_in(project, photo_id)
    kind = _previewed(request)
    pictures = reverse("annotation:preview-picture", args=[project.slug, photo_id, "PLACE"])
    entry = preview_entry(
        kind, project, photo_id,
        lambda place: f"{pictures.replace('PLACE', place)}?{request.GET.urlencode()}",
    )  # fmt: skip
    shown = {
        "item": entry, "item_type": kind.script, "user": "preview", "project": project.name,
        "campaign": "Preview: nothing is stored", "guidelines": None,
        "urls": {"exit": reverse("annotation:new-campaign", args=[project.slug])},
    }  # fmt: skip
    return render(request, "annotation/preview_frame.html", {"workspace": shown})


@require_safe
@page(Right.RUN_CAMPAIGNS)
def preview_image(
    request: ProjectRequest, project: Project, photo_id: int, place: str
) -> HttpResponse:
    """A picture of the previewed item."""
    photo_in(project, photo_id)
    picture = preview_picture(_previewed(request), project, photo_id, place)
    response = HttpResponse(picture, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=600"
    return response


def _previewed(request: ProjectRequest) -> ItemType:
    kind = registry.get(request.GET.get("item_type", ""))
    try:
        settings = json.loads(request.GET.get("settings", "{}"))
    except ValueError:
        settings = None
    if not isinstance(settings, dict):
        raise InvalidInput("settings must be a JSON object.", field="settings")
    return kind(settings)


def _whole(values: QueryDict, name: str) -> int:
    word = values.get(name) or "0"
    if not (word.isascii() and word.isdigit() and len(word) < 19):
        raise InvalidInput(f"{name} must be a whole number.", field=name)
    return int(word)


def _begun(request: ProjectRequest, project: Project) -> tuple[str, dict[str, Any]]:
    """The item type that was chosen, and what its form begins with."""
    saved = request.GET.get("selection", "")
    initial: dict[str, Any] = {"selection": saved} if saved else {}
    if "preset" in request.GET:
        chosen = preset(request.GET["preset"])
        return chosen.item_type, {**initial, **chosen.values}
    if "like" in request.GET:
        found = campaign_in(project, _whole(request.GET, "like"))
        return found.item_type, _values_of(found)
    return request.GET.get("item_type", ""), initial


def _values_of(found: Campaign) -> dict[str, Any]:
    """The form's fields as this campaign has them, under a name of its own."""
    return {
        **{name: getattr(found, name) for name in COPIED},
        **{f"{SETTING}{name}": value for name, value in found.settings.items()},
        **{f"{FLAG_RULE}{name}": value for name, value in found.flag_rules.items()},
        **{f"{CONDUCT}{name}": value for name, value in found.conduct.items()},
        "name": f"{found.name[:110]} again", "pool": list(found.pool.all()),
        "lease_min": max(1, found.lease_s // 60), "gold_percent": found.gold_share * 100,
        "repeat_percent": found.repeat_share * 100, "selection": found.selection_id,
        "session_count": found.session_count or None, "block_count": found.block_count or None,
    }  # fmt: skip


def _create(
    request: ProjectRequest, project: Project, kind: type[ItemType], form: CampaignForm
) -> Campaign:
    values = form.cleaned_data
    with transaction.atomic():
        made = create_campaign(
            project=project, name=values["name"], item_type=kind.name, overlap=values["overlap"],
            settings=form.settings(), guidelines=values["guidelines"], pool=values["pool"],
            lease_s=values["lease_min"] * 60, order_seed=values["order_seed"],
            gold_share=(values["gold_percent"] or 0) / 100,
            repeat_share=(values["repeat_percent"] or 0) / 100,
            session_count=values["session_count"], block_count=values["block_count"],
            selection=values["selection"], conduct=conduct_of(values), by=request.user,
        )  # fmt: skip
        if form.flag_rules():
            set_flag_rules(campaign=made, rules=form.flag_rules(), by=request.user)
        if fill_campaign(campaign=made, selection=form.selected(), by=request.user).is_empty:
            raise InvalidInput(
                f"Nothing here becomes an item. Needed: {kind.subjects_are}.", field="photo_ids"
            )
    return made


def _add_setting_problem(form: CampaignForm, error: ReframeError) -> None:
    for prefix in (SETTING, CONDUCT):
        if prefix + error.field in form.fields:
            form.add_error(prefix + error.field, str(error))
            return
    add_problem(form, error)
