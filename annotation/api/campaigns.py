"""Campaigns for those who run them: make, fill, steer, watch."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectListView, ProjectView
from accounts.models import Project, User
from accounts.roles import Right
from annotation.api import campaign_bodies as bodies
from annotation.api.filters import CampaignFilter
from annotation.api.running_bodies import FilledReply
from annotation.models import Campaign
from annotation.selectors.campaigns import campaign_in, campaigns_in
from annotation.selectors.progress import campaign_progress, people_in
from annotation.selectors.stopping import stopping_of
from annotation.services.campaigns import (
    close_campaign,
    create_campaign,
    open_campaign,
    pause_campaign,
    set_flag_rules,
    write_guidelines,
)
from annotation.services.filling import fill_campaign
from annotation.subjects import Selection
from core.errors import InvalidInput
from core.web.bodies import parse
from core.web.paging import NewestFirst

MOVES = {"open": open_campaign, "pause": pause_campaign, "close": close_campaign}
SEE: dict[str, Right] = {"GET": Right.SEE_CAMPAIGNS}


class CampaignView(ProjectView):
    """Base: an endpoint about one campaign of the project."""

    def campaign(self, campaign_id: int) -> Campaign:
        """The campaign, or 404 for one of another project."""
        return campaign_in(self.project, campaign_id)


class CampaignsView(ProjectListView):
    """/campaigns/."""

    rights: ClassVar[dict[str, Right]] = {**SEE, "POST": Right.RUN_CAMPAIGNS}
    serializer_class = bodies.CampaignReply
    pagination_class = NewestFirst
    filterset_class = CampaignFilter
    queryset = Campaign.objects.none()

    @extend_schema(operation_id="campaigns_list", responses=bodies.CampaignReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The project's campaigns, newest first."""
        return self.answer_page(campaigns_in(self.project))

    @extend_schema(
        operation_id="campaigns_create",
        request=bodies.CampaignBody,
        responses={201: bodies.CampaignReply},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Prepare a campaign; add subjects and open it afterwards."""
        values = parse(bodies.CampaignBody, request)
        pool = people_of(self.project, values.pop("pool"))
        rules = values.pop("flag_rules")
        with transaction.atomic():
            row = create_campaign(project=self.project, by=self.person, pool=pool, **values)
            if rules:
                set_flag_rules(campaign=row, rules=rules, by=self.person)
        return Response(bodies.CampaignReply(row).data, status=201)


class OneCampaignView(CampaignView):
    """/campaigns/<id>/."""

    rights: ClassVar[dict[str, Right]] = {**SEE, "PATCH": Right.RUN_CAMPAIGNS}

    @extend_schema(operation_id="campaigns_retrieve", responses=bodies.CampaignReply)
    def get(self, request: Request, slug: str, campaign_id: int) -> Response:
        """One campaign."""
        return Response(bodies.CampaignReply(self.campaign(campaign_id)).data)

    @extend_schema(request=bodies.GuidelinesBody, responses=bodies.CampaignReply)
    def patch(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Write the guidelines anew, as a new version."""
        text = parse(bodies.GuidelinesBody, request)["guidelines"]
        row = write_guidelines(campaign=self.campaign(campaign_id), text=text, by=self.person)
        return Response(bodies.CampaignReply(row).data)


class MoveView(CampaignView):
    """/campaigns/<id>/<open, pause or close>/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_CAMPAIGNS}
    move: str = ""

    @extend_schema(request=None, responses=bodies.CampaignReply)
    def post(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Open, pause or close the campaign; what people hold they may still send."""
        row = MOVES[self.move](campaign=self.campaign(campaign_id), by=self.person)
        return Response(bodies.CampaignReply(row).data)


class SubjectsView(CampaignView):
    """/campaigns/<id>/subjects/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_CAMPAIGNS}

    @extend_schema(request=bodies.SelectionBody, responses={200: FilledReply, 202: FilledReply})
    def post(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Add what the item type finds in the selected photos; what is there stays as it is.

        Many photos are a job: its id comes back, and items follow.
        """
        values = parse(bodies.SelectionBody, request)
        ids = values["photo_ids"]
        saved = values["selection"]
        if saved is not None and not self.project.selections.filter(pk=saved).exists():
            raise InvalidInput(f"There is no selection {saved} in this project.", field="selection")
        chosen = Selection(None if ids is None else tuple(ids), values["limit"], saved)
        campaign = self.campaign(campaign_id)
        filled = fill_campaign(campaign=campaign, selection=chosen, by=self.person)
        job = None if filled.job is None else filled.job.pk
        status = 200 if job is None else 202
        return Response(FilledReply({"added": filled.added, "job": job}).data, status=status)


class ProgressView(CampaignView):
    """/campaigns/<id>/progress/."""

    rights: ClassVar[dict[str, Right]] = SEE

    @extend_schema(responses=bodies.CampaignProgressReply)
    def get(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Items and slots by state."""
        campaign = self.campaign(campaign_id)
        found = {**asdict(campaign_progress(campaign)), "stopping": stopping_of(campaign)}
        return Response(bodies.CampaignProgressReply(found).data)


class CampaignPeopleView(CampaignView):
    """/campaigns/<id>/people/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_QUALITY}

    @extend_schema(responses=bodies.PersonReply(many=True))
    def get(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Who works here, how much and at what pace, by name."""
        rows = people_in(self.campaign(campaign_id))
        return Response(bodies.PersonReply(rows, many=True).data)


def people_of(project: Project, ids: list[int], field: str = "pool") -> list[Any]:
    """The project's people with these ids; `InvalidInput` names the first that nobody there has."""
    here = project.memberships.filter(user__in=ids).values("user")
    found = {person.pk: person for person in User.objects.filter(pk__in=here)}
    missing = [pk for pk in ids if pk not in found]
    if missing:
        raise InvalidInput(f"There is no person {missing[0]} in this project.", field=field)
    return list(found.values())
