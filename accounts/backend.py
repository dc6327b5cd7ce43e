"""Who a session belongs to: asked at every request, so by a plain statement."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from core.plain_rows import PlainRows

PEOPLE = PlainRows(User, "person")
BY_ID = f"SELECT {PEOPLE.columns} FROM accounts_user person WHERE person.id = %(person)s"  # noqa: S608 - put together from the columns of the model


class PersonBackend(ModelBackend):
    """Django's own, but for how it looks up whose session it is."""

    def get_user(self, user_id: Any) -> User | None:
        """The person, if they may sign in."""
        found = PEOPLE.first(BY_ID, {"person": user_id})
        return found[0] if found and self.user_can_authenticate(found[0]) else None
