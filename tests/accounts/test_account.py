"""One's own account."""

from __future__ import annotations

import pytest

from accounts.models import ApiToken, User
from tests.make import PASSWORD, make_user
from tests.people import signed_in

pytestmark = pytest.mark.django_db
BETTER = "another-good-one-3"


@pytest.fixture
def nora(db: None) -> User:
    return make_user("Nora", password=PASSWORD)


def test_a_new_password_signs_other_browsers_out(nora: User) -> None:
    here, there = signed_in(nora), signed_in(nora)
    here.post("/account/password/", {"old": PASSWORD, "password": BETTER})
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "form", [{"old": "wrong", "password": BETTER}, {"old": PASSWORD, "password": "1234567890123"}]
)
def test_a_refused_password_changes_nothing(nora: User, form: dict[str, str]) -> None:
    assert signed_in(nora).post("/account/password/", form).status_code == 400
    nora.refresh_from_db()
    assert nora.check_password(PASSWORD)


def test_a_tokens_secret_is_shown_once(nora: User) -> None:
    client = signed_in(nora)
    made = client.post("/account/tokens/", {"name": "laptop", "scope": "read", "days": 7})
    assert made["Cache-Control"] == "no-store"
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert secret not in client.get("/account/").content.decode()


def test_a_revoked_token_stays_in_the_list(nora: User) -> None:
    client = signed_in(nora)
    client.post("/account/tokens/", {"name": "laptop", "scope": "read", "days": 7})
    client.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert "revoked" in client.get("/account/").content.decode()


def test_a_name_can_be_changed_but_nothing_else(nora: User) -> None:
    form = {"name": "Nora N.", "email": "root@example.org", "is_administrator": "on"}
    signed_in(nora).post("/account/name/", form)
    nora.refresh_from_db()
    assert (nora.name, nora.email, nora.is_administrator) == ("Nora N.", "nora@example.org", False)
