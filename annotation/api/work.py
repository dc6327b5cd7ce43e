"""The experts' work: claim, answer, keep, skip, flag, undo. Used by the pages and by programs.

Blind on every path: an item comes as its item type shows it, and nothing else.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.access import PersonListView, PersonView
from annotation.api import bodies
from annotation.handles import handle_of
from annotation.models import Assignment
from annotation.models import Response as AnswerRow
from annotation.selectors.doubts import doubts_about
from annotation.selectors.entries import entry_of, page_answer_of
from annotation.selectors.pictures import picture_of
from annotation.selectors.progress import person_progress, progress_from
from annotation.selectors.standing import feedback_of
from annotation.selectors.work import (
    LEASE_LOST,
    assignment_of,
    campaign_by_id,
    campaign_to_work_on,
    campaigns_to_do,
    held_ids,
    last_answer,
    my_answers,
    response_of,
    steady_campaign,
)
from annotation.services.claiming import claim_next, extend_lease, give_back, skip_item
from annotation.services.discussing import flag_item
from annotation.services.keeping import comment_on
from annotation.services.saving import save_working_copy
from annotation.services.standing import limit_of, stop_of
from annotation.services.submitting import change_answer, submit, why_unchangeable
from core.errors import Conflict, InvalidInput
from core.web.bodies import parse, parse_often
from core.web.paging import NewestFirst

NOTHING_LEFT = "There is no item left for you in this campaign now."
PAUSED = "This campaign is paused. New items come when the lead opens it again."
CLOSED = "This campaign is closed."


class WorkView(PersonView):
    """Base: an endpoint about an assignment of the caller."""

    def mine(self, assignment_id: int) -> Assignment:
        """The caller's assignment; anybody else's is 404."""
        return assignment_of(self.person, assignment_id)

    def body(self, kind: type[bodies.AboutAssignment], assignment_id: int) -> dict[str, Any]:
        """The checked body; a repeated id must be the address's."""
        found = parse_often(kind, self.request)
        if found.pop("assignment", assignment_id) != assignment_id:
            raise InvalidInput("assignment differs from the address.", field="assignment")
        return found

    def image_address(self, assignment_id: int, place: str) -> str:
        """Programs fetch pictures with their token, pages with their session."""
        name = "api:work-image" if self.request.auth else "annotation:image"
        return reverse(name, args=[assignment_id, place])


class ToDoView(PersonView):
    """/work/campaigns/."""

    @extend_schema(operation_id="work_campaigns_list", responses=bodies.ToDoReply(many=True))
    def get(self, request: Request) -> Response:
        """The caller's campaigns with what waits in them."""
        return Response(bodies.ToDoReply(campaigns_to_do(self.person), many=True).data)


class ClaimView(WorkView):
    """/work/<campaign>/claim/."""

    @extend_schema(request=bodies.ClaimBody, responses=bodies.EntryReply)
    def post(self, request: Request, campaign_id: int) -> Response:
        """The next item: one the caller holds and does not name in ``after``, or a new lease."""
        known = parse_often(bodies.ClaimBody, request).get("after", [])
        campaign = steady_campaign(campaign_id)
        assignment = claim_next(campaign=campaign, person=self.person, known=known)
        if assignment is None:
            state = campaign_by_id(campaign_id).state
            words = {"paused": PAUSED, "closed": CLOSED}.get(state, NOTHING_LEFT)
            progress = person_progress(self.person, campaign)
            stop = stop_of(campaign, self.person)
            if stop is not None:
                return Response(
                    {"empty": stop.words, "why": stop.code, "again_s": stop.again_s,
                     "progress": progress}
                )  # fmt: skip
            return Response({"empty": words, "progress": progress})
        return Response(entry_of(assignment, self.person, self.image_address))


class AssignmentView(WorkView):
    """/work/assignments/<id>/."""

    @extend_schema(responses=bodies.EntryReply)
    def get(self, request: Request, assignment_id: int) -> Response:
        """An item the caller holds or has answered, as they saw it."""
        return Response(entry_of(self.mine(assignment_id), self.person, self.image_address))


class SubmitView(WorkView):
    """/work/assignments/<id>/submit/."""

    @extend_schema(request=bodies.SubmitBody, responses={201: bodies.SubmitReply})
    def post(self, request: Request, assignment_id: int) -> Response:
        """Store the answer. The same submission id again gives the same response."""
        assignment = self.mine(assignment_id)
        values = self.body(bodies.SubmitBody, assignment_id)
        row = submit(assignment=assignment, person=self.person, **values)
        return _stored(self, row, assignment)


class ChangeView(WorkView):
    """/work/responses/<id>/change/."""

    @extend_schema(request=bodies.SubmitBody, responses={201: bodies.SubmitReply})
    def post(self, request: Request, response_id: int) -> Response:
        """Replace one of the caller's last ten answers of a campaign by a new one."""
        old = response_of(self.person, response_id)
        values = self.body(bodies.SubmitBody, old.assignment_id)
        row = change_answer(response=old, person=self.person, **values)
        return _stored(self, row, old.assignment)


class SkipView(WorkView):
    """/work/assignments/<id>/skip/."""

    @extend_schema(request=bodies.SkipBody, responses=bodies.DoneReply)
    def post(self, request: Request, assignment_id: int) -> Response:
        """Pass the item over; it is not offered to the caller again."""
        assignment = self.mine(assignment_id)
        reason = self.body(bodies.SkipBody, assignment_id)["reason"]
        skip_item(assignment=assignment, person=self.person, reason=reason)
        return Response({"progress": person_progress(self.person, assignment.campaign)})


