"""What I prefer: surround, theme, keys."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import PersonView
from accounts.notices import WHEN
from accounts.services.preferences import (
    SURROUNDS,
    THEMES,
    change_preferences,
    preferences_of,
)


class PreferencesSerializer(serializers.Serializer[Any]):
    """``keys`` maps an act to a key, ``notices`` a kind of notice to the time of its mail, where
    they differ from the default."""

    surround = serializers.ChoiceField(SURROUNDS, required=False)
    theme = serializers.ChoiceField(THEMES, required=False)
    keys = serializers.DictField(child=serializers.CharField(), required=False)
    time_zone = serializers.CharField(max_length=64, required=False)
    notices = serializers.DictField(child=serializers.ChoiceField(list(WHEN)), required=False)


class PreferencesView(PersonView):
    """/me/preferences/."""

    @extend_schema(operation_id="preferences", responses=PreferencesSerializer)
    def get(self, request: Request) -> Response:
        """Your preferences, defaults included."""
        return Response(asdict(preferences_of(self.person)))

    @extend_schema(request=PreferencesSerializer, responses=PreferencesSerializer)
    def patch(self, request: Request) -> Response:
        """Change the given ones; the others stay."""
        return Response(asdict(change_preferences(person=self.person, given=request.data)))
