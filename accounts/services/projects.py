"""Projects: made by administrators, named and described by their curators."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction

from accounts.models import Membership, Project, Role, User
from accounts.roles import Right, require
from core import audit
from core.errors import InvalidInput, NotAllowed

LONGEST_SLUG, LONGEST_NAME, LONGEST_DESCRIPTION = 60, 120, 5000


@transaction.atomic
def create_project(*, slug: str, name: str, description: str = "", by: User) -> Project:
    """A new project whose first curator is the administrator who made it."""
    if not by.is_administrator:
        raise NotAllowed("Only an administrator of this installation makes projects.")
    fields = {"slug": clean_slug(slug), "name": clean_name(name)}
    fields["description"] = clean_description(description)
    try:
        with transaction.atomic():
            project = Project.objects.create(**fields)
    except IntegrityError:
        taken = f"There is already a project with the address {slug!r}. Choose another."
        raise InvalidInput(taken, field="slug") from None
    Membership.objects.create(project=project, user=by, role=Role.CURATOR)
    audit.record(
        actor=by, verb="project.create", scope=project.scope, target=project.scope, slug=slug
    )
    return project


@transaction.atomic
def change_project(*, project: Project, name: str, description: str, by: User) -> Project:
    """Another name and description; the address stays, links to it must not die."""
    require(by, Right.MANAGE_PROJECT, project)
    name, description = clean_name(name), clean_description(description)
    old = project.name
    Project.objects.filter(pk=project.pk).update(name=name, description=description)
    audit.record(
        actor=by,
        verb="project.change",
        scope=project.scope,
        target=project.scope,
        old_name=old,
        new_name=name,
    )
    project.refresh_from_db()
    return project


def clean_slug(slug: str) -> str:
    """Lower-case letters, digits and hyphens, or `InvalidInput`."""
    slug = slug.strip()
    try:
        validate_slug(slug)
    except ValidationError:
        slug = ""
    if not slug or slug != slug.lower() or "_" in slug or len(slug) > LONGEST_SLUG:
        words = f"The address is 1 to {LONGEST_SLUG} lower-case letters, digits and hyphens."
        raise InvalidInput(words, field="slug")
    return slug


def clean_name(name: str) -> str:
    """A name of one line, or `InvalidInput`."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput(f"The name is 1 to {LONGEST_NAME} characters.", field="name")
    return name


def clean_description(description: str) -> str:
    """The description without blanks around it, or `InvalidInput`."""
    description = description.strip()
    if len(description) > LONGEST_DESCRIPTION:
        words = f"The description is at most {LONGEST_DESCRIPTION} characters."
        raise InvalidInput(words, field="description")
    return description
