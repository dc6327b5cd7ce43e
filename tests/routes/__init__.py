"""The table of who may enter which address; each room keeps its rows in a file of its own here.

A row names one method of one URL pattern and says who gets in. ``tests/test_routes.py`` fails for
a pattern or method without a row, and runs every row as every person. To add rows, write
``ROWS = [...]`` in ``tests/routes/<room>.py``::

    Row("catalog:photos", of_project("lead", "curator", "researcher")),
    Row("api:photo", of_project("curator"), "PATCH", lambda w: {"pk": make_photo(w.project).pk}),

``args`` makes the objects the address needs, in ``world.project``, and gives its parts other than
``slug``, which is filled in. ``body`` is sent as JSON to the API and as a form to pages; it need
not be valid: being told 400 or 409 is being let in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch as NoReverseMatch

from accounts.models import Project, User

PEOPLE = ("anonymous", "stranger", "expert", "lead", "curator", "researcher", "administrator")
ROLES = ("expert", "lead", "curator", "researcher")
IN, SIGN_IN, FORBIDDEN, MISSING = "in", "sign in first", "forbidden", "missing"


@dataclass(frozen=True)
class World:
    """A project with one person per role, and Cleo, who has every role in ``other_project``."""

    project: Project
    other_project: Project
    people: Mapping[str, User | None]


@dataclass(frozen=True)
class Row:
    """One method of one URL pattern: ``name`` as in ``reverse``, ``access`` person to outcome."""

    name: str
    access: Mapping[str, str]
    method: str = "GET"
    args: Callable[[World], dict[str, Any]] = lambda world: {}
    body: Mapping[str, Any] | None = None
    query: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def everybody() -> dict[str, str]:
    """Open to the world."""
    return dict.fromkeys(PEOPLE, IN)


def signed_in() -> dict[str, str]:
    """For whoever has an account."""
    return {**everybody(), "anonymous": SIGN_IN}


def of_project(*roles: str) -> dict[str, str]:
    """For these roles in the project; an administrator counts as curator."""
    access = {role: IN if role in roles else FORBIDDEN for role in ROLES}
    administrator = access["curator"]
    return {"anonymous": SIGN_IN, "stranger": MISSING, **access, "administrator": administrator}


def members() -> dict[str, str]:
    """For every role in the project."""
    return of_project(*ROLES)


def administrators() -> dict[str, str]:
    """For administrators of the installation."""
    refused = dict.fromkeys(PEOPLE, FORBIDDEN)
    return {**refused, "anonymous": SIGN_IN, "administrator": IN}


def only(person: str) -> dict[str, str]:
    """For one person whose own thing it is; others are told that there is none."""
    return {**dict.fromkeys(PEOPLE, MISSING), "anonymous": SIGN_IN, person: IN}
