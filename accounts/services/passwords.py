"""Passwords: every way to set one asks the same validators."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from core import audit
from core.errors import InvalidInput

RULES_IN_WORDS = "At least 10 characters; not a common one, not only digits, not like your name."


def check_password_strength(password: str, person: User) -> None:
    """`InvalidInput` that says what is wrong with a new password."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="password") from None


@transaction.atomic
def change_password(*, person: User, old: str, new: str) -> User:
    """A new password for somebody who knows the old one; their other sessions end by themselves."""
    if not person.check_password(old):
        raise InvalidInput("This is not your present password.", field="old")
    check_password_strength(new, person)
    person.set_password(new)
    person.save(update_fields=["password"])
    audit.record(actor=person, verb="password.change", target=f"user/{person.pk}")
    return person
