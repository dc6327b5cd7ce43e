"""Taking answers: stored before they are acknowledged, once, and never more than the overlap.

Everything of one answer is one short transaction. It begins by locking the item, so that of two
people who answer last at once exactly one finds the round complete. The lock leaves the key free:
a claim that checks its foreign key to the item meanwhile must not wait for us.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.models import User
from annotation.edit_steps import parse_edits
from annotation.item_types import ItemType, Parsed, ShownItem, item_type_of
from annotation.models import (
    Assignment,
    AssignmentState,
    Campaign,
    CopyResult,
    Draft,
    DraftOutcome,
    Item,
    ItemPurpose,
    ItemState,
    PairVote,
    Rating,
    Response,
    WorkingCopy,
)
from annotation.selectors.items import locked_item, shown_item
from annotation.selectors.progress import midnight
from annotation.selectors.work import LEASE_LOST
from annotation.services.consenting import go_round
from annotation.services.copying import add_copies, add_gold_check, note_result
from annotation.services.flagging import close_round, has_open_flag, is_complete
from annotation.services.judging import retire_judgements, write_judgements
from annotation.services.keeping import keep_edits
from annotation.services.rescoring import DELAY_S, start_rescoring
from annotation.services.rounds import note_training
from annotation.services.standing import check_view_time, count_answer
from annotation.services.stopping import may_ask_again, words_of_most
from catalog.models import CropLabel, CropOrigin, Question
from catalog.services.crops import add_crop
from catalog.services.elements import add_elements, take_back_elements
from catalog.services.regions import add_region
from core.errors import Conflict, InvalidInput
from core.plain_rows import insert_plain, update_plain

LAST_ANSWERS = 10
FINISH = """
WITH gone AS (
    DELETE FROM annotation_workingcopy
    WHERE item_id = %(item)s AND round = %(round)s AND person_id = %(person)s
), mine AS MATERIALIZED (
    SELECT count(*) AS done, count(*) FILTER (WHERE submitted_at >= %(midnight)s) AS today
    FROM annotation_assignment
    WHERE person_id = %(person)s AND campaign_id = %(campaign)s AND submitted_at IS NOT NULL
)
UPDATE annotation_assignment
SET state = 'submitted', submitted_at = now(), lease_until = NULL
WHERE id = %(slot)s AND person_id = %(person)s AND state = 'leased'
RETURNING NOT EXISTS (
    SELECT 1 FROM annotation_assignment other
    WHERE other.item_id = %(item)s AND other.round = %(round)s
        AND other.state <> 'submitted' AND other.id <> %(slot)s),
    (SELECT count(*) FROM annotation_assignment other
    WHERE other.item_id = %(item)s AND other.round = %(round)s
        AND other.state = 'submitted' AND other.id <> %(slot)s) + 1,
    EXISTS (SELECT 1 FROM annotation_flag WHERE item_id = %(item)s
        AND annotation_flag.state = 'open'),
    (SELECT done FROM mine) + 1, (SELECT today FROM mine) + 1
