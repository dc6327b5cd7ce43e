"""Invitations: the only door into an installation. Single-use, expiring, the link shown once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.kinds import INVITATION_ACCEPTED
from accounts.models import Invitation, Project, User
from accounts.roles import Right, require
from accounts.secrecy import hash_of, new_secret
from accounts.selectors.invitations import account_of, open_invitations
from accounts.services.mailing import mail_invitation
from accounts.services.memberships import give_roles, parse_roles
from accounts.services.notifying import notify
from accounts.services.passwords import check_password_strength
from accounts.services.projects import clean_name
from core import audit
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound

LIVES = timedelta(days=7)
CLOSED = (
    "This invitation was used, revoked or has expired. Ask the person who sent it for a new one."
)
HAS_ACCOUNT = "There is already an account for this address. Sign in to accept the invitation."


@dataclass(frozen=True)
class Sent:
    """A new invitation with its link, which nobody can see again, and whether it went by mail."""

    invitation: Invitation
    link: str
    was_mailed: bool


def invite(*, project: Project, email: str, roles: list[str], by: User) -> Sent:
    """Invite somebody by e-mail; an earlier open invitation of the same address is replaced."""
    invitation, secret = write_invitation(project=project, email=email, roles=roles, by=by)
    link, was_mailed = mail_invitation(invitation=invitation, secret=secret)
    return Sent(invitation, link, was_mailed)


@transaction.atomic
def write_invitation(
    *, project: Project, email: str, roles: list[str], by: User
) -> tuple[Invitation, str]:
    """The row and its secret, without a mail."""
    require(by, Right.MANAGE_PEOPLE, project)
    email, roles = clean_email(email), parse_roles(roles)
    _refuse_if_nothing_new(project, email, roles)
    open_invitations(project).filter(email=email).update(revoked_at=timezone.now())
    secret = new_secret()
    invitation = Invitation.objects.create(
        project=project,
        email=email,
        roles=roles,
        secret_hash=hash_of(secret),
        invited_by=by,
        expires_at=timezone.now() + LIVES,
    )
    _record(by, "invitation.create", invitation)
    return invitation, secret


@transaction.atomic
def revoke_invitation(*, project: Project, invitation_id: int, by: User) -> Invitation:
    """Close an open invitation; `Conflict` if it was accepted or closed before."""
    require(by, Right.MANAGE_PEOPLE, project)
    invitation = project.invitations.filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound("There is no such invitation in this project.")
    mine = open_invitations(project).filter(pk=invitation_id)
    if not mine.update(revoked_at=timezone.now()):
        raise Conflict("This invitation is no longer open.")
    _record(by, "invitation.revoke", invitation)
    invitation.refresh_from_db()
    return invitation


@transaction.atomic
def accept_as_new(*, invitation: Invitation, name: str, password: str) -> User:
    """Make the account the invitation is for and enter the project."""
    name = clean_name(name)
    _take(invitation)
    person = account_of(invitation.email)
    if person is not None and person.has_usable_password():
        raise Conflict(HAS_ACCOUNT, code="has_account")
    person = person or User(email=invitation.email)
    person.name, person.is_imported = name, False
    check_password_strength(password, person)
    person.set_password(password)
    _save_account(person)
    _enter(invitation, person)
    return person


@transaction.atomic
def accept_as(*, invitation: Invitation, person: User) -> User:
    """Enter the project with the account one has; it must be the invited address's."""
    if person.email != invitation.email:
        words = f"This invitation is for {invitation.email}; you are signed in as {person.email}."
        raise NotAllowed(f"{words} Sign out and sign in with that address.")
    _take(invitation)
    _enter(invitation, person)
    return person


def clean_email(email: str) -> str:
    """The lower-cased address, or `InvalidInput`."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidInput("This is not an e-mail address.", field="email") from None
    return email


def _refuse_if_nothing_new(project: Project, email: str, roles: list[str]) -> None:
    held = set(project.memberships.filter(user__email=email).values_list("role", flat=True))
    if held.issuperset(roles):
        words = f"{email} is in this project with these roles already."
        raise InvalidInput(words, field="email", code="already_in")


def _take(invitation: Invitation) -> None:
    won = open_invitations(invitation.project).filter(pk=invitation.pk)
    if not won.update(accepted_at=timezone.now()):
        raise NotFound(CLOSED, code="closed")


def _save_account(person: User) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:  # the same address accepted another invitation at this moment
        raise Conflict(HAS_ACCOUNT, code="has_account") from None


def _enter(invitation: Invitation, person: User) -> None:
    give_roles(project=invitation.project, person=person, roles=invitation.roles)
    _record(person, "invitation.accept", invitation)
    _tell_inviter(invitation, person)


def _tell_inviter(invitation: Invitation, person: User) -> None:
    if invitation.invited_by_id is None:
        return
    notify(
        kind=INVITATION_ACCEPTED, people=[invitation.invited_by_id], project=invitation.project,
        text=f"{person} has joined {invitation.project.name}",
        address=reverse("accounts:people", args=[invitation.project.slug]),
        key=f"invitation/{invitation.pk}",
    )  # fmt: skip


def _record(actor: User, verb: str, invitation: Invitation) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        scope=invitation.project.scope,
        target=f"invitation/{invitation.pk}",
        email=invitation.email,
        roles=invitation.roles,
    )
