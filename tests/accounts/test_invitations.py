"""Invitations: the only door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Project, User
from accounts.roles import roles_of
from accounts.services.invitations import accept_as_new, invite, revoke_invitation
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.models import AuditEntry
from tests.make import PASSWORD, make_user
from tests.people import signed_in

pytestmark = pytest.mark.django_db
NEW = {"name": "Nora", "password": PASSWORD}


@pytest.fixture
def link(project: Project, kim: User) -> str:
    sent = invite(project=project, email="Nora@example.org", roles=["expert", "lead"], by=kim)
    return sent.link.partition("8000")[2]


def test_the_link_is_mailed_and_its_secret_not_stored(project: Project, link: str) -> None:
    assert link in mail.outbox[0].body
    assert mail.outbox[0].to == ["nora@example.org"]
    secret = link.strip("/").rpartition("/")[2]
    assert secret not in str(Invitation.objects.values().get())
    assert secret not in str(list(AuditEntry.objects.values()))


def test_a_new_person_joins_and_is_signed_in(project: Project, link: str, client: Client) -> None:
    page = client.get(link, follow=True)
    assert page.redirect_chain[-1][0] == "/join/"
    client.post("/join/", NEW)
    nora = User.objects.get(email="nora@example.org")
    assert roles_of(nora, project) == {"expert", "lead"}
    assert client.get("/").context["me"] == nora


def test_the_link_works_once(link: str, client: Client) -> None:
    client.get(link)
    client.post("/join/", NEW)
    other = Client()
    assert other.get(link, follow=True).status_code == 404


@pytest.mark.parametrize("change", ["expires_at", "revoked_at"])
def test_an_expired_or_revoked_link_is_closed(link: str, client: Client, change: str) -> None:
    Invitation.objects.update(**{change: timezone.now() - timedelta(seconds=1)})
    assert client.get(link, follow=True).status_code == 404


def test_two_at_once_make_one_account(project: Project, link: str) -> None:
    invitation = Invitation.objects.get()
    accept_as_new(invitation=invitation, **NEW)
    with pytest.raises(NotFound):
        accept_as_new(invitation=invitation, **NEW)


def test_a_weak_password_is_refused_and_the_link_still_works(link: str, client: Client) -> None:
    client.get(link)
    refused = client.post("/join/", {"name": "Nora", "password": "nora@exam"})
    assert (refused.status_code, "too short" in refused.content.decode()) == (400, True)
    assert not User.objects.filter(email="nora@example.org").exists()
    assert client.post("/join/", NEW).status_code == 302


def test_whoever_has_an_account_signs_in_to_accept(
    project: Project, link: str, client: Client
) -> None:
    nora = make_user("Nora", password=PASSWORD)
    page = client.get(link, follow=True).content.decode()
    assert "/sign-in/?next=/join/" in page and 'name="password"' not in page
    form = {"username": nora.email, "password": PASSWORD, "next": "/join/"}
    assert client.post("/sign-in/", form)["Location"] == "/join/"
    client.post("/join/")
    assert roles_of(nora, project) == {"expert", "lead"}


def test_an_account_is_not_taken_over_by_a_link(link: str, client: Client) -> None:
    nora = make_user("Nora", password=PASSWORD)
    client.get(link)
    client.post("/join/", {"name": "Mallory", "password": "another-good-one-3"})
    nora.refresh_from_db()
    assert nora.check_password(PASSWORD)
    with pytest.raises(Conflict):
        accept_as_new(invitation=Invitation.objects.get(), **NEW)


def test_another_person_cannot_use_the_link(project: Project, link: str, cleo: User) -> None:
    client = signed_in(cleo)
    assert b"another address" in client.get(link, follow=True).content
    assert client.post("/join/").status_code == 403
    assert not roles_of(cleo, project)


def test_inviting_again_closes_the_earlier_link(
    project: Project, link: str, kim: User, client: Client
) -> None:
    invite(project=project, email="nora@example.org", roles=["expert"], by=kim)
    assert client.get(link, follow=True).status_code == 404


@pytest.mark.parametrize(
    ("email", "roles"), [("no", ["expert"]), ("a@b.org", []), ("a@b.org", ["administrator"])]
)
def test_bad_input_invites_nobody(
    project: Project, kim: User, email: str, roles: list[str]
) -> None:
    with pytest.raises(InvalidInput):
        invite(project=project, email=email, roles=roles, by=kim)
    assert not Invitation.objects.exists() and not mail.outbox


def test_a_lead_invites_nobody(project: Project, ada: User) -> None:
    with pytest.raises(NotAllowed):
        invite(project=project, email="a@b.org", roles=["expert"], by=ada)


def test_a_closed_invitation_cannot_be_revoked_again(
    project: Project, link: str, kim: User
) -> None:
    number = Invitation.objects.get().pk
    revoke_invitation(project=project, invitation_id=number, by=kim)
    with pytest.raises(Conflict):
        revoke_invitation(project=project, invitation_id=number, by=kim)


def test_without_a_mail_server_the_link_is_handed_over(
    project: Project, kim: User, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    sent = invite(project=project, email="a@b.org", roles=["expert"], by=kim)
    assert not sent.was_mailed and "/join/" in sent.link


def test_a_silent_mail_server_does_not_lose_the_invitation(
    project: Project, kim: User, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    sent = invite(project=project, email="a@b.org", roles=["expert"], by=kim)
    assert not sent.was_mailed and Invitation.objects.filter(pk=sent.invitation.pk).exists()


def test_a_line_break_in_the_projects_name_is_no_mail_header(project: Project, kim: User) -> None:
    Project.objects.update(name="Light\nBcc: all@example.org")
    project.refresh_from_db()
    invite(project=project, email="a@b.org", roles=["expert"], by=kim)
    assert "\n" not in mail.outbox[0].subject and mail.outbox[0].bcc == []
