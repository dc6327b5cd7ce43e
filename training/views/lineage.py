"""The trail of a photo, as a page and as a fragment for the photo's own page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from catalog.selectors.photos import photo_in
from training.selectors.lineage import Step, is_hidden, stages_of_photo

# What a step may rest on that is not itself on the trail of this photo.
ELSEWHERE = {"model": "training:model", "run": "training:run"}


@dataclass(frozen=True)
class Link:
    """What a step was made from: words and where to find it, on this page or another."""

    words: str
    href: str


@dataclass(frozen=True)
class Shown:
    """One step with its links, and its crop as a frame on the photo."""

    step: Step
    anchor: str
    links: list[Link]
    frames: list[dict[str, object]]


@require_safe
@page(Right.SEE_RUNS)
def lineage(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Everything that came of one photo, in the order of the main job."""
    photo = photo_in(project, pk)
    stages = stages_of_photo(photo, request.user)
    known = {step.key for _, steps in stages for step in steps}
    shown = [
        (kind, [_shown(each, known, project.slug) for each in steps]) for kind, steps in stages
    ]
    context = {"photo": photo, "stages": shown, "is_hidden": is_hidden(photo, request.user)}
    return render(request, "training/lineage.html", context)


@require_safe
@page(Right.SEE_RUNS)
def trail(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """The same in short."""
    photo = photo_in(project, pk)
    context = {
        "photo": photo,
        "project": project,
        "stages": [each for each in stages_of_photo(photo, request.user) if each[0] != "photo"],
    }
    return render(request, "training/trail.html", context)


def _shown(step: Step, known: set[str], slug: str) -> Shown:
    links = [_link(key, known, slug) for key in dict.fromkeys(step.made_from)]
    frame: dict[str, object] = {"box": step.box, "label": "", "kind": "best"}
    return Shown(step, _anchor(step.key), links, [frame] if step.box else [])


def _link(key: str, known: set[str], slug: str) -> Link:
    kind, _, number = key.partition("/")
    words = f"{_WORDS.get(kind, kind)} {number}"
    if key in known:
        return Link(words, f"#{_anchor(key)}")
    if kind in ELSEWHERE and number.isdigit():
        return Link(words, reverse(ELSEWHERE[kind], args=[slug, number]))
    return Link(words, "")


def _anchor(key: str) -> str:
    return key.replace("/", "-")


_WORDS = {"rawcomment": "raw comment", "datasetversion": "version", "adjudication": "golden record"}
