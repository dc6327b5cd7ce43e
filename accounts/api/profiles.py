"""Profiles: one's own to read and write, those of a project's people to read."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import PersonView, ProjectView
from accounts.models import Credit, Profile
from accounts.roles import Right
from accounts.selectors.people import member_of
from accounts.selectors.profiles import profile_of
from accounts.services.memberships import NOT_IN
from accounts.services.profiles import SPECIALITIES, change_profile, set_consent
from core.errors import NotFound
from core.web.bodies import StrictSerializer, parse

TOLD = ("years", "specialities", "more", "languages", "credit", "pseudonym")


class ProfileReply(serializers.Serializer[Any]):
    """What a person tells of themselves; ``consent_version`` is the text agreed to, null for none."""

    years = serializers.IntegerField(allow_null=True)
    specialities = serializers.ListField(child=serializers.ChoiceField(SPECIALITIES))
    more = serializers.CharField()
    languages = serializers.CharField()
    credit = serializers.ChoiceField(Credit.choices)
    pseudonym = serializers.CharField()
    consent_version = serializers.IntegerField(allow_null=True)
    consent_at = serializers.DateTimeField(allow_null=True)


class ProfileBody(StrictSerializer):
    """What is to be changed; the rest stays. ``has_consented`` agrees to the present text, or takes it
    back."""

    years = serializers.IntegerField(required=False, allow_null=True)
    specialities = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=len(SPECIALITIES)
    )
    more = serializers.CharField(required=False, allow_blank=True)
    languages = serializers.CharField(required=False, allow_blank=True)
    credit = serializers.CharField(required=False)
    pseudonym = serializers.CharField(required=False, allow_blank=True)
    has_consented = serializers.BooleanField(required=False)


class MyProfileView(PersonView):
    """/me/profile/."""

    @extend_schema(operation_id="profile", responses=ProfileReply)
    def get(self, request: Request) -> Response:
        """Your profile."""
        return Response(ProfileReply(profile_of(self.person)).data)

    @extend_schema(operation_id="profile_change", request=ProfileBody, responses=ProfileReply)
    def patch(self, request: Request) -> Response:
        """Change the given parts; the others stay."""
        given = parse(ProfileBody, request)
        agreed = given.pop("has_consented", None)
        found = profile_of(self.person)
        if given:
            now = {name: getattr(found, name) for name in TOLD}
            change_profile(person=self.person, **{**now, **given})
        if agreed is not None:
            set_consent(person=self.person, is_given=agreed)
        return Response(ProfileReply(profile_of(self.person)).data)


class ProfileOfPersonView(ProjectView):
    """/people/<id>/profile/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_PEOPLE}

    @extend_schema(operation_id="people_profile", responses=ProfileReply)
    def get(self, request: Request, slug: str, person_id: int) -> Response:
        """What one person of the project tells of themselves; empty where they told nothing."""
        member = member_of(self.project, person_id)
        if member is None:
            raise NotFound(NOT_IN)
        found: Profile = profile_of(member.person)
        return Response(ProfileReply(found).data)
