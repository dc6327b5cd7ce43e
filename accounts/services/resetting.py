"""A new password for somebody who forgot theirs: by a link that goes to their address alone.

Whether an address has an account is told to nobody: the answer, and the work of the request, are
the same. The mail is written by a job; its link is made there and stored nowhere. The link ends
with its use, with any change of the password, with the next sign-in, and after an hour
(``PASSWORD_RESET_TIMEOUT``).
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts.kinds import MAIL_RESET
from accounts.models import User
from accounts.selectors.invitations import account_of
from accounts.services.invitations import clean_email
from accounts.services.limiting import is_too_often
from accounts.services.mailing import mail_reset_link
from accounts.services.passwords import check_password_strength
from core import audit
from core.errors import NotFound, ReframeError, Unavailable
from core.jobs import JobRun, start

HOUR = 3600
MOST_FOR_ONE_ADDRESS = 3
MOST_FROM_ONE_PLACE = 20
CLOSED = "This link was used or has expired. Ask for a new one on the sign-in page."
TOO_MANY = "Too many links were asked for from here. Try again in an hour."


def ask_for_reset(*, email: str, place: str) -> None:
    """Mail a link if the address has an account; ``place`` is the network address of who asks.

    Says the same whether it has. Raises `InvalidInput` for what is no address, and an error of
    status 429 when too many were asked for from one place.
    """
    email = clean_email(email)
    if is_too_often("reset-from", place, most=MOST_FROM_ONE_PLACE, seconds=HOUR):
        error = ReframeError(TOO_MANY, code="too_many")
        error.status = 429
        raise error
    if is_too_often("reset-for", email, most=MOST_FOR_ONE_ADDRESS, seconds=HOUR):
        return
    person = account_of(email)
    start(MAIL_RESET, by=None, params={"person": person.pk if person else None})


def mail_reset(run: JobRun) -> dict[str, Any]:
    """Handler: send the link, if there is somebody who may have one."""
    person = User.objects.filter(pk=run.params["person"]).first()
    if person is None or not _may_reset(person):
        return {}
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    if not mail_reset_link(
        person=person, uid=uid, token=default_token_generator.make_token(person)
    ):
        raise Unavailable("The mail server did not take the mail.")
    return {}


def person_of_link(uid: str, token: str) -> User:
    """Whose link it is; `NotFound` for one that is not, or no longer, good."""
    return _checked(User.objects.filter(pk=_number(uid)).first(), token)


@transaction.atomic
def reset_password(*, uid: str, token: str, new: str) -> User:
    """Set the new password, once; every session of the person ends by itself."""
    row = User.objects.select_for_update().filter(pk=_number(uid))
    person = _checked(row.first(), token)
    check_password_strength(new, person)
    person.set_password(new)
    person.save(update_fields=["password"])
    audit.record(actor=person, verb="password.reset", target=f"user/{person.pk}")
    return person


def _checked(person: User | None, token: str) -> User:
    if person is None or not _may_reset(person):
        raise NotFound(CLOSED, code="closed")
    if not default_token_generator.check_token(person, token):
        raise NotFound(CLOSED, code="closed")
    return person


def _may_reset(person: User) -> bool:
    # Who never had a password (invited only, or known from imported data) enters by invitation.
    return person.is_active and person.has_usable_password()


def _number(uid: str) -> int:
    try:
        number = int(urlsafe_base64_decode(uid).decode())
    except (ValueError, OverflowError):
        return 0
    return number if 0 < number < 2**63 else 0
