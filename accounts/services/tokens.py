"""API tokens: made, used, revoked."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.secrecy import hash_of, new_secret
from core import audit
from core.errors import InvalidInput, NotFound

LONGEST_DAYS = 366
MOST_TOKENS = 50
SCOPES = ("read", "write")
PREFIX_LENGTH = 9


@transaction.atomic
def create_token(*, user: User, name: str, scope: str, days: int) -> tuple[ApiToken, str]:
    """A token of one's own and its secret, which is known only now and stored as a hash."""
    name = name.strip()
    if not name or len(name) > 80:
        raise InvalidInput("Give the token a name of 1 to 80 characters.", field="name")
    if scope not in SCOPES:
        raise InvalidInput("The scope is read or write.", field="scope")
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(f"A token lives 1 to {LONGEST_DAYS} days.", field="days")
    if (
        user.api_tokens.filter(revoked_at=None, expires_at__gt=timezone.now()).count()
        >= MOST_TOKENS
    ):
        raise InvalidInput(f"You have {MOST_TOKENS} live tokens; revoke one first.")
    secret = f"rf_{new_secret()}"
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        secret_hash=hash_of(secret),
        scope=scope,
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record(actor=user, verb="token.create", target=f"token/{token.pk}", scope_word=scope)
    return token, secret


@transaction.atomic
def revoke_token(*, user: User, token_id: int) -> ApiToken:
    """End one of the person's own tokens at once; a second time changes nothing."""
    token = user.api_tokens.filter(pk=token_id).first()
    if token is None:
        raise NotFound("You have no such token.")
    if user.api_tokens.filter(pk=token_id, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record(actor=user, verb="token.revoke", target=f"token/{token.pk}")
    token.refresh_from_db()
    return token


def note_use(*, token: ApiToken) -> None:
    """Remember when a token was last used, at most once a minute."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(minutes=1))
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
