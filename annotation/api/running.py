"""Campaigns while people work: sessions, what is in hands, pace."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectView
from accounts.roles import Right
from annotation.api import campaign_bodies as bodies
from annotation.api.campaigns import SEE, CampaignView, people_of
from annotation.api.running_bodies import NowReply
from annotation.selectors.progress import campaign_progress
from annotation.selectors.running import (
    lease_in,
    leases_of,
    now_in,
    pace_of,
    session_in,
    sessions_of,
)
from annotation.services.sessions import deal_sessions, give_session, return_lease
from core.web.bodies import parse

MOST_LEASES = 1_000


class SessionsView(CampaignView):
    """/campaigns/<id>/sessions/."""

    rights: ClassVar[dict[str, Right]] = SEE

    @extend_schema(responses=bodies.SessionsReply)
    def get(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Whose the sessions are and how far, with the figures of the design."""
        found = self.campaign(campaign_id)
        told = {"design": found.design, "sessions": sessions_of(found)}
        return Response(bodies.SessionsReply(told).data)


class GiveSessionView(CampaignView):
    """/campaigns/<id>/sessions/<number>/give/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_CAMPAIGNS}

    @extend_schema(request=bodies.GiveBody, responses=bodies.SessionsReply)
    def post(self, request: Request, slug: str, campaign_id: int, number: int) -> Response:
        """What is left of a session to a person; to nobody yet with null."""
        found = self.campaign(campaign_id)
        session = session_in(found, number)
        asked = parse(bodies.GiveBody, request)["person"]
        person = None if asked is None else people_of(self.project, [asked], "person")[0]
        give_session(session=session, person=person, by=self.person)
        told = {"design": found.design, "sessions": sessions_of(found)}
        return Response(bodies.SessionsReply(told).data)


class DealSessionsView(CampaignView):
    """/campaigns/<id>/sessions/deal/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_CAMPAIGNS}

    @extend_schema(request=None, responses=bodies.DealtReply)
    def post(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Give each session that waits to the person with fewest items left who may have it."""
        given = deal_sessions(campaign=self.campaign(campaign_id), by=self.person)
        return Response({"given": given})


class LeasesView(CampaignView):
    """/campaigns/<id>/leases/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_QUALITY}

    @extend_schema(responses=bodies.LeaseReply(many=True))
    def get(self, request: Request, slug: str, campaign_id: int) -> Response:
        """What is in somebody's hands, a thousand at most; what runs out first comes first."""
        rows = leases_of(self.campaign(campaign_id))[:MOST_LEASES]
        return Response(bodies.LeaseReply(rows, many=True).data)


class ReturnLeaseView(CampaignView):
    """/campaigns/<id>/leases/<assignment>/return/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_CAMPAIGNS}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, slug: str, campaign_id: int, assignment_id: int) -> Response:
        """Take an item out of somebody's hands."""
        held = lease_in(self.campaign(campaign_id), assignment_id)
        return_lease(assignment=held, by=self.person)
        return Response(status=204)


class PaceView(CampaignView):
    """/campaigns/<id>/pace/."""

    rights: ClassVar[dict[str, Right]] = SEE

    @extend_schema(responses=bodies.PaceReply)
    def get(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Answers of a day, expert hours, and when it will be done, with a 95 % band."""
        found = self.campaign(campaign_id)
        now = campaign_progress(found)
        return Response(pace_of(found, max(0, now.slots - now.submitted)).as_data())


class NowView(ProjectView):
    """/now/."""

    rights: ClassVar[dict[str, Right]] = SEE

    @extend_schema(operation_id="now", responses=NowReply)
    def get(self, request: Request, slug: str) -> Response:
        """What waits, what is in hands, what is to be looked at."""
        found = now_in(self.project)
        return Response(NowReply(found).data)
