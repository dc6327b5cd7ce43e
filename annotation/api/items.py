"""Items, flags and discussions: for leads in the project, for experts who answered."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import PersonView, ProjectListView, ProjectView
from accounts.models import User
from accounts.roles import Right, can
from annotation.anchors import NO_ANCHOR, Anchor
from annotation.api import bodies
from annotation.api.filters import FlagFilter, ItemFilter
from annotation.flag_rules import GOLD_MISS
from annotation.models import Flag, Item
from annotation.selectors.answers import answers_of, why_hidden
from annotation.selectors.beside import comments_on, trails_of
from annotation.selectors.campaigns import item_in, items_in
from annotation.selectors.outcomes import outcomes, settled_answers
from annotation.selectors.talks import (
    discussed_item,
    flags_in,
    golden_record,
    messages_of,
    thread_for,
)
from annotation.services.discussing import (
    add_message,
    open_second_round,
    resolve_thread,
    settle_item,
    settle_with_response,
)
from core.errors import InvalidInput
from core.web.bodies import parse
from core.web.paging import NewestFirst
from measures.boxes import Box

SHOWN = 100


class ItemsView(ProjectListView):
    """/items/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_CAMPAIGNS}
    serializer_class = bodies.ItemReply
    pagination_class = NewestFirst
    filterset_class = ItemFilter
    queryset = Item.objects.none()

    @extend_schema(operation_id="items_list", responses=bodies.ItemReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Items of the project's campaigns, newest first."""
        return self.answer_page(items_in(self.project))


class OneItemView(ProjectView):
    """/items/<id>/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_QUALITY}

    @extend_schema(operation_id="items_retrieve", responses=bodies.ItemDetailReply)
    def get(self, request: Request, slug: str, item_id: int) -> Response:
        """An item with answers by letter, once its round is complete."""
        return Response(detail(item_in(self.project, item_id), self.person))


class SecondRoundView(ProjectView):
    """/items/<id>/second-round/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.ADJUDICATE}

    @extend_schema(request=bodies.SecondRoundBody, responses=bodies.ItemReply)
    def post(self, request: Request, slug: str, item_id: int) -> Response:
        """Ask the same people again, blind."""
        values = parse(bodies.SecondRoundBody, request)
        item = open_second_round(item=item_in(self.project, item_id), by=self.person, **values)
        return Response(bodies.ItemReply(item).data)


class SettleView(ProjectView):
    """/items/<id>/settle/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.ADJUDICATE}

    @extend_schema(request=bodies.SettleBody, responses={201: bodies.IdReply})
    def post(self, request: Request, slug: str, item_id: int) -> Response:
        """Write the golden record: an answer of one's own, or a response's."""
        values = parse(bodies.SettleBody, request)
        item = item_in(self.project, item_id)
        chosen, answer = values["response_id"], values["answer"]
        if (chosen is None) == (answer is None):
            raise InvalidInput("Send an answer or a response_id, not both.", field="answer")
        why = {"reason": values["reason"], "reason_code": values["reason_code"]}
        if chosen is None:
            made = {name: values[name] for name in ("how", "parents", "with_draft")}
            row = settle_item(item=item, answer=answer, by=self.person, **made, **why)
        else:
            row = settle_with_response(item=item, response_id=chosen, by=self.person, **why)
        return Response({"id": row.pk}, status=201)


class ItemMessagesView(ProjectView):
    """/items/<id>/messages/."""

    rights: ClassVar[dict[str, Right]] = {"POST": Right.ADJUDICATE}

    @extend_schema(request=bodies.MessageBody, responses={201: bodies.IdReply})
    def post(self, request: Request, slug: str, item_id: int) -> Response:
        """Say something as the lead."""
        said = said_in(request)
        row = add_message(item=item_in(self.project, item_id), author=self.person, **said)
        return Response({"id": row.pk}, status=201)


class FlagsView(ProjectListView):
    """/flags/."""

    rights: ClassVar[dict[str, Right]] = {"GET": Right.SEE_QUALITY}
    serializer_class = bodies.FlagReply
    pagination_class = NewestFirst
    filterset_class = FlagFilter
    queryset = Flag.objects.none()

    @extend_schema(operation_id="flags_list", responses=bodies.FlagReply(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Flags of the project, newest first."""
        return self.answer_page(flags_in(self.project))


