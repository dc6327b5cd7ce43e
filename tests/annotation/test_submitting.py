"""Answers: stored once, never too many, and what follows from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Project, User
from annotation.kinds import RESPONSES_ARRIVED
from annotation.models import Assignment, Discussion, Flag, Item, PairVote, Rating, Response
from annotation.services.claiming import claim_next, give_back
from annotation.services.saving import save_working_copy
from annotation.services.submitting import change_answer, submit
from catalog.models import Crop
from core.errors import Conflict, InvalidInput
from core.models import Job
from tests.annotation.build import answered, claimed, make_campaign, scored
from tests.make import make_member

pytestmark = pytest.mark.django_db


def test_an_answer_is_a_response_with_its_numbers(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project, guidelines="Look."), ben)
    row = answered(held, {"score": 8}, active_ms=4200, idle_ms=10, context={"dpr": 2})
    rating = Rating.objects.get()
    assert (rating.value, rating.scale, rating.person, rating.crop) == (8, "1-10", ben, None)
    assert (row.active_ms, row.idle_ms, row.context, row.guidelines_version) == (
        4200, 10, {"dpr": 2}, 1,
    )  # fmt: skip
    held.refresh_from_db()
    assert held.state == "submitted" and held.submitted_at is not None


def test_the_same_submission_twice_is_one_response(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project), ben)
    submission = uuid4()
    first = answered(held, submission_id=submission)
    assert answered(held, submission_id=submission).pk == first.pk
    assert Response.objects.count() == Rating.objects.count() == 1


def test_a_second_answer_is_refused_in_words(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project), ben)
    answered(held)
    with pytest.raises(Conflict, match="answered this item already"):
        answered(held)


def test_a_submission_id_of_another_answer_is_refused(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=2)
    submission = uuid4()
    answered(claimed(campaign, ben), submission_id=submission)
    with pytest.raises(Conflict, match="another answer"):
        answered(claimed(campaign, ben), submission_id=submission)


def test_late_but_still_mine_is_accepted(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project), ben)
    Assignment.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    assert answered(held).pk


def test_late_and_taken_by_somebody_else_is_a_conflict(
    project: Project, ben: User, eve: User
) -> None:
    campaign = make_campaign(project)
    lost = claimed(campaign, ben)
    save_working_copy(assignment=lost, person=ben, content={"score": 7}, version=0)
    Assignment.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    claimed(campaign, eve)
    with pytest.raises(Conflict, match="somebody else has it now"):
        answered(lost)
    assert not Response.objects.exists()
    assert lost.item.working_copies.get().content == {"score": 7}


def test_after_giving_back_nothing_is_accepted(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project), ben)
    give_back(assignment=held, person=ben)
    with pytest.raises(Conflict, match="gave it back"):
        answered(held)


def test_a_wrong_answer_changes_nothing(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project), ben)
    with pytest.raises(InvalidInput, match="score is 11"):
        answered(held, {"score": 11})
    held.refresh_from_db()
    assert held.state == "leased" and not Response.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize("field", ["active_ms", "idle_ms"])
def test_impossible_times_are_refused(project: Project, ben: User, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        answered(claimed(make_campaign(project), ben), **{field: -1})
    assert caught.value.field == field


def test_hidden_characters_are_not_stored(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project, "guidance_review"), ben)
    row = answered(held, {"verdict": "accept", "guidance": "Step\x00 past\u202e it."})
    assert row.answer["guidance"] == "Step past it."


def test_drawn_crops_become_crops(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project, "crop_draw"), ben)
    row = answered(held)
    crop = Crop.objects.get(made_from=f"response/{row.pk}")
    assert crop.corners == (0.1, 0.1, 0.9, 0.8)
    assert (crop.origin, crop.label, crop.by, crop.ratio) == ("expert", "good", ben, "3:2")


def test_a_pair_vote_keeps_sides_and_meaning(project: Project, ben: User) -> None:
    held = claimed(make_campaign(project, "preference_pair"), ben)
    answered(held, {"choice": "left", "strength": 2})
    vote = PairVote.objects.get()
    assert vote.first_on_left == held.presentation["first_on_left"]
    assert vote.outcome == ("first" if vote.first_on_left else "second")


def test_grades_are_ratings_of_crops(project: Project, ben: User) -> None:
    answered(claimed(make_campaign(project, "crop_mos"), ben))
    ratings = Rating.objects.all()
    assert {rating.scale for rating in ratings} == {"1-5"}
    assert len({rating.crop_id for rating in ratings}) == 4


def test_an_item_is_answered_when_all_slots_are(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, ben, 5)
    item.refresh_from_db()
    assert (item.state, item.scores_due) == ("open", True)
    scored(item, eve, 6)
    item.refresh_from_db()
    assert item.state == "answered" and not campaign.items.filter(flags__isnull=False).exists()


def test_scores_are_asked_for_once_per_campaign(
    project: Project, ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    campaign = make_campaign(project, photos=3)
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            answered(claimed(campaign, ben))
    job = Job.objects.get(kind=RESPONSES_ARRIVED.name)
    assert job.key == f"campaign/{campaign.pk}" and job.params == {"campaign": campaign.pk}


@pytest.mark.parametrize(
    ("scores", "rule"),
    [
        ((5, 5, 8), None),  # exactly 3 from the mean of the others
        ((5, 5, 9), "deviation"),
        ((4, 4, 8), "deviation"),  # all three are flagged, but one stands alone
        ((2, 9), "split"),
        ((1, 1, 9, 9, 9), "split"),
        ((2, 2, 9, 9), "split"),
        ((4, 5, 6), None),
    ],
)
def test_leave_one_out_rule(project: Project, scores: tuple[int, ...], rule: str | None) -> None:
    make_campaign(project, overlap=len(scores))
    item = Item.objects.get()
    for at, score in enumerate(scores):
        assert not Flag.objects.exists()
        scored(item, make_member(project, f"Rater {at}", "expert"), score)
    item.refresh_from_db()
    found = Flag.objects.filter(item=item).first()
    assert (found.rule if found else None) == rule
    assert item.state == ("flagged" if rule else "answered")
    assert Discussion.objects.filter(item=item, is_open=True).exists() == bool(rule)


def test_the_threshold_is_scaled_on_grades(
    project: Project, ada: User, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, "crop_mos", overlap=3)
    for person, odd in ((ada, 3), (ben, 3), (eve, 5)):
        held = claimed(campaign, person)
        place = held.presentation["order"].index(0)
        scores = [{"place": at, "score": odd if at == place else 3} for at in range(4)]
        answered(held, {"scores": scores})
    flag = Flag.objects.get()
    (subject,) = flag.detail["subjects"]
    assert subject["threshold"] == pytest.approx(4 / 3, abs=1e-3)
    assert [each["person"] for each in subject["scores"] if each["is_flagged"]] == [eve.pk]


def test_a_changed_answer_replaces_and_keeps_the_old(project: Project, ben: User) -> None:
    old = answered(claimed(make_campaign(project), ben), {"score": 3})
    new = change_answer(response=old, person=ben, answer={"score": 6}, submission_id=uuid4())
    assert new.replaces == old and Response.objects.get(pk=old.pk).answer["score"] == 3
    assert Rating.objects.get(is_current=True).value == 6
    with pytest.raises(Conflict, match="changed already"):
        change_answer(response=old, person=ben, answer={"score": 7}, submission_id=uuid4())


def test_a_change_can_raise_a_flag(project: Project, ben: User, eve: User) -> None:
    make_campaign(project, overlap=2)
    item = Item.objects.get()
    first = scored(item, ben, 5)
    scored(item, eve, 6)
    change_answer(response=first, person=ben, answer={"score": 1}, submission_id=uuid4())
    item.refresh_from_db()
    assert item.state == "flagged"
    newest = Response.objects.get(replaces=first)
    with pytest.raises(Conflict, match="in discussion"):
        change_answer(response=newest, person=ben, answer={"score": 6}, submission_id=uuid4())


def test_only_my_own_and_my_last_ten(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, photos=11)
    rows = [answered(claimed(campaign, ben)) for _ in range(11)]
    with pytest.raises(Conflict, match="last 10"):
        change_answer(response=rows[0], person=ben, answer={"score": 1}, submission_id=uuid4())
    with pytest.raises(Conflict, match="not your answer"):
        change_answer(response=rows[5], person=eve, answer={"score": 1}, submission_id=uuid4())
    assert change_answer(
        response=rows[1], person=ben, answer={"score": 1}, submission_id=uuid4()
    ).pk


def test_others_see_no_slot_left_after_the_last_answer(
    project: Project, ben: User, eve: User
) -> None:
    campaign = make_campaign(project)
    held = claimed(campaign, ben)
    answered(held)
    assert claim_next(campaign=campaign, person=eve) is None
    with pytest.raises(Conflict):
        submit(assignment=held, person=eve, answer={"score": 1}, submission_id=uuid4())
