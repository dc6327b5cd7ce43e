"""The commands of those who run an installation."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Invitation, Project, User
from tests.make import PASSWORD

pytestmark = pytest.mark.django_db


def make_admin(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    for name, value in {"EMAIL": "Root@example.org", "NAME": "Root", "PASSWORD": password}.items():
        monkeypatch.setenv(f"ADMIN_{name}", value)
    call_command("create_admin", stdout=StringIO())


def test_an_administrator_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    make_admin(monkeypatch, PASSWORD)
    root = User.objects.get(email="root@example.org")
    assert root.is_administrator and root.check_password(PASSWORD)


def test_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    make_admin(monkeypatch, PASSWORD)
    with pytest.raises(CommandError, match="already an account"):
        make_admin(monkeypatch, PASSWORD)


@pytest.mark.parametrize("password", ["admin", "password123", "1234567890123"])
def test_a_weak_password_is_refused(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    with pytest.raises(CommandError):
        make_admin(monkeypatch, password)
    assert not User.objects.exists()


def test_an_invitation_from_the_command_line(project: Project, kim: User) -> None:
    out = StringIO()
    call_command("invite", "lighthouse", "a@b.org", "lead", "expert", by=kim.email, stdout=out)
    assert "/join/" in out.getvalue()
    assert Invitation.objects.get().roles == ["expert", "lead"]


def test_who_may_not_invite_may_not_here(project: Project, ada: User) -> None:
    with pytest.raises(CommandError, match="role curator"):
        call_command("invite", "lighthouse", "a@b.org", "lead", by=ada.email)
