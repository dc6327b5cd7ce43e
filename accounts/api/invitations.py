"""Invitations into a project."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.models import Role
from accounts.roles import Right
from accounts.selectors.invitations import open_invitations
from accounts.services.invitations import invite, revoke_invitation
from core.web.bodies import StrictSerializer, parse


class InvitationSerializer(serializers.Serializer[Any]):
    """An open invitation; its link is not stored and cannot be read again."""

    id = serializers.IntegerField()
    email = serializers.EmailField()
    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices))
    invited_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class SentInvitationSerializer(serializers.Serializer[Any]):
    """A new invitation with the link, given out this once."""

    invitation = InvitationSerializer()
    link = serializers.CharField(help_text="Works once. Nobody can see it again.")
    was_mailed = serializers.BooleanField()


class NewInvitationSerializer(StrictSerializer):
    """Whom to invite, as what."""

    email = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices))


class InvitationsView(ProjectListView):
    """/invitations/."""

    rights: ClassVar[dict[str, Right]] = {
        "GET": Right.MANAGE_PEOPLE,
        "POST": Right.MANAGE_PEOPLE,
    }
    serializer_class = InvitationSerializer

    @extend_schema(operation_id="invitations_list", responses=InvitationSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The open invitations, newest first."""
        return self.answer_page(open_invitations(self.project))

    @extend_schema(request=NewInvitationSerializer, responses={201: SentInvitationSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Invite somebody by e-mail; an earlier open invitation of the address is replaced."""
        sent = invite(
            project=self.project, by=self.person, **parse(NewInvitationSerializer, request)
        )
        return Response(SentInvitationSerializer(sent).data, status=201)


class OneInvitationView(ProjectView):
    """/invitations/<id>/."""

    rights: ClassVar[dict[str, Right]] = {"DELETE": Right.MANAGE_PEOPLE}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, invitation_id: int) -> Response:
        """Revoke an open invitation."""
        revoke_invitation(project=self.project, invitation_id=invitation_id, by=self.person)
        return Response(status=204)
