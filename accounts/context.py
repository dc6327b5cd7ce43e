"""What every page's shell shows: who I am, which project, which sections I may enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.history import history_url
from accounts.models import Project, User
from accounts.roles import Right, rights_of
from accounts.selectors.notices import unread_count
from accounts.selectors.projects import projects_of

MOST_PROJECTS = 50  # in the switcher; the start page has all of them
SECTIONS = (
    ("Photos", "photos", Right.SEE_PHOTOS),
    ("Drafts", "drafts", Right.SEE_DRAFTS),
    ("Campaigns", "campaigns", Right.SEE_CAMPAIGNS),
    ("Quality", "quality", Right.SEE_QUALITY),
    ("Datasets", "datasets", Right.SEE_DATASETS),
    ("Training", "training", Right.SEE_RUNS),
    ("Models", "models", Right.SEE_RUNS),
    ("People", "people", Right.SEE_PEOPLE),
)
# Pages of a section that stand beside it in the address.
ALSO = {"campaigns": ("items", "now")}


@dataclass(frozen=True)
class NavEntry:
    """One section in the line at the top."""

    label: str
    url: str
    current: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``me``, ``project``, ``rights`` (names), ``nav``, ``my_projects``, ``unread``,
    ``history_url``."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {
            "me": None, "project": None, "rights": frozenset(), "nav": [], "my_projects": [],
            "unread": 0, "history_url": "",
        }  # fmt: skip
    project: Project | None = getattr(request, "project", None)
    rights = rights_of(user, project) if project is not None else frozenset()
    return {
        "me": user,
        "project": project,
        "rights": frozenset(right.value for right in rights),
        "nav": nav_entries(project, rights, request.path) if project is not None else [],
        "history_url": _history(request, project, rights),
        "unread": SimpleLazyObject(lambda: unread_count(user)),
        "my_projects": SimpleLazyObject(lambda: list(projects_of(user)[:MOST_PROJECTS])),
    }


def nav_entries(project: Project, rights: frozenset[Right], path: str) -> list[NavEntry]:
    """The sections the person may enter, in their fixed order."""
    entries = []
    for label, part, right in SECTIONS:
        if right in rights:
            url = f"/p/{project.slug}/{part}/"
            places = [url, *(f"/p/{project.slug}/{each}/" for each in ALSO.get(part, ()))]
            entries.append(NavEntry(label, url, path.startswith(tuple(places))))
    if Right.ANNOTATE in rights:
        entries.append(NavEntry("Work", "/work/", path.startswith("/work/")))
    return entries


def _history(request: HttpRequest, project: Project | None, rights: frozenset[Right]) -> str:
    if project is None or Right.SEE_AUDIT not in rights:
        return ""
    return history_url(request, project)
