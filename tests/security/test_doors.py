"""Every way in asks the same: who is switched off, removed or locked out gets in by none of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils.http import urlsafe_base64_encode

from accounts.models import Membership, Project, User
from accounts.services.invitations import write_invitation
from accounts.services.memberships import remove_person
from accounts.services.tokens import create_token
from core.models import Job
from tests.jobs import run
from tests.make import PASSWORD, make_member, make_user
from tests.people import signed_in
from tests.security.test_sources import found
from tests.test_architecture import sources

pytestmark = pytest.mark.django_db
PLACES = ("/account/", "/api/v1/me/")


@pytest.fixture
def nora(project: Project) -> User:
    return make_member(project, make_user("Nora", password=PASSWORD), "expert")


def is_in(client: Client) -> bool:
    return any(client.get(place).status_code == 200 for place in PLACES)


def by_password(person: User) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": person.email, "password": PASSWORD})
    return client


def by_token(person: User) -> Client:
    _, secret = create_token(user=person, name="laptop", scope="write", days=7)
    return Client(headers={"Authorization": f"Token {secret}"})


def by_reset(person: User) -> Client:
    """The link itself signs nobody in, so the new password is tried."""
    client, uid = Client(), urlsafe_base64_encode(str(person.pk).encode())
    client.get(f"/reset/{uid}/{default_token_generator.make_token(person)}/")
    client.post("/reset/", {"password": f"{PASSWORD}x"})
    client.post("/sign-in/", {"username": person.email, "password": f"{PASSWORD}x"})
    return client


WAYS = {"session": signed_in, "password": by_password, "token": by_token, "reset": by_reset}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_lets_in_who_may_and_nobody_switched_off(nora: User, way: str) -> None:
    assert is_in(WAYS[way](nora))
    nora.refresh_from_db()
    open_already = WAYS["session"](nora), WAYS["token"](nora)
    User.objects.filter(pk=nora.pk).update(is_active=False)
    nora.refresh_from_db()
    assert not is_in(WAYS[way](nora))
    assert not any(is_in(client) for client in open_already)


def test_who_is_switched_off_gets_no_link_by_mail(nora: User) -> None:
    cache.clear()
    User.objects.filter(pk=nora.pk).update(is_active=False)
    Client().post("/forgot-password/", {"email": nora.email})
    run(Job.objects.get())
    assert mail.outbox == []


def test_an_invitation_switches_nobody_on(project: Project, kim: User) -> None:
    olaf = make_user("Olaf", is_active=False)  # known, without a password
    _, secret = write_invitation(project=project, email=olaf.email, roles=["expert"], by=kim)
    client = Client()
    client.get(f"/join/{secret}/")
    client.post("/join/", {"name": "Olaf", "password": PASSWORD})
    assert not is_in(client) and not is_in(by_password(olaf))


@pytest.mark.parametrize("way", ["session", "token"])
def test_who_is_removed_is_out_at_once(project: Project, kim: User, nora: User, way: str) -> None:
    client, place = WAYS[way](nora), "/api/v1/projects/lighthouse/"
    assert client.get(place).status_code == 200
    remove_person(project=project, person_id=nora.pk, by=kim)
    assert client.get(place).status_code == 404


def test_a_lock_holds_against_the_right_password_but_a_session_goes_on(nora: User) -> None:
    session = signed_in(nora)
    for _ in range(10):
        Client().post("/sign-in/", {"username": nora.email, "password": "wrong"})
    assert not is_in(by_password(nora)) and is_in(session)


def test_there_are_no_other_ways(nora: User) -> None:
    middle: Any = settings.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"]
    assert [each.rpartition(".")[2] for each in middle] == [
        "TokenAuthentication", "SessionAuthentication"
    ]  # fmt: skip
    assert not apps.is_installed("django.contrib.admin")
    names = {field.name for field in User._meta.get_fields()}
    assert not names & {"is_superuser", "is_staff", "groups", "user_permissions"}


def test_only_the_command_line_makes_administrators() -> None:
    setting = r"(User|create\w*|update)\(.*is_administrator|\.is_administrator\s*=(?!=)"
    hits = found(setting, sources())
    assert {hit.partition(":")[0] for hit in hits} == {"accounts/services/people.py"}


def test_a_curator_is_no_more_than_a_curator_here(project: Project, kim: User, nora: User) -> None:
    client, url = signed_in(kim), f"/p/{project.slug}/people/{nora.pk}/role/"
    for role in ("administrator", "owner", "superuser", "staff"):
        assert client.post(url, {"role": role, "act": "grant"}).status_code == 400
    assert client.post("/projects/new/", {"slug": "mine", "name": "Mine"}).status_code == 403
    assert set(Membership.objects.filter(user=nora).values_list("role", flat=True)) == {"expert"}


def test_sessions_hold_plain_data() -> None:
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"
    assert settings.SESSION_COOKIE_HTTPONLY and settings.SESSION_COOKIE_SAMESITE == "Lax"
