"""Who am I: the first call of every program."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import PersonView
from accounts.selectors.people import roles_by_project


class PlaceSerializer(serializers.Serializer[Any]):
    """A project I am in, and as what."""

    slug = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class MeSerializer(serializers.Serializer[Any]):
    """The person a token or session belongs to."""

    id = serializers.IntegerField()
    email = serializers.EmailField()
    name = serializers.CharField()
    is_administrator = serializers.BooleanField()
    projects = PlaceSerializer(many=True)


class MeView(PersonView):
    """GET /me/."""

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The person this token or session belongs to, with their projects and roles."""
        person = self.person
        places = [
            {"slug": project.slug, "name": project.name, "roles": roles}
            for project, roles in roles_by_project(person)
        ]
        return Response(
            {
                "id": person.pk,
                "email": person.email,
                "name": person.name,
                "is_administrator": person.is_administrator,
                "projects": places,
            }
        )
