"""People of a project and their roles."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectView
from accounts.models import Project, Role
from accounts.roles import Right
from accounts.selectors.people import Member, member_of, members_of
from accounts.services.memberships import NOT_IN, grant_role, remove_person, withdraw_role
from core.errors import NotFound
from core.web.bodies import StrictSerializer, parse


class MemberSerializer(serializers.Serializer[Any]):
    """A person of the project."""

    id = serializers.IntegerField(source="person.pk")
    name = serializers.CharField(source="person.name")
    email = serializers.EmailField(source="person.email")
    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices))


class RoleSerializer(StrictSerializer):
    """A role to give."""

    role = serializers.ChoiceField(Role.choices)


class PeopleView(ProjectView):
    """/people/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_PEOPLE}

    @extend_schema(operation_id="people_list", responses=MemberSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Everybody with a role in the project, by name."""
        return Response(MemberSerializer(members_of(self.project), many=True).data)


class PersonOfProjectView(ProjectView):
    """/people/<id>/."""

    rights: ClassVar[dict[str, Right]] = {
        "GET": Right.SEE_PEOPLE,
        "DELETE": Right.MANAGE_PEOPLE,
    }

    @extend_schema(operation_id="people_retrieve", responses=MemberSerializer)
    def get(self, request: Request, slug: str, person_id: int) -> Response:
        """One person of the project."""
        return Response(MemberSerializer(_member(self.project, person_id)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, person_id: int) -> Response:
        """Take every role of the person in this project away. The last curator stays."""
        remove_person(project=self.project, person_id=person_id, by=self.person)
        return Response(status=204)


class RolesView(ProjectView):
    """/people/<id>/roles/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.MANAGE_PEOPLE}

    @extend_schema(request=RoleSerializer, responses=MemberSerializer)
    def post(self, request: Request, slug: str, person_id: int) -> Response:
        """Give the person one more role."""
        role = parse(RoleSerializer, request)["role"]
        grant_role(project=self.project, person_id=person_id, role=role, by=self.person)
        return Response(MemberSerializer(_member(self.project, person_id)).data)


class OneRoleView(ProjectView):
    """/people/<id>/roles/<role>/."""

    rights: ClassVar[dict[str, Right]] = {"DELETE": Right.MANAGE_PEOPLE}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, person_id: int, role: str) -> Response:
        """Take one role away. The last curator stays."""
        withdraw_role(project=self.project, person_id=person_id, role=role, by=self.person)
        return Response(status=204)


def _member(project: Project, person_id: int) -> Member:
    found = member_of(project, person_id)
    if found is None:
        raise NotFound(NOT_IN)
    return found
