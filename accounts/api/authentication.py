"""Who calls the API: ``Authorization: Token rf_...``."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.selectors.tokens import live_token
from accounts.services.tokens import note_use

REFUSED = "This token is unknown, revoked or expired. Make a new one on your account page."
READ_ONLY = "This token may only read. Make one with the scope write on your account page."


class TokenAuthentication(BaseAuthentication):
    """A hashed look-up; a token with the scope read passes only for methods that read."""

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's owner, or ``None`` if no token was sent."""
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != self.keyword.lower():
            return None
        token = live_token(secret.strip())
        if token is None:
            raise AuthenticationFailed(REFUSED)
        if token.scope != "write" and request.method not in SAFE_METHODS:
            raise PermissionDenied(READ_ONLY)
        note_use(token=token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401, not 403, to whoever is not signed in."""
        return self.keyword


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it."""

    target_class = "accounts.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An API key in the Authorization header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token rf_...`; make one on your account page.",
        }
