"""Training, standings and guidelines of a campaign, for leads and for the people who work in it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import PersonView
from accounts.models import User
from accounts.roles import Right
from annotation.api import bodies, campaign_bodies
from annotation.api import conduct_bodies as shapes
from annotation.api.campaigns import CampaignView
from annotation.api.work import WorkView
from annotation.item_types import item_type_of
from annotation.models import Campaign
from annotation.selectors.entries import entry_of
from annotation.selectors.guidelines import example_of, shown_guidelines, versions_of
from annotation.selectors.pictures import example_picture
from annotation.selectors.standing import standings_in, training_items_of
from annotation.selectors.work import campaign_to_work_on
from annotation.services.deciding import decide_training
from annotation.services.guidelines import Example, confirm_guidelines, write_guidelines
from annotation.services.training import add_golden, add_own, change_training_item, claim_own
from core.errors import InvalidInput
from core.web.bodies import parse

NOTHING_TO_ANSWER = (
    "You have answered every training item that you chose. Say why under Qualification: the words "
    "are shown with the reference."
)


class TrainingItemsView(CampaignView):
    """/campaigns/<id>/training-items/."""

    rights: ClassVar[dict[str, Right]] = {
        "GET": Right.RUN_CAMPAIGNS, "POST": Right.RUN_CAMPAIGNS,
    }  # fmt: skip

    @extend_schema(
        operation_id="training_items_list", responses=shapes.TrainingItemReply(many=True)
    )
    def get(self, request: Request, slug: str, campaign_id: int) -> Response:
        """The campaign's training items with their references."""
        rows = training_items_of(self.campaign(campaign_id))
        return Response(shapes.TrainingItemReply(rows, many=True).data)

    @extend_schema(request=shapes.TrainingItemsBody, responses=campaign_bodies.AddedReply)
    def post(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Add golden records, or photos whose subjects the caller will answer."""
        values = parse(shapes.TrainingItemsBody, request)
        campaign = self.campaign(campaign_id)
        added = 0
        if values["item_ids"] is not None or values["golden"]:
            ids = values["item_ids"]
            added += add_golden(
                campaign=campaign, by=self.person, item_ids=ids,
                limit=values["golden"] if ids is None else len(ids),
            )  # fmt: skip
        if values["photo_ids"]:
            added += add_own(campaign=campaign, photo_ids=values["photo_ids"], by=self.person)
        return Response({"added": added})


class TrainingItemView(CampaignView):
    """/campaigns/<id>/training-items/<id>/."""

    rights: ClassVar[dict[str, Right]] = {"PATCH": Right.RUN_CAMPAIGNS}

    @extend_schema(request=shapes.TrainingItemBody, responses=shapes.TrainingItemReply)
    def patch(
        self, request: Request, slug: str, campaign_id: int, training_item_id: int
    ) -> Response:
        """Change the words shown with the reference, or retire the item."""
        values = parse(shapes.TrainingItemBody, request)
        row = change_training_item(
            campaign=self.campaign(campaign_id), training_item_id=training_item_id,
            by=self.person, **values,
        )  # fmt: skip
        return Response(shapes.TrainingItemReply(row).data)


class OwnTrainingView(CampaignView, WorkView):
    """/campaigns/<id>/training-items/claim/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_CAMPAIGNS}

    @extend_schema(request=bodies.ClaimBody, responses=bodies.EntryReply)
    def post(self, request: Request, slug: str, campaign_id: int) -> Response:
        """The next training item that the caller has to answer; it is answered like any item."""
        known = parse(bodies.ClaimBody, request).get("after", [])
        found = claim_own(campaign=self.campaign(campaign_id), by=self.person, known=known)
        if found is None:
            return Response({"empty": NOTHING_TO_ANSWER})
        return Response(entry_of(found, self.person, self.image_address))


