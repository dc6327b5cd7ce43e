"""Who may do what: the only place that knows. Pages, API, files and jobs all ask here.

``can(user, Right.X, project)`` answers; ``require`` raises. A person outside the project gets
`NotFound`, the same as for a project that does not exist, so that ids cannot be probed; a member
without the role gets `NotAllowed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import Project, Role, User
from core.errors import NotAllowed, NotFound

E, L, C, R = Role.EXPERT, Role.LEAD, Role.CURATOR, Role.RESEARCHER


class Right(StrEnum):
    """What a page or service asks for; the table below says which roles hold it."""

    ANNOTATE = "annotate"  # take items, answer them, discuss
    SEE_PHOTOS = "see_photos"  # the gallery and photo pages without others' answers
    IMPORT_PHOTOS = "import_photos"
    IMPORT_ANNOTATIONS = "import_annotations"  # boxes, ratings and votes made elsewhere
    SAVE_SELECTIONS = "save_selections"  # lists of photos, for campaigns
    DRAW_CROPS = "draw_crops"  # add crops to photos outside of campaigns
    SEE_DRAFTS = "see_drafts"  # drafts with their origin and verdicts
    RUN_DRAFTS = "run_drafts"  # start draft batches, set draft sources
    SEE_CAMPAIGNS = "see_campaigns"
    RUN_CAMPAIGNS = "run_campaigns"
    ADJUDICATE = "adjudicate"
    SEE_QUALITY = "see_quality"  # scores, agreement, per-person quality
    SEE_DATASETS = "see_datasets"
    CURATE = "curate"  # freeze versions, export, draw benchmarks
    SEE_RUNS = "see_runs"
    TRAIN = "train"  # start and stop runs, evaluate, promote models
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"
    SEE_AUDIT = "see_audit"
    MANAGE_PROJECT = "manage_project"  # its name, description and policies
    SEE_JOBS = "see_jobs"
    MANAGE_JOBS = "manage_jobs"  # cancel and repeat jobs that others started


HOLDERS: dict[Right, frozenset[Role]] = {
    Right.ANNOTATE: frozenset({E, L}),
    Right.SEE_PHOTOS: frozenset({L, C, R}),
    Right.IMPORT_PHOTOS: frozenset({C}),
    Right.IMPORT_ANNOTATIONS: frozenset({L, C}),
    Right.SAVE_SELECTIONS: frozenset({L, C}),
    Right.DRAW_CROPS: frozenset({L, C}),
    Right.SEE_DRAFTS: frozenset({L, C, R}),
    Right.RUN_DRAFTS: frozenset({L, C}),
    Right.SEE_CAMPAIGNS: frozenset({L, C, R}),
    Right.RUN_CAMPAIGNS: frozenset({L}),
    Right.ADJUDICATE: frozenset({L}),
    Right.SEE_QUALITY: frozenset({L, C, R}),
    Right.SEE_DATASETS: frozenset({L, C, R}),
    Right.CURATE: frozenset({C}),
    Right.SEE_RUNS: frozenset({L, C, R}),
    Right.TRAIN: frozenset({R}),
    Right.SEE_PEOPLE: frozenset({L, C}),
    Right.MANAGE_PEOPLE: frozenset({C}),
    Right.SEE_AUDIT: frozenset({L, C}),
    Right.MANAGE_PROJECT: frozenset({C}),
    Right.SEE_JOBS: frozenset({L, C, R}),
    Right.MANAGE_JOBS: frozenset({C}),
}


# Asked at every request, where composing it by the ORM would cost more than running it.
HELD = "SELECT role FROM accounts_membership WHERE user_id = %s AND project_id = %s"


def roles_of(user: User | AnonymousUser, project: Project) -> frozenset[Role]:
    """The roles this person holds in the project; an administrator acts as curator everywhere."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(HELD, [user.pk, project.pk])
        return _acting(user, (role for (role,) in cursor.fetchall()))


def _acting(user: User, held: Iterable[str]) -> frozenset[Role]:
    """What somebody with these memberships may act as."""
    if not user.is_active:
        return frozenset()
    also = (Role.CURATOR,) if user.is_administrator else ()
    return frozenset((*map(Role, held), *also))


def can(user: User | AnonymousUser, right: Right, project: Project) -> bool:
    """Whether the person holds the right in the project."""
    return bool(roles_of(user, project) & HOLDERS[right])


def rights_of(user: User | AnonymousUser, project: Project) -> frozenset[Right]:
    """Every right the person holds in the project, in one query."""
    roles = roles_of(user, project)
    return frozenset(right for right, holders in HOLDERS.items() if roles & holders)


def require(user: User | AnonymousUser, right: Right, project: Project) -> User:
    """The person, if they may; else `NotFound` for strangers and `NotAllowed` for members."""
    _check(roles_of(user, project), right, project)
    return cast("User", user)  # nobody else holds a role


def require_of(user: User, right: Right, project: Project, held: Iterable[str]) -> User:
    """The same, for a caller whose own query has fetched `HELD` already."""
    _check(_acting(user, held), right, project)
    return user


def _check(roles: frozenset[Role], right: Right, project: Project) -> None:
    if not roles:
        raise NotFound("There is no such project, or you are not in it.")
    if not roles & HOLDERS[right]:
        needed = " or ".join(sorted(role.label for role in HOLDERS[right]))
        raise NotAllowed(f"This needs the role {needed} in {project.name}.")
