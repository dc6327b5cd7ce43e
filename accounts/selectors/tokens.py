"""API tokens as their owner, and the door of the API, see them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.secrecy import hash_of


def live_token(secret: str) -> ApiToken | None:
    """The token with this secret, while it is neither revoked nor expired and its owner is active."""
    return (
        ApiToken.objects.select_related("user")
        .filter(
            secret_hash=hash_of(secret),
            revoked_at=None,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .first()
    )


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The person's tokens, newest first, revoked and expired ones included."""
    return user.api_tokens.order_by("-id")
