"""Campaign pages of those who run them: list, new, progress, guidelines, items, flags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right, can
from accounts.selectors.profiles import count_without_consent
from accounts.views.jobs import job_context
from accounts.views.page import ProjectRequest, page
from annotation.arena import short_words
from annotation.conduct import parse_conduct
from annotation.flag_rules import FlagRules, flag_rules
from annotation.item_types import item_type_of, registry
from annotation.models import Campaign, Distribution, FlagState
from annotation.selectors.campaigns import campaign_in, campaigns_with_progress
from annotation.selectors.filling import filling_of
from annotation.selectors.kept_figures import are_at_hand, is_large
from annotation.selectors.progress import (
    campaign_progress,
    experts_of,
    people_in,
)
from annotation.selectors.running import kept_out, leases_of, pace_of
from annotation.selectors.sampling_review import review_percent
from annotation.selectors.stopping import answers_in_words, stopping_of
from annotation.selectors.talks import flags_in
from annotation.services.campaigns import (
    close_campaign,
    open_campaign,
    pause_campaign,
)
from annotation.services.filling import Filling, fill_campaign
from annotation.subjects import Selection
from annotation.views.forms import rules_of
from core.errors import InvalidInput
from core.web.paging import newest_first

MOVES: dict[str, tuple[Callable[..., Campaign], str]] = {
    "open": (open_campaign, "{} is open: experts can take its items now."),
    "pause": (pause_campaign, "{} is paused. What people hold they may still send."),
    "close": (close_campaign, "{} is closed."),
}
SIZE = 100
SHOWN_FLAGS = 10
SHOWN_LEASES = 50


@require_safe
@page(Right.SEE_CAMPAIGNS)
def campaigns(request: ProjectRequest, project: Project) -> HttpResponse:
    """All campaigns with their progress."""
    rows = campaigns_with_progress(project)
    told = [
        (row.campaign, _title(row.campaign.item_type), answers_in_words(row.campaign), row)
        for row in rows
    ]
    context = {"rows": told, **_may(request, project)}
    return render(request, "annotation/campaigns.html", context)


@require_safe
@page(Right.SEE_CAMPAIGNS)
def campaign(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """How far it is, who works, what is flagged. Of a large campaign that nobody has looked at for a
    minute, the page fetches itself again, with the figures."""
    found = campaign_in(project, campaign_id)
    flags = flags_in(project).filter(campaign=found, state=FlagState.OPEN)
    is_counted = bool(request.headers.get("HX-Request")) or are_at_hand(
        [found], _kept_parts(request, project, found)
    )
    context = {
        **frame(request, project, found, "overview"),
        **(_figures(request, project, found) if is_counted else {}),
        "is_counted": is_counted,
        "filling": _filling(request, project, found),
        "most_pairs": item_type_of(found).most_pairs(),
        "leases": leases_of(found)[:SHOWN_LEASES],
        "kept_out": kept_out(found),
        "flags": flags[:SHOWN_FLAGS],
        "settings": _settings_in_words(found),
        "needs_training": parse_conduct(found.conduct).rounds,
        "silent": count_without_consent(experts_of(found)),
    }
    return render(request, "annotation/campaign.html", context)


def _kept_parts(request: ProjectRequest, project: Project, found: Campaign) -> list[str]:
    """Which figures the page shows this reader."""
    stops = item_type_of(found).stop_rule(found.overlap) is not None
    people = ["people"] if can(request.user, Right.SEE_QUALITY, project) else []
    return ["progress", "pace", *people, *(["stopping"] if stops else [])]


def _figures(request: ProjectRequest, project: Project, found: Campaign) -> dict[str, Any]:
    progress = campaign_progress(found)
    missing = max(0, progress.slots - progress.submitted)
    return {
        "progress": progress,
        "stopping": stopping_of(found),
        "missing": missing,
        "pace": pace_of(found, missing),
        "people": people_in(found) if can(request.user, Right.SEE_QUALITY, project) else [],
        "is_large": is_large(found),
    }


@require_POST
@page(Right.RUN_CAMPAIGNS)
def move(request: ProjectRequest, project: Project, campaign_id: int, to: str) -> HttpResponse:
    """Open, pause or close."""
    change, words = MOVES[to]
    found = change(campaign=campaign_in(project, campaign_id), by=request.user)
    messages.success(request, words.format(found.name))
    return redirect("annotation:campaign", slug=project.slug, campaign_id=found.pk)


@require_POST
@page(Right.RUN_CAMPAIGNS)
def add_subjects(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """Add what has become a subject since: new photos, drafts, crops."""
    found = campaign_in(project, campaign_id)
    filled = fill_campaign(campaign=found, selection=Selection(), by=request.user)
    messages.success(request, _filled_in_words(filled))
    return redirect("annotation:campaign", slug=project.slug, campaign_id=found.pk)


@require_safe
@page(Right.SEE_QUALITY)
def flags(request: ProjectRequest, project: Project, campaign_id: int) -> HttpResponse:
    """The campaign's flags, newest first, narrowed by state."""
    found = campaign_in(project, campaign_id)
    state = _one_of(request, "state", FlagState.choices)
    rows = flags_in(project).filter(campaign=found)
    paged = newest_first(rows.filter(state=state) if state else rows, request, size=SIZE)
    context = {
        **frame(request, project, found, "flags"),
        "may_settle": can(request.user, Right.ADJUDICATE, project),
        "page": paged,
        "filters": _chips(FlagState.choices, state, "state"),
    }
    return render(request, "annotation/flags.html", context)


