"""Addresses of other rooms' pages by name, and trails; a page that is not there is no link."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse

from accounts.models import Project
from curation.models import DatasetVersion
from curation.selectors.paths import Source

PLACES = {
    "item": "annotation:item", "draft": "annotation:draft", "score": "curation:score",
    "photo": "catalog:photo",
}  # fmt: skip


def link(name: str, *parts: object) -> str:
    """The address, or nothing where there is none."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


def source_link(project: Project, source: Source) -> str:
    """Where a source can be seen."""
    name = PLACES.get(source.target, "")
    return link(name, project.slug, source.target_id) if name else ""


def step(label: str, kind: str, url: str = "") -> dict[str, Any]:
    """One step of a trail; without an address it is the page itself."""
    return {"label": label, "kind": kind, "url": url, "current": not url}


def version_trail(
    project: Project, version: DatasetVersion, *, is_here: bool = False
) -> list[dict[str, Any]]:
    """Datasets > dataset > version."""
    dataset = version.dataset
    here = "" if is_here else link("curation:version", project.slug, version.pk)
    return [
        step("Datasets", "section", link("curation:datasets", project.slug)),
        step(dataset.name, "dataset", link("curation:dataset", project.slug, dataset.pk)),
        step(f"version {version.number}", "version", here),
    ]
