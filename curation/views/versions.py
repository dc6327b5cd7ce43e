"""A frozen version and its exports, with files to take away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from pydantic import BaseModel

from accounts.models import Project
from accounts.roles import Right, can
from accounts.views.jobs import job_context
from accounts.views.page import ProjectRequest, page
from core.errors import InvalidInput, ReframeError
from core.web.forms import add_problem
from curation.exporters import registry
from curation.models import DatasetVersion, Export, SampleKind, Split, VersionState
from curation.rules import Rules
from curation.selectors.datasets import (
    SampleFilter,
    export_in,
    exports_of,
    job_of,
    samples_from,
    version_in,
)
from curation.services.exporting import export_version
from curation.serving import file_response
from curation.views.forms import CHOICE_WORDS, ModelForm, export_form
from curation.views.links import link, step, version_trail
from curation.views.sample_rows import sample_rows
from curation.views.tables import count_table, lost_table


@require_safe
@page(Right.SEE_DATASETS)
def version(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Digest, counts, what was left out, exports, samples."""
    return _version_page(request, project, version_in(project, pk), None)


@require_http_methods(["POST"])
@page(Right.CURATE)
def new_export(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Write the version in a format."""
    found = version_in(project, pk)
    name = request.POST.get("exporter", "")
    if name not in registry:
        raise InvalidInput(f"There is no format {name!r}.", field="exporter")
    form = export_form(registry.get(name), request.POST)
    if form.is_valid():
        try:
            made = export_version(
                version=found, exporter=name, options=form.given(), by=request.user
            )
        except ReframeError as error:
            add_problem(form, error)
        else:
            messages.success(request, "The export is being written.")
            return redirect("curation:export", slug=project.slug, pk=made.pk)
    return _version_page(request, project, found, form)


@require_safe
@page(Right.SEE_DATASETS)
def export(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """One export: its state, its files with checksums."""
    found = export_in(project, pk)
    plugin = registry.get(found.exporter)
    job = job_of(f"export/{found.pk}")
    trail = version_trail(project, found.version)
    context = {
        "export": found,
        "format": plugin,
        "options": _titled(plugin.options_model, found.options),
        "job": _job_context(request, project, job) if job else None,
        "trail": [*trail, step(f"export {found.pk}", "export")],
        "train_url": _train_url(request, project, found),
    }
    return render(request, "curation/export.html", context)


@require_safe
@page(Right.SEE_DATASETS)
def download(request: ProjectRequest, project: Project, pk: int, name: str) -> HttpResponseBase:
    """One file of a ready export, as an attachment."""
    return file_response(export_in(project, pk), name, by=request.user)


def _version_page(
    request: ProjectRequest, project: Project, found: DatasetVersion, form: ModelForm | None
) -> HttpResponse:
    job = job_of(f"datasetversion/{found.pk}")
    context: dict[str, Any] = {
        "version": found,
        "trail": version_trail(project, found, is_here=True),
        "rules": _titled(Rules, found.rules),
        "splits": list(Split),
        "counts": count_table(found.counts),
        "lost": lost_table(found.report.get("lost", {})),
        "changes": found.report.get("changes"),
        "exports": exports_of(project).filter(version=found),
        "job": _job_context(request, project, job) if job else None,
        "form": form or export_form(registry.get("trl_jsonl")),
        "formats": list(registry),
    }
    if found.state == VersionState.FROZEN:
        context |= _samples_context(request, project, found)
    status = 400 if form is not None and form.errors else 200
    return render(request, "curation/version.html", context, status=status)


def _samples_context(
    request: HttpRequest, project: Project, found: DatasetVersion
) -> dict[str, Any]:
    asked = {name: request.GET.get(name, "") for name in ("kind", "split", "photo")}
    chosen = SampleFilter(asked, queryset=found.samples.all())
    if not chosen.is_valid():
        raise InvalidInput("There is no such kind, split or photo to filter by.")
    page_ = samples_from(chosen.qs, _whole(request.GET.get("from", "0")))
    query = {name: value for name, value in asked.items() if value}
    return {
        "samples": sample_rows(project, page_.rows),
        "earlier_url": _page_url(request, query, page_.earlier),
        "later_url": _page_url(request, query, page_.later),
        "kind_chips": _chips(request, query, "kind", SampleKind.choices),
        "split_chips": _chips(request, query, "split", Split.choices),
        "photo_filter": asked["photo"],
    }


def _whole(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise InvalidInput("from must be a whole number.", field="from")
    return int(word)


def _page_url(request: HttpRequest, query: dict[str, str], start: int | None) -> str:
    return "" if start is None else _url(query | {"from": str(start)})


def _url(query: dict[str, str]) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in query.items()) + "#samples"


def _chips(
    request: HttpRequest, query: dict[str, str], name: str, choices: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    """One chip per choice, and one that takes the filter away."""
    rest = {key: value for key, value in query.items() if key != name}
    every = {"label": "all", "href": _url(rest), "current": name not in query}
    return [
        every,
        *(
            {
                "label": label,
                "href": _url(rest | {name: value}),
                "current": query.get(name) == value,
            }
            for value, label in choices
        ),
    ]


def _titled(model: type[BaseModel], values: dict[str, Any]) -> list[tuple[str, Any]]:
    """Values by the titles of the model that they came from, in its order, in words."""
    return [
        (info.title or name, _in_words(values[name]))
        for name, info in model.model_fields.items()
        if name in values
    ]


def _in_words(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(CHOICE_WORDS.get(str(each), str(each)) for each in value)
    return CHOICE_WORDS.get(value, value) if isinstance(value, str) else value


def _job_context(request: ProjectRequest, project: Project, job: Any) -> dict[str, Any]:
    # The page as a whole follows the job, so its row need not.
    return {**job_context(request, project, job), "poll_url": ""}


def _train_url(request: ProjectRequest, project: Project, found: Export) -> str:
    if found.state != "ready" or not can(request.user, Right.TRAIN, project):
        return ""
    choose = link("training:choose-recipe", project.slug) if found.exporter == "trl_jsonl" else ""
    return f"{choose}?export={found.pk}" if choose else ""
