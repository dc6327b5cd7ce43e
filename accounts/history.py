"""Which pages are about an object of the audit log: their heads lead to its history."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Project

# Name of the page's address, and what its object is called in the log. The object's id is the one
# part of the address beside the project's.
PAGES = {
    "accounts:job": "job",
    "accounts:settings": "project",
    "annotation:batch": "draftbatch",
    "annotation:campaign": "campaign",
    "annotation:item": "item",
    "annotation:person": "user",
    "catalog:photo": "photo",
    "curation:benchmark": "benchmark",
    "curation:dataset": "dataset",
    "curation:export": "export",
    "curation:version": "datasetversion",
    "training:evaluation": "evaluation",
    "training:model": "model",
    "training:run": "run",
}


def history_url(request: HttpRequest, project: Project) -> str:
    """The log of the object that this page is about; empty where it is about none."""
    match = request.resolver_match
    kind = PAGES.get(match.view_name) if match else None
    if match is None or kind is None:
        return ""
    ids = [value for name, value in match.kwargs.items() if name != "slug"] or [project.pk]
    target = quote(f"{kind}/{ids[0]}")
    return f"{reverse('accounts:audit', args=[project.slug])}?object={target}"
