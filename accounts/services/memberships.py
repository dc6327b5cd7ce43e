"""Who is what in a project: roles given and taken by curators."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.models import Membership, Project, Role, User
from accounts.roles import Right, require
from core import audit
from core.errors import Conflict, InvalidInput, NotFound

NOT_IN = "There is no such person in this project."
LAST_CURATOR = "This is the project's only curator. Make somebody else curator first."


@transaction.atomic
def grant_role(*, project: Project, person_id: int, role: str, by: User) -> User:
    """Give one more role to a person who is in the project already; others are invited."""
    require(by, Right.MANAGE_PEOPLE, project)
    person = _person_in(project, person_id)
    role = parse_roles([role])[0]
    if give_roles(project=project, person=person, roles=[role]):
        _record(by, "role.grant", project, person, role)
    return person


@transaction.atomic
def withdraw_role(*, project: Project, person_id: int, role: str, by: User) -> User:
    """Take a role away; the last curator stays, and who has no role left is out of the project."""
    require(by, Right.MANAGE_PEOPLE, project)
    _lock(project)
    person = _person_in(project, person_id)
    role = parse_roles([role])[0]
    _keep_a_curator(project, person, {role})
    if Membership.objects.filter(project=project, user=person, role=role).delete()[0]:
        _record(by, "role.withdraw", project, person, role)
    return person


@transaction.atomic
def remove_person(*, project: Project, person_id: int, by: User) -> User:
    """Take every role away at once."""
    require(by, Right.MANAGE_PEOPLE, project)
    _lock(project)
    person = _person_in(project, person_id)
    _keep_a_curator(project, person, {Role.CURATOR})
    Membership.objects.filter(project=project, user=person).delete()
    _record(by, "person.remove", project, person, "all")
    return person


def give_roles(*, project: Project, person: User, roles: Iterable[str]) -> list[str]:
    """Write the roles the person does not hold yet, and say which those were. Asks nobody."""
    held = set(project.memberships.filter(user=person).values_list("role", flat=True))
    new = [role for role in roles if role not in held]
    rows = [Membership(project=project, user=person, role=role) for role in new]
    Membership.objects.bulk_create(rows, ignore_conflicts=True)
    return new


def parse_roles(words: Iterable[str]) -> list[str]:
    """Known role names, once each, in the order of `Role`; `InvalidInput` for anything else."""
    given = set(words)
    known = [role.value for role in Role]
    unknown = sorted(given - set(known))
    if unknown or not given:
        what = f"There is no role {unknown[0]!r}." if unknown else "Choose at least one role."
        raise InvalidInput(f"{what} Roles: {', '.join(known)}.", field="roles")
    return [role for role in known if role in given]


def _person_in(project: Project, person_id: int) -> User:
    person = User.objects.filter(pk=person_id, memberships__project=project).first()
    if person is None:
        raise NotFound(NOT_IN)
    return person


def _lock(project: Project) -> None:
    # Two curators who remove each other at the same moment must not both win.
    Project.objects.select_for_update().get(pk=project.pk)


def _keep_a_curator(project: Project, person: User, leaving: set[str]) -> None:
    if Role.CURATOR not in leaving:
        return
    curators = set(project.memberships.filter(role=Role.CURATOR).values_list("user_id", flat=True))
    if curators == {person.pk}:
        raise Conflict(LAST_CURATOR, code="last_curator")


def _record(by: User, verb: str, project: Project, person: User, role: str) -> None:
    audit.record(actor=by, verb=verb, scope=project.scope, target=f"user/{person.pk}", role=role)
