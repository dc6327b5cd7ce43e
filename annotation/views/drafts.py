"""Drafts: what waits, the batches and the newest drafts; and one draft with its provenance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right, can
from accounts.views.page import ProjectRequest, page
from annotation.contents import (
    CompositionContent,
    CropsContent,
    GapContent,
    GuidanceContent,
    RationaleContent,
    RegionContent,
    parsed,
)
from annotation.models import Draft, DraftKind, Verdict
from annotation.selectors.composed import chain_of, other_samples, rows_of
from annotation.selectors.draft_batches import batches_in, with_progress
from annotation.selectors.draft_sources import sources_in
from annotation.selectors.drafts import (
    VERDICTS,
    DraftFilter,
    ancestors_of,
    children_of,
    comments_of,
    draft_in,
    drafts_in,
    items_from,
    waiting_about,
    waiting_known,
    wording_of,
)
from annotation.selectors.judged_crops import label_of
from annotation.selectors.refinements import crops_of, words_behind
from annotation.views.draft_parts import draft_tabs
from annotation.views.question_drafts import about_question, region_words
from core.errors import InvalidInput
from core.web.paging import newest_first
from core.web.queries import refuse_unknown

SHOWN_BATCHES = 5
SHOWN_DRAFTS = 30
PLACES = frozenset({"before", "after"})
KINDS_MADE = (
    DraftKind.GUIDANCE, DraftKind.CROPS, DraftKind.COMPOSITION, DraftKind.RATIONALE,
    DraftKind.REGION, DraftKind.GAP,
)  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """One filter: where a click on it leads, and whether it is on."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class DraftRow:
    """A draft in a list: the start of its words, and how its check ended."""

    draft: Draft
    words: str
    verdict: str

    @classmethod
    def of(cls, draft: Draft) -> DraftRow:
        """From a draft with its verdicts fetched."""
        return cls(draft, words_of(draft), verdict_of(list(draft.verdicts.all())))


@require_safe
@page(Right.SEE_DRAFTS)
def drafts(request: ProjectRequest, project: Project) -> HttpResponse:
    """What waits, the newest batches, the drafts narrowed by chips."""
    refuse_unknown(request.GET, {*DraftFilter.base_filters, *PLACES})
    chosen = DraftFilter(request.GET, queryset=drafts_in(project))
    if not chosen.is_valid():
        name, errors = next(iter(chosen.errors.items()))
        raise InvalidInput(f"{name}: {errors[0]}", field=name)
    found = newest_first(chosen.qs, request, size=SHOWN_DRAFTS)
    context = {
        "tabs": draft_tabs(project, "drafts"),
        "page": found,
        "rows": [DraftRow.of(draft) for draft in found.rows],
        "is_filtered": any(name in request.GET for name in DraftFilter.base_filters),
        "chips": _chips(request, project),
        "waits": waiting_known(project),
        **_batches(project),
        "may_run": can(request.user, Right.RUN_DRAFTS, project),
    }
    return render(request, "annotation/drafts/drafts.html", context)


@require_safe
@page(Right.SEE_DRAFTS)
def waiting(request: ProjectRequest, project: Project) -> HttpResponse:
    """What waits alone: the page of a large project asks for it when it is shown."""
    context = {
        "waits": waiting_about(project), "may_run": can(request.user, Right.RUN_DRAFTS, project)
    }  # fmt: skip
    return render(request, "annotation/drafts/waits.html", context)


@require_safe
@page(Right.SEE_DRAFTS)
def newest_batches(request: ProjectRequest, project: Project) -> HttpResponse:
    """The batches alone; they fetch themselves while one of them runs."""
    return render(request, "annotation/drafts/batch_rows.html", _batches(project))


@require_safe
@page(Right.SEE_DRAFTS)
def draft(request: ProjectRequest, project: Project, draft_id: int) -> HttpResponse:
    """The photo with the draft's words and boxes, where it came from and what became of it."""
    found = draft_in(project, draft_id)
    content = parsed(found)
    context = {
        "draft": found,
        "verdict": verdict_of(list(found.verdicts.all())),
        "checks": [(verdict, wording_of(verdict)) for verdict in found.verdicts.all()],
        "guidance": content if isinstance(content, GuidanceContent) else None,
        "crops": content if isinstance(content, CropsContent) else None,
        "boxes": _frames(content),
        **_composed(found, content),
        **about_question(found, content),
        **_about_crops(found, content),
        "wording": wording_of(found),
        "comments": comments_of(found),
        "ancestors": [DraftRow.of(each) for each in ancestors_of(found)],
        "children": [DraftRow.of(each) for each in children_of(found)],
        "items": items_from(found),
        "may_run": can(request.user, Right.RUN_DRAFTS, project),
    }
    return render(request, "annotation/drafts/draft.html", context)