"""
# When this process last asked for scores, per campaign.
_asked: dict[int, float] = {}
LONGEST_MS = 24 * 3600 * 1000
MOST_CONTEXT = 40
GIVEN_BACK = "You skipped this item or gave it back, so this answer was not stored."
ANSWERED = "You have answered this item already. Open it under your last answers to change it."
OLD_ID = "This submission id belongs to another answer. Reload the page and send it again."


@dataclass(frozen=True)
class Timing:
    """How long the person worked, in milliseconds, and facts of their screen."""

    active_ms: int = 0
    idle_ms: int = 0
    context: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("active_ms", "idle_ms"):
            if not 0 <= getattr(self, name) <= LONGEST_MS:
                raise InvalidInput(f"{name} is a time from 0 ms to a day.", field=name)
        if len(self.context) > MOST_CONTEXT or len(str(self.context)) > 4_000:
            raise InvalidInput("The context holds too much.", field="context")


def submit(
    *,
    assignment: Assignment,
    person: User,
    answer: object,
    submission_id: UUID,
    active_ms: int = 0,
    idle_ms: int = 0,
    context: dict[str, Any] | None = None,
    edits: Sequence[Any] = (),
) -> Response:
    """Store the person's answer to the item they hold; the same submission twice is one response.

    ``edits``: how its texts came about, see `annotation.edit_steps`.
    A lease that ran out still counts while nobody else took the slot. Raises `InvalidInput` for an
    answer that the item type refuses, `Conflict` for a slot that is no longer this person's.
    """
    timing = Timing(active_ms, idle_ms, context or {})
    if assignment.state != AssignmentState.LEASED:
        return _explain(assignment, person, submission_id)
    check_view_time(assignment.campaign, active_ms)
    kind, steps = item_type_of(assignment.campaign), parse_edits(list(edits))
    with transaction.atomic():
        item = locked_item(assignment.item_id)
        shown = shown_item(item, kind)
        parsed = kind.parse(answer, shown, assignment.presentation)
        found = _finish(assignment, person)
        if found is None:
            return _explain(assignment, person, submission_id)
        row = _row(assignment, person, parsed, submission_id, timing)
        _insert(row)
        keep_edits(response=row, draft=shown.draft, steps=steps)
        if item.purpose == ItemPurpose.WORK:
            _write_parts(kind, shown, row, parsed)
            _advance(item, assignment.campaign, kind, found)
            add_copies(campaign=assignment.campaign, person=person)
            add_gold_check(campaign=assignment.campaign, person=person, response=row)
        else:
            _end_copy(kind, item, row, parsed)
        count_answer(campaign=assignment.campaign, person=person, active_ms=active_ms)
    row.item = item
    row.counts = (found.done, found.today)
    return row


def change_answer(
    *,
    response: Response,
    person: User,
    answer: object,
    submission_id: UUID,
    active_ms: int = 0,
    idle_ms: int = 0,
    context: dict[str, Any] | None = None,
    edits: Sequence[Any] = (),
) -> Response:
    """Replace one of the person's last ten answers of the campaign by a new response.

    Not while the item is discussed or settled: by then the person may know others' answers.
    """
    timing = Timing(active_ms, idle_ms, context or {})
    assignment = response.assignment
    known = _already(assignment, person, submission_id)
    if known is not None:
        return known
    kind, steps = item_type_of(assignment.campaign), parse_edits(list(edits))
    shown = shown_item(assignment.item, kind)
    parsed = kind.parse(answer, shown, assignment.presentation)
    with transaction.atomic():
        item = locked_item(assignment.item_id)
        _check_changeable(response, person, item)
        row = _row(assignment, person, parsed, submission_id, timing)
        row.replaces = response
        _insert(row)
        keep_edits(response=row, draft=shown.draft, steps=steps)
        _retire_parts(response)
        WorkingCopy.objects.filter(item=item, round=row.round, person=person).delete()
        if item.purpose == ItemPurpose.WORK:
            _write_parts(kind, shown, row, parsed)
            now = Standing(is_complete(item), item.answers, has_open_flag(item))
            _advance(item, assignment.campaign, kind, now)
        else:
            _end_copy(kind, item, row, parsed)
    return row


def why_unchangeable(response: Response, person: User, item: Item) -> str:
    """Why this answer can no longer be changed, in words; empty when it can."""
    if response.person_id != person.pk:
        return "This is not your answer."
    if Response.objects.filter(replaces=response).exists():
        return "This answer was changed already. Reload to see the newest one."
    if words := _why_it_stands(response, item):
        return words
    recent = (
        Response.objects.filter(
            person=person, assignment__campaign_id=response.assignment.campaign_id,
            replaced_by__isnull=True,
        ).order_by("-id").values_list("pk", flat=True)[:LAST_ANSWERS]
    )  # fmt: skip
    if response.pk not in set(recent):
        return f"Only your last {LAST_ANSWERS} answers can be changed."
    return ""


def _why_it_stands(response: Response, item: Item) -> str:
    if item.purpose == ItemPurpose.TRAINING:
        return "Answers of the training stand: you have seen the reference."
    if item.state == ItemState.SETTLED:
        return "This item is settled, so its answers stand."
    if item.state == ItemState.FLAGGED or response.round != item.round:
        return "This item is in discussion, so its answers stand. A second round may follow."
    return ""


def _check_changeable(response: Response, person: User, item: Item) -> None:
    problem = why_unchangeable(response, person, item)
    if problem:
        raise Conflict(problem)


def _already(assignment: Assignment, person: User, submission_id: UUID) -> Response | None:
    found = Response.objects.filter(submission_id=submission_id).first()
    if found is None:
        return None
    if found.person_id != person.pk or found.assignment_id != assignment.pk:
        raise Conflict(OLD_ID, field="submission_id")
    return found


@dataclass(frozen=True)
class Standing:
    """Where an item stands after an answer, read under its lock; after a new one also how many
    answers of the person the campaign has, and how many of today."""

    is_complete: bool
    answers: int
    is_flagged: bool
    done: int = 0
    today: int = 0


def _finish(assignment: Assignment, person: User) -> Standing | None:
    """Take the slot out of the person's hands; None if it was not in them."""
    values: dict[str, Any] = {
        "slot": assignment.pk, "item": assignment.item_id, "round": assignment.round,
        "person": person.pk, "campaign": assignment.campaign_id, "midnight": midnight(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FINISH, values)
        row = cursor.fetchone()
    return None if row is None else Standing(*row)


def _insert(row: Response) -> None:
    try:
        insert_plain(row)
    except IntegrityError as error:
        if "submission_id" not in str(error):
            raise
        raise Conflict(OLD_ID, field="submission_id") from None


def _explain(assignment: Assignment, person: User, submission_id: UUID) -> Response:
    """The slot was not ours to finish: the same submission from elsewhere, or words why not."""
    known = _already(assignment, person, submission_id)
    if known is not None:
        return known
    current = Assignment.objects.get(pk=assignment.pk)
    if current.person_id == person.pk:
        raise Conflict(ANSWERED, code="answered")
    raise Conflict(LEASE_LOST if current.person_id else GIVEN_BACK, code="lease_lost")


def _row(
    assignment: Assignment, person: User, parsed: Parsed, submission_id: UUID, timing: Timing
) -> Response:
    return Response(
        item_id=assignment.item_id,
        assignment=assignment,
        campaign_id=assignment.campaign_id,
        person=person,
        round=assignment.round,
        answer=parsed.model_dump(mode="json"),
        submission_id=submission_id,
        active_ms=timing.active_ms,
        idle_ms=timing.idle_ms,
        context=timing.context,
        guidelines_version=assignment.campaign.guidelines_version,
    )


def _write_parts(kind: ItemType, shown: ShownItem, row: Response, parsed: Parsed) -> None:
    """The numbers, the vote and the boxes of an answer as rows of their own."""
    insert_plain(*(
        Rating(
            response=row, person_id=row.person_id, photo_id=shown.item.photo_id, crop_id=each.crop_id,
            scale=each.scale.name, value=each.value, round=row.round,
        )
        for each in kind.ratings(parsed)
    ))  # fmt: skip
    choice = kind.pair_choice(parsed, row.assignment.presentation)
    if choice is not None:
        PairVote.objects.create(
            response=row, person_id=row.person_id, photo_id=shown.item.photo_id,
            first_id=choice.first_id, second_id=choice.second_id, outcome=choice.outcome,
            strength=choice.strength, first_on_left=choice.first_on_left,
        )  # fmt: skip
    write_judgements(kind=kind, shown=shown, row=row, parsed=parsed)
    _write_outcome(kind, shown.draft, row, parsed)
    _write_elements(kind, shown, row, parsed)
    for crop in kind.crops(parsed):
        add_crop(
            photo=shown.photo, box=crop.box, origin=CropOrigin.EXPERT, label=CropLabel.GOOD,
            ratio=crop.ratio, rationale=crop.rationale, made_from=f"response/{row.pk}",
            by=row.person,
        )  # fmt: skip
    for region in kind.regions(parsed):
        add_region(
            question=Question.objects.get(pk=region.question_id, photo=shown.photo), box=region.box,
            origin=CropOrigin.EXPERT, note=region.note, made_from=f"response/{row.pk}",
            by=row.person,
        )  # fmt: skip


def _write_elements(kind: ItemType, shown: ShownItem, row: Response, parsed: Parsed) -> None:
    drawn = kind.elements(parsed)
    if drawn:
        add_elements(
            photo=shown.photo, shapes=[(each.element, each.points) for each in drawn],
            origin=CropOrigin.EXPERT, made_from=f"response/{row.pk}", by=row.person,
        )  # fmt: skip


def _write_outcome(kind: ItemType, draft: Draft | None, row: Response, parsed: Parsed) -> None:
    made = kind.outcome(parsed, draft) if draft is not None else None
    if draft is None or made is None:
        return
    DraftOutcome.objects.create(
        response=row, draft=draft, kind=made.kind, distance=made.distance,
        reason_code=made.reason_code, active_ms=row.active_ms,
    )  # fmt: skip


def _end_copy(kind: ItemType, item: Item, row: Response, parsed: Parsed) -> None:
    """An answer to a copy says something of its person, and nothing of the item."""
    if item.purpose == ItemPurpose.TRAINING:
        note_training(response=row, item=item, kind=kind, parsed=parsed)
        return
    if item.purpose != ItemPurpose.WARMUP:
        note_result(response=row, item=item, kind=kind, parsed=parsed)
    Item.objects.filter(pk=item.pk).update(state=ItemState.ANSWERED)


def _retire_parts(response: Response) -> None:
    CopyResult.objects.filter(response=response).update(is_current=False)
    Rating.objects.filter(response=response).update(is_current=False)
    PairVote.objects.filter(response=response).update(is_current=False)
    DraftOutcome.objects.filter(response=response).update(is_current=False)
    retire_judgements(response)
    take_back_elements(made_from=f"response/{response.pk}")


def _advance(item: Item, campaign: Campaign, kind: ItemType, now: Standing) -> None:
    """Move the item on when its round is complete, and ask for new scores: where answers are asked
    for until the scores are known, these decide."""
    may_go_on = item.state == ItemState.OPEN and may_ask_again(item, campaign, kind)
    item.answers = now.answers
    if now.is_complete and not may_go_on and _has_most(item, campaign, kind):
        item.stopped = words_of_most(kind, campaign)
    if now.is_complete and item.state != ItemState.SETTLED and not may_go_on:
        close = go_round if kind.goes_round else close_round
        close(item=item, campaign=campaign, kind=kind, is_flagged=now.is_flagged)
    item.scores_due = True
    update_plain(item, "state", "scores_due", "stopped", "round", "answers", "payload")
    transaction.on_commit(lambda: ask_for_scores(campaign))


def _has_most(item: Item, campaign: Campaign, kind: ItemType) -> bool:
    """Whether this answer ends the first round of an item that could have stopped earlier."""
    is_first = item.state == ItemState.OPEN and item.round == 1
    return is_first and kind.stop_rule(campaign.overlap) is not None


def ask_for_scores(campaign: Campaign) -> None:
    """Have the new responses counted, after the commit: a job that waits already will see them.

    Should we be killed before this, the sweep finds the item that is due.
    """
    now = time.monotonic()
    if now - _asked.get(campaign.pk, -DELAY_S) < DELAY_S:
        return  # the job of the last call begins later than this answer was stored
    _asked[campaign.pk] = now
    start_rescoring(campaign=campaign)