class GiveBackView(WorkView):
    """/work/assignments/<id>/give-back/."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, assignment_id: int) -> Response:
        """Free the item for somebody else at once."""
        give_back(assignment=self.mine(assignment_id), person=self.person)
        return Response(status=204)


class FlagView(WorkView):
    """/work/assignments/<id>/flag/."""

    @extend_schema(request=bodies.FlagBody, responses={201: bodies.IdReply})
    def post(self, request: Request, assignment_id: int) -> Response:
        """Ask the lead for a second look at the item."""
        assignment = self.mine(assignment_id)
        reason = self.body(bodies.FlagBody, assignment_id)["reason"]
        flag = flag_item(item=assignment.item, by=self.person, reason=reason)
        return Response({"id": flag.pk}, status=201)


class CommentView(WorkView):
    """/work/assignments/<id>/comment/."""

    @extend_schema(request=bodies.CommentBody, responses={201: bodies.IdReply})
    def post(self, request: Request, assignment_id: int) -> Response:
        """Leave a note for the lead, without a flag; shown when the round is complete."""
        assignment = self.mine(assignment_id)
        text = self.body(bodies.CommentBody, assignment_id)["text"]
        row = comment_on(assignment=assignment, author=self.person, text=text)
        return Response({"id": row.pk}, status=201)


class DoubtsView(WorkView):
    """/work/assignments/<id>/doubts/."""

    @extend_schema(request=bodies.DoubtsBody, responses=bodies.DoubtReply(many=True))
    def post(self, request: Request, assignment_id: int) -> Response:
        """What the caller's own sentences claim that measures do not bear out; stores nothing."""
        assignment = self.mine(assignment_id)
        text = self.body(bodies.DoubtsBody, assignment_id)["text"]
        return Response(bodies.DoubtReply(doubts_about(assignment, text), many=True).data)


class WorkingCopyView(WorkView):
    """/work/assignments/<id>/working-copy/."""

    @extend_schema(request=bodies.WorkingCopyBody, responses=bodies.VersionReply)
    def put(self, request: Request, assignment_id: int) -> Response:
        """Keep unfinished work; 409 with both versions when another window saved in between."""
        assignment = self.mine(assignment_id)
        values = self.body(bodies.WorkingCopyBody, assignment_id)
        version = save_working_copy(assignment=assignment, person=self.person, **values)
        return Response({"version": version})


class HeartbeatView(WorkView):
    """/work/assignments/<id>/heartbeat/."""

    @extend_schema(request=bodies.AboutAssignment, responses=bodies.HeldReply)
    def post(self, request: Request, assignment_id: int) -> Response:
        """Keep the lease, and those of the items fetched ahead; 409 when it is not the caller's."""
        assignment = self.mine(assignment_id)
        self.body(bodies.AboutAssignment, assignment_id)
        ids = held_ids(self.person, assignment.campaign)
        held = extend_lease(assignments=ids, person=self.person)
        if assignment_id not in held:
            raise Conflict(LEASE_LOST, code="lease_lost")
        return Response({"held": sorted(map(handle_of, held))})


class UndoView(WorkView):
    """/work/<campaign>/undo/."""

    @extend_schema(request=bodies.UndoBody, responses=bodies.EntryReply)
    def post(self, request: Request, campaign_id: int) -> Response:
        """Open an own answer again: the item, the answer, and where its change is sent."""
        campaign = campaign_to_work_on(self.person, campaign_id)
        asked = parse(bodies.UndoBody, request)
        rows = my_answers(self.person, campaign)
        if asked.get("response_id"):
            rows = rows.filter(pk=asked["response_id"])
        elif asked.get("submission_id"):
            rows = rows.filter(submission_id=asked["submission_id"])
        row = last_answer(rows)
        if row is None:
            raise Conflict("There is no answer of yours to open again.")
        problem = why_unchangeable(row, self.person, row.item)
        if problem:
            raise Conflict(problem)
        return Response(reopened(self, row))


class MyAnswersView(PersonListView):
    """/work/answers/."""

    serializer_class = bodies.MyAnswerReply
    pagination_class = NewestFirst
    queryset = AnswerRow.objects.none()

    @extend_schema(operation_id="work_answers_list", responses=bodies.MyAnswerReply(many=True))
    def get(self, request: Request) -> Response:
        """The caller's own answers, newest first."""
        return self.answer_page(my_answers(self.person))


class ImageView(WorkView):
    """/work/assignments/<id>/images/<place>."""

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, assignment_id: int, place: str) -> HttpResponse:
        """The picture at a place of the caller's own item."""
        return HttpResponse(picture_of(self.mine(assignment_id), place), content_type="image/jpeg")


def reopened(view: WorkView, row: AnswerRow) -> dict[str, Any]:
    """An entry whose answer goes to the change address instead of submit."""
    entry = entry_of(row.assignment, view.person, view.image_address)
    change = reverse("api:work-change", args=[row.pk])
    entry["assignment"]["urls"] = {"submit": change}
    return {**entry, "answer": page_answer_of(row)}


def _stored(view: WorkView, row: AnswerRow, assignment: Assignment) -> Response:
    campaign = assignment.campaign
    counts = row.counts
    progress = (
        progress_from(campaign, *counts) if counts else person_progress(view.person, campaign)
    )
    told: dict[str, Any] = {"response_id": row.pk, "progress": progress}
    feedback = feedback_of(row)
    if feedback is not None:
        told["feedback"] = feedback
    stop = limit_of(campaign, view.person)
    if stop is not None:
        told["stop"] = {"why": stop.code, "words": stop.words, "again_s": stop.again_s}
    return Response(told, status=201)
