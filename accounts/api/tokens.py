"""One's own API tokens. A token cannot make tokens: only a signed-in browser can."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import PersonListView, PersonView
from accounts.selectors.tokens import tokens_of
from accounts.services.tokens import SCOPES, create_token, revoke_token
from core.errors import NotAllowed
from core.web.bodies import StrictSerializer, parse

BY_HAND = "Tokens are made in the browser, on your account page; a token cannot make another."


class TokenSerializer(serializers.Serializer[Any]):
    """A token without its secret."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    scope = serializers.ChoiceField(SCOPES)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class MadeTokenSerializer(serializers.Serializer[Any]):
    """A new token with its secret, given out this once."""

    token = TokenSerializer()
    secret = serializers.CharField(help_text="Nobody can see it again.")


class NewTokenSerializer(StrictSerializer):
    """A token to make."""

    name = serializers.CharField()
    scope = serializers.ChoiceField(SCOPES)
    days = serializers.IntegerField(help_text="How long it lives, at most 366 days.")


class TokensView(PersonListView):
    """/me/tokens/."""

    serializer_class = TokenSerializer

    @extend_schema(operation_id="tokens_list", responses=TokenSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Your tokens, newest first, ended ones included."""
        return self.answer_page(tokens_of(self.person))

    @extend_schema(request=NewTokenSerializer, responses={201: MadeTokenSerializer})
    def post(self, request: Request) -> Response:
        """Make a token; not possible with a token."""
        if request.auth is not None:
            raise NotAllowed(BY_HAND)
        token, secret = create_token(user=self.person, **parse(NewTokenSerializer, request))
        return Response(MadeTokenSerializer({"token": token, "secret": secret}).data, status=201)


class OneTokenView(PersonView):
    """/me/tokens/<id>/."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, token_id: int) -> Response:
        """Revoke one of your tokens."""
        revoke_token(user=self.person, token_id=token_id)
        return Response(status=204)