def frame(
    request: ProjectRequest, project: Project, found: Campaign, current: str
) -> dict[str, Any]:
    """What every page of a campaign shows."""
    may = _may(request, project)
    in_sessions = ["sessions"] if found.distribution == Distribution.SESSIONS else []
    names = [
        "overview",
        *in_sessions,
        "items",
        "flags",
        "qualification",
        *(["guidelines"] if may["may_run"] else []),
    ]
    if review_percent(found) and can(request.user, Right.ADJUDICATE, project):
        names.insert(names.index("flags") + 1, "review")
    if item_type_of(found).has_results and can(request.user, Right.SEE_QUALITY, project):
        names.append("results")
    addresses = {"overview": "campaign", "items": "items", "flags": "flags"}
    tabs = [
        {
            "label": name.capitalize(),
            "url": reverse(
                f"annotation:{addresses.get(name, name)}", args=[project.slug, found.pk]
            ),
            "current": name == current,
        }
        for name in names
    ]
    return {
        "campaign": found, "kind": item_type_of(found), "asked": answers_in_words(found),
        "tabs": tabs, **may,
    }  # fmt: skip


def _filling(
    request: ProjectRequest, project: Project, found: Campaign
) -> dict[str, object] | None:
    """The job that adds items, while it is of interest, as ``components/job.html`` wants it."""
    job = filling_of(found)
    return None if job is None else job_context(request, project, job)


def _filled_in_words(filled: Filling) -> str:
    if filled.job is not None:
        return "Items are being added. You may leave this page."
    return f"{filled.added:,} new items." if filled.added else "There is nothing new to add."


def _may(request: ProjectRequest, project: Project) -> dict[str, bool]:
    return {
        "may_run": can(request.user, Right.RUN_CAMPAIGNS, project),
    }


def _title(item_type: str) -> str:
    return registry.get(item_type).title


def _settings_in_words(found: Campaign) -> list[tuple[str, object]]:
    kind = item_type_of(found)
    fields = type(kind.settings).model_fields
    told = [(info.title or name, getattr(kind.settings, name)) for name, info in fields.items()]
    rules = flag_rules(found.flag_rules)
    told += [
        (FlagRules.model_fields[name].title or name, getattr(rules, name))
        for name in rules_of(type(kind))
    ]
    return [
        (title, short_words(value) if isinstance(value, str) else value)
        for title, value in told
        if value not in (None, "")
    ]


def _one_of(request: ProjectRequest, name: str, choices: list[tuple[str, str]]) -> str:
    """A filter of the address; an unknown value is refused."""
    value = request.GET.get(name, "")
    if value and value not in dict(choices):
        raise InvalidInput(f"{name} must be one of {', '.join(dict(choices))}.", field=name)
    return value


def _chips(choices: list[tuple[str, str]], current: str, name: str) -> list[dict[str, object]]:
    every = [{"label": "all", "url": "?", "current": not current}]
    return every + [
        {"label": label, "url": f"?{name}={value}", "current": value == current}
        for value, label in choices
    ]
