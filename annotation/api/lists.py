"""Lists of items for programs: kept views, and one act on all items that fit."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import ProjectView
from accounts.roles import Right
from annotation.api.campaigns import CampaignView
from annotation.models import BulkKind
from annotation.selectors.bulk import act_in
from annotation.selectors.item_filter import NAMES, ItemFilter, parse_filter
from annotation.selectors.saved_views import views_for
from annotation.services.bulk import start_bulk_act, undo_bulk_act
from annotation.services.saved_views import drop_view, save_view
from core.errors import InvalidInput
from core.web.bodies import StrictSerializer, parse
from core.web.queries import refuse_unknown

QUERY = "Filters as the address of the list has them: state, flag (open), person, least, most"


class SavedViewReply(serializers.Serializer[Any]):
    """A view; ``by`` is who keeps it."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    query = serializers.DictField(child=serializers.CharField())
    is_shared = serializers.BooleanField()
    by = serializers.CharField(source="person.name")


class SavedViewBody(StrictSerializer):
    """A new one."""

    name = serializers.CharField(max_length=60)
    query = serializers.DictField(child=serializers.CharField(), help_text=f"{QUERY}, order.")
    is_shared = serializers.BooleanField(required=False, default=False)


class BulkBody(StrictSerializer):
    """What to do with the items that fit; ``value`` is the priority."""

    kind = serializers.ChoiceField(BulkKind.choices)
    value = serializers.IntegerField(required=False, allow_null=True, default=None)
    query = serializers.DictField(
        child=serializers.CharField(), required=False, default=dict, help_text=f"{QUERY}."
    )


class BulkReply(serializers.Serializer[Any]):
    """An act; ``changed`` counts items, and is final when ``done_at`` is set."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(BulkKind.choices)
    value = serializers.IntegerField(allow_null=True)
    query = serializers.DictField()
    changed = serializers.IntegerField()
    undoes = serializers.IntegerField(source="undoes_id", allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)


class SavedViewsView(ProjectView):
    """/item-views/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_CAMPAIGNS, "POST": Right.SEE_CAMPAIGNS}

    @extend_schema(operation_id="item_views_list", responses=SavedViewReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Your views of items lists, and those that others share here."""
        return Response(SavedViewReply(views_for(self.person, self.project), many=True).data)

    @extend_schema(
        operation_id="item_views_create", request=SavedViewBody, responses={201: SavedViewReply}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep one."""
        values = parse(SavedViewBody, request)
        refuse_unknown(values["query"], (*NAMES, "order"))
        row = save_view(project=self.project, person=self.person, **values)
        return Response(SavedViewReply(row).data, status=201)


class OneSavedViewView(ProjectView):
    """/item-views/<id>/."""

    rights: ClassVar[dict[str, Right]] = {"DELETE": Right.SEE_CAMPAIGNS}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, view_id: int) -> Response:
        """Drop one of your own."""
        drop_view(project=self.project, person=self.person, view_id=view_id)
        return Response(status=204)


class BulkView(CampaignView):
    """/campaigns/<id>/bulk/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_CAMPAIGNS}

    @extend_schema(request=BulkBody, responses={202: BulkReply})
    def post(self, request: Request, slug: str, campaign_id: int) -> Response:
        """Do it to every item of the campaign that fits, as a job."""
        found = self.campaign(campaign_id)
        values = parse(BulkBody, request)
        act = start_bulk_act(
            campaign=found, kind=values["kind"], value=values["value"],
            chosen=_filter(values["query"]), by=self.person,
        )  # fmt: skip
        return Response(BulkReply(act).data, status=202)


class OneBulkView(CampaignView):
    """/campaigns/<id>/bulk/<act>/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.RUN_CAMPAIGNS}

    @extend_schema(responses=BulkReply)
    def get(self, request: Request, slug: str, campaign_id: int, act_id: int) -> Response:
        """How far it is."""
        return Response(BulkReply(act_in(self.campaign(campaign_id), act_id)).data)


class UndoBulkView(CampaignView):
    """/campaigns/<id>/bulk/<act>/undo/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.RUN_CAMPAIGNS}

    @extend_schema(request=None, responses={202: BulkReply})
    def post(self, request: Request, slug: str, campaign_id: int, act_id: int) -> Response:
        """Put back what it changed and what nobody changed since, as a job."""
        act = act_in(self.campaign(campaign_id), act_id)
        return Response(BulkReply(undo_bulk_act(act=act, by=self.person)).data, status=202)


def _filter(given: dict[str, str]) -> ItemFilter:
    refuse_unknown(given, NAMES)
    try:
        return parse_filter(given)
    except InvalidInput as error:
        raise InvalidInput(str(error), field="query") from None
