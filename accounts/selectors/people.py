"""Who is in a project and as what; what a person is where."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Membership, Project, Role, User
from accounts.roles import HOLDERS, Right
from accounts.selectors.projects import projects_of


@dataclass(frozen=True)
class Member:
    """A person of a project with the roles they hold there, in the order of `Role`."""

    person: User
    roles: list[str]


def members_of(project: Project) -> list[Member]:
    """Everybody with a role in the project, by name; two queries whatever their number."""
    held: dict[User, list[str]] = {}
    rows = project.memberships.select_related("user").order_by("user__name", "user__email", "pk")
    for row in rows:
        held.setdefault(row.user, []).append(row.role)
    return [Member(person, in_order(roles)) for person, roles in held.items()]


def member_of(project: Project, person_id: int) -> Member | None:
    """One person of the project, or ``None`` if they hold no role in it."""
    rows = list(project.memberships.select_related("user").filter(user_id=person_id))
    return Member(rows[0].user, in_order([row.role for row in rows])) if rows else None


def holders_of(project: Project, right: Right) -> set[int]:
    """Ids of the people who hold a right in the project by a role."""
    held = Membership.objects.filter(project=project, role__in=HOLDERS[right])
    return set(held.values_list("user", flat=True))


def roles_by_project(user: User) -> list[tuple[Project, list[str]]]:
    """The person's projects with their roles; an administrator acts as curator everywhere."""
    held: dict[int, list[str]] = {}
    for project_id, role in Membership.objects.filter(user=user).values_list("project_id", "role"):
        held.setdefault(project_id, []).append(role)
    always = [Role.CURATOR.value] if user.is_administrator else []
    return [
        (project, in_order([*held.get(project.pk, []), *always])) for project in projects_of(user)
    ]


def in_order(roles: list[str]) -> list[str]:
    """Role names once each, in the order of `Role`."""
    return [role.value for role in Role if role.value in roles]
