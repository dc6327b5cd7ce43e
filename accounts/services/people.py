"""People of the installation: the administrator, and what each says about themselves."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services.invitations import clean_email
from accounts.services.passwords import check_password_strength
from accounts.services.projects import clean_name
from core import audit
from core.errors import Conflict


@transaction.atomic
def create_administrator(*, email: str, name: str, password: str) -> User:
    """Somebody who makes projects and invites their first people."""
    person = User(email=clean_email(email), name=clean_name(name), is_administrator=True)
    check_password_strength(password, person)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise Conflict(f"There is already an account for {person.email}.") from None
    audit.record(actor=person, verb="administrator.create", target=f"user/{person.pk}")
    return person


@transaction.atomic
def rename_person(*, person: User, name: str) -> User:
    """The name others see."""
    person.name = clean_name(name)
    person.save(update_fields=["name"])
    return person