class DiscussionView(PersonView):
    """/work/discussions/<id>/."""

    @extend_schema(responses=bodies.DiscussionReply)
    def get(self, request: Request, discussion_id: int) -> Response:
        """The discussion of an item the caller answered; others' answers by letter."""
        item = discussed_item(self.person, discussion_id)
        found = detail(item, self.person)
        names = ("hidden", "answers", "messages", "golden")
        flags = [] if found["hidden"] else _flags_for(item, self.person)
        return Response(
            {
                "id": discussion_id,
                "is_open": item.discussion.is_open and not found["hidden"],
                "flags": bodies.SeenFlagReply(flags, many=True).data,
                **{name: found[name] for name in names},
            }
        )


class DiscussionMessagesView(PersonView):
    """/work/discussions/<id>/messages/."""

    @extend_schema(request=bodies.MessageBody, responses={201: bodies.IdReply})
    def post(self, request: Request, discussion_id: int) -> Response:
        """Say something in the discussion of an item the caller answered."""
        item = discussed_item(self.person, discussion_id)
        row = add_message(item=item, author=self.person, **said_in(request))
        return Response({"id": row.pk}, status=201)


class ResolveView(PersonView):
    """/work/messages/<id>/resolve/."""

    @extend_schema(request=None, responses=bodies.IdReply)
    def post(self, request: Request, message_id: int) -> Response:
        """Close a thread: who began it, and leads."""
        row = resolve_thread(message=thread_for(self.person, message_id), by=self.person)
        return Response({"id": row.pk})


class OutcomesView(PersonView):
    """/work/outcomes/."""

    @extend_schema(responses=bodies.OutcomeReply(many=True))
    def get(self, request: Request) -> Response:
        """The caller's newest hundred answers to settled items against what stands."""
        found = outcomes(settled_answers(self.person)[:SHOWN])
        return Response([each.as_json() for each in found])


def said_in(request: Request) -> dict[str, Any]:
    """Text, anchor and thread of a message."""
    values = parse(bodies.MessageBody, request)
    return {**values, "anchor": _anchor(values["anchor"])}


def _anchor(sent: dict[str, Any] | None) -> Anchor:
    if not sent or not (sent["box"] or sent["sentence"]):
        return NO_ANCHOR
    if sent["box"]:
        return Anchor("region", box=Box.of(sent["box"]))
    words = {name: sent[name] for name in ("where", "sentence", "response_id")}
    return Anchor("sentence", **words)


def _flags_for(item: Item, reader: User) -> Any:
    """All for leads; who answers does not learn that the item is a gold one."""
    flags = item.flags.order_by("pk")
    is_lead = can(reader, Right.ADJUDICATE, item.campaign.project)
    return flags if is_lead else flags.exclude(rule=GOLD_MISS)


def detail(item: Item, reader: User) -> dict[str, Any]:
    """The item with what the reader may see of its answers and its discussion."""
    hidden = why_hidden(item, reader)
    golden = None if hidden else golden_record(item)
    return {
        **bodies.ItemReply(item).data,
        "hidden": hidden,
        "answers": bodies.SeenAnswerReply(
            [] if hidden else answers_of(item, reader), many=True
        ).data,
        "flags": [] if hidden else bodies.FlagReply(_flags_for(item, reader), many=True).data,
        "messages": []
        if hidden
        else bodies.MessageReply(messages_of(item, reader), many=True).data,
        "golden": golden.answer if golden else None,
        "record": bodies.RecordReply(golden).data if golden else None,
        "edits": [] if hidden else bodies.TrailReply(trails_of(item), many=True).data,
        "comments": [] if hidden else bodies.CommentReply(comments_on(item), many=True).data,
    }
