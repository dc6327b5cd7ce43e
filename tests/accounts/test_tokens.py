"""API tokens: the door of the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.services.tokens import create_token, revoke_token
from core.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db


def call(secret: str, method: str = "get", path: str = "/api/v1/me/") -> int:
    """The status of one call with this token."""
    client = Client(headers={"Authorization": f"Token {secret}"})
    return int(getattr(client, method)(path).status_code)


def test_secret_is_not_stored(ada: User) -> None:
    token, secret = create_token(user=ada, name="laptop", scope="read", days=7)
    stored = ApiToken.objects.values().get(pk=token.pk)
    assert secret not in str(stored)
    assert secret.startswith(token.prefix)


def test_revoking_another_persons_token_is_not_found(ada: User, ben: User) -> None:
    token, _ = create_token(user=ada, name="laptop", scope="read", days=7)
    with pytest.raises(NotFound):
        revoke_token(user=ben, token_id=token.pk)


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("scope", "admin"), ("days", 0), ("days", 4000)]
)
def test_bad_input_makes_no_token(ada: User, field: str, value: object) -> None:
    good = {"name": "laptop", "scope": "read", "days": 7}
    with pytest.raises(InvalidInput) as caught:
        create_token(user=ada, **{**good, field: value})
    assert caught.value.field == field
    assert not ApiToken.objects.exists()


def test_a_live_token_opens_the_api(ada: User) -> None:
    token, secret = create_token(user=ada, name="laptop", scope="read", days=7)
    assert call(secret) == 200
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_last_use_is_written_at_most_once_a_minute(ada: User) -> None:
    token, secret = create_token(user=ada, name="laptop", scope="read", days=7)
    just_now = timezone.now() - timedelta(seconds=20)
    ApiToken.objects.update(last_used_at=just_now)
    call(secret)
    token.refresh_from_db()
    assert token.last_used_at == just_now


@pytest.mark.parametrize("secret", ["", "rf_", "rf_wrong", "x" * 5000])
def test_an_unknown_token_is_refused(db: None, secret: str) -> None:
    assert call(secret) == 401


def test_a_revoked_token_is_refused(ada: User) -> None:
    token, secret = create_token(user=ada, name="laptop", scope="read", days=7)
    revoke_token(user=ada, token_id=token.pk)
    assert call(secret) == 401


def test_an_expired_token_is_refused(ada: User) -> None:
    _, secret = create_token(user=ada, name="laptop", scope="read", days=7)
    ApiToken.objects.update(expires_at=timezone.now())
    assert call(secret) == 401


def test_a_token_of_a_disabled_person_is_refused(ada: User) -> None:
    _, secret = create_token(user=ada, name="laptop", scope="read", days=7)
    User.objects.update(is_active=False)
    assert call(secret) == 401


def test_a_reading_token_cannot_write(ada: User) -> None:
    _, secret = create_token(user=ada, name="laptop", scope="read", days=7)
    assert call(secret, "post", "/api/v1/projects/") == 403