def verdict_of(verdicts: list[Verdict]) -> str:
    """passed, rejected or unchecked."""
    if not verdicts:
        return "unchecked"
    return "passed" if any(verdict.passed for verdict in verdicts) else "rejected"


def words_of(draft: Draft) -> str:
    """The start of what a draft says, for lists."""
    content = parsed(draft)
    if isinstance(content, GuidanceContent):
        return content.overall or content.guidance or content.analysis
    if isinstance(content, RationaleContent):
        return f"{content.judges.capitalize()}: {content.rationale}"
    if isinstance(content, CompositionContent):
        names = ", ".join(row.title.lower() for row in rows_of(content))
        count = len(content.elements)
        return f"{count} element{'' if count == 1 else 's'}" + (f": {names}" if names else "")
    if isinstance(content, CropsContent):
        best = content.crops[0].rationale if content.crops else ""
        count = len(content.crops)
        return f"{count} crop{'' if count == 1 else 's'}" + (f": {best}" if best else "")
    if isinstance(content, RegionContent | GapContent):
        return region_words(content)
    return draft.get_kind_display()


def _about_crops(found: Draft, content: object) -> dict[str, Any]:
    """What a rationale is about and all attempts at it; the crops that came of a proposal."""
    if isinstance(content, CropsContent):
        return {"wished": words_behind(found), "kept": crops_of([found]).get(found.pk, [])}
    if not isinstance(content, RationaleContent):
        return {}
    chain = [*ancestors_of(found), found, *children_of(found)]
    return {
        "rationale": content,
        "label": label_of(found.crop) if found.crop else "",
        "attempts": [(DraftRow.of(each), _blocking(each)) for each in chain],
    }


def _blocking(draft: Draft) -> list[dict[str, Any]]:
    return [
        finding
        for verdict in draft.verdicts.all()
        for finding in verdict.findings
        if finding["is_blocking"]
    ]


def _composed(found: Draft, content: object) -> dict[str, Any]:
    """CROP's chain around a draft, and the elements of an analysis."""
    is_composition = isinstance(content, CompositionContent)
    return {
        "composition": content if is_composition else None,
        "elements": rows_of(content) if isinstance(content, CompositionContent) else [],
        "steps": [
            (step, words_of(step.draft), verdict_of(list(step.draft.verdicts.all())))
            for step in chain_of(found)
        ],
        "samples": other_samples(found),
    }


def _frames(content: object) -> list[dict[str, Any]]:
    """The proposed boxes, numbered, as `components/crop_frame.html` draws them."""
    if isinstance(content, RationaleContent):
        return [{"box": content.box, "label": "", "kind": "best"}]
    if not isinstance(content, CropsContent):
        return []
    return [
        {"box": crop.box, "label": str(number), "kind": "model"}
        for number, crop in enumerate(content.crops, start=1)
    ]


def _batches(project: Project) -> dict[str, Any]:
    found = with_progress(batches_in(project)[:SHOWN_BATCHES])
    is_busy = any(row.batch.state == "open" for row in found)
    return {"batches": found, "is_busy": is_busy, "shown_batches": SHOWN_BATCHES}


def _chips(request: HttpRequest, project: Project) -> list[tuple[str, list[Chip]]]:
    """The filters, by name: kind, verdict, source; a batch or photo only when one is chosen."""
    kinds = [(kind.value, kind.label) for kind in KINDS_MADE]
    sources = [(str(row.pk), row.name) for row in sources_in(project)[:12]]
    groups = [("kind", "Kind", kinds), ("verdict", "Check", VERDICTS)]
    if len(sources) > 1 or "source" in request.GET:
        groups.append(("source", "Source", sources))
    for name in ("batch", "photo"):
        if name in request.GET:
            value = request.GET[name]
            groups.append((name, name.capitalize(), [(value, f"{name} {value}")]))
    return [
        (title, [_chip(request, name, value, label) for value, label in choices])
        for name, title, choices in groups
    ]


def _chip(request: HttpRequest, name: str, value: str, label: str) -> Chip:
    query = request.GET.copy()
    for place in PLACES:
        query.pop(place, None)
    is_on = query.get(name) == value
    if is_on:
        query.pop(name)
    else:
        query[name] = value
    short = label if len(label) <= 28 else f"{label[:27].rstrip()}…"
    return Chip(short, f"?{query.urlencode()}" if query else request.path, is_on)