class StandingsView(CampaignView):
    """/campaigns/<id>/standings/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_QUALITY, "POST": Right.RUN_CAMPAIGNS}

    @extend_schema(operation_id="standings_list", responses=shapes.StandingReply(many=True))
    def get(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Where everybody stands, by name."""
        rows = standings_in(self.campaign(campaign_id))
        return Response(shapes.StandingReply(rows, many=True).data)

    @extend_schema(request=shapes.DecideBody, responses=shapes.StandingReply(many=True))
    def post(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Decide about somebody's training by hand, with a reason."""
        campaign = self.campaign(campaign_id)
        values = parse(shapes.DecideBody, request)
        person = User.objects.filter(pk=values["person"], memberships__project=self.project).first()
        if person is None:
            raise InvalidInput("There is no such person in this project.", field="person")
        decide_training(
            campaign=campaign, person=person, act=values["act"], reason=values["reason"],
            by=self.person,
        )  # fmt: skip
        return Response(shapes.StandingReply(standings_in(campaign), many=True).data)


class GuidelinesView(CampaignView):
    """/campaigns/<id>/guidelines/."""

    rights: ClassVar[dict[str, Right]] = {
        "GET": Right.SEE_CAMPAIGNS, "POST": Right.RUN_CAMPAIGNS,
    }  # fmt: skip

    @extend_schema(
        operation_id="guidelines_list", responses=shapes.GuidelinesVersionReply(many=True)
    )
    def get(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Every version, newest first."""
        return Response(_versions(self.campaign(campaign_id)))

    @extend_schema(
        request=shapes.GuidelinesVersionBody, responses=shapes.GuidelinesVersionReply(many=True)
    )
    def post(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Write a new version; experts confirm it before their next item."""
        values = parse(shapes.GuidelinesVersionBody, request)
        given = values["examples"]
        examples = None if given is None else [_example(each) for each in given]
        campaign = write_guidelines(
            campaign=self.campaign(campaign_id), text=values["text"], examples=examples,
            by=self.person,
        )  # fmt: skip
        return Response(_versions(campaign))


class ReadGuidelinesView(PersonView):
    """/work/<campaign>/guidelines/."""

    @extend_schema(responses=shapes.ShownGuidelinesReply)
    def get(self, request: Request, campaign_id: int) -> Response:
        """The present guidelines, and whether the caller has to confirm them."""
        campaign = campaign_to_work_on(self.person, campaign_id)
        return Response(guidelines_reply(campaign, self.person))

    @extend_schema(request=shapes.ConfirmBody, responses=shapes.ShownGuidelinesReply)
    def post(self, request: Request, campaign_id: int) -> Response:
        """Confirm that the caller has read the present version."""
        campaign = campaign_to_work_on(self.person, campaign_id)
        version = parse(shapes.ConfirmBody, request)["version"]
        confirm_guidelines(campaign=campaign, person=self.person, version=version)
        return Response(guidelines_reply(campaign, self.person))


class ExampleImageView(PersonView):
    """/work/<campaign>/guidelines/examples/<id>."""

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, campaign_id: int, example_id: int) -> HttpResponse:
        """The picture of an example."""
        campaign = campaign_to_work_on(self.person, campaign_id)
        return HttpResponse(
            example_picture(example_of(campaign, example_id)), content_type="image/jpeg"
        )


def guidelines_reply(campaign: Campaign, person: User) -> dict[str, Any]:
    """As `ShownGuidelinesReply`, with addresses that a session may fetch."""
    return shown_guidelines(
        campaign, person, item_type_of(campaign).instructions,
        lambda pk: reverse("api:guidelines-example", args=[campaign.pk, pk]),
    )  # fmt: skip


def _versions(campaign: Campaign) -> Any:
    rows = [
        {
            "version": row.version, "text": row.text, "by": None if row.by is None else str(row.by),
            "created_at": row.created_at, "examples": row.examples.all(),
        }
        for row in versions_of(campaign)
    ]  # fmt: skip
    return shapes.GuidelinesVersionReply(rows, many=True).data


def _example(given: dict[str, Any]) -> Example:
    box = given["box"]
    return Example(
        given["photo"], given["words"], given["is_good"], None if box is None else tuple(box)
    )
