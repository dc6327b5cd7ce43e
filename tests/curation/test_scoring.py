"""Scores: what counts, with which figures, and that none is lost."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import Project, User
from annotation.models import Item, Rating
from annotation.services.claiming import claim_next
from annotation.services.discussing import open_second_round, settle_with_response
from annotation.services.submitting import change_answer, submit
from core.jobs import run_claimed
from core.jobs.running import claim
from core.models import Job
from curation.models import Agreement, Score, ScoreKind
from curation.selectors.votes import CHANGED, OTHER_ROUND, UNFINISHED, VOTED_AGAIN, all_votes
from curation.services.scoring import start_full_scores, update_scores
from measures.statistics.mos import mos_of
from tests.curation.build import (
    answer_all,
    campaign_over,
    page_answer,
    photo_with_crops,
    rate,
    score_of,
    work_off,
)
from tests.make import make_member

pytestmark = pytest.mark.django_db


def test_a_crop_gets_mean_n_and_interval(project: Project, ben: User, eve: User) -> None:
    ida, photo = make_member(project, "Ida", "expert"), photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}, eve: {photo.pk: [4, 4, 2, 1]},
                   ida: {photo.pk: [3, 4, 1, None]}})  # fmt: skip
    score, expected = score_of(photo, 0), mos_of([5, 4, 3])
    assert (score.value, score.n, score.sd) == (4.0, 3, 1.0)
    assert (score.low, score.high) == pytest.approx((expected.value.interval.value.low, 6.4841377))
    assert (score.method, score.method_version, score.unknown) == ("mos", "1", "")


def test_what_cannot_be_known_says_why(project: Project, ben: User, eve: User) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [4, None, 2, 1]}, eve: {photo.pk: [4, 3, 1, 1]}})
    equal, single = score_of(photo, 0), score_of(photo, 1)
    assert (equal.low, equal.high) == (None, None)
    assert equal.unknown.startswith("not known, because all votes are equal")
    assert (single.n, single.sd, single.low) == (1, None, None)
    assert single.unknown == "not known, because one vote shows no spread"


def test_ties_share_the_better_rank(project: Project, ben: User, eve: User) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [3, 4, 3, 1]}, eve: {photo.pk: [4, 5, 4, 1]}})
    assert [score_of(photo, place).rank for place in range(4)] == [2, 1, 2, 4]


def test_a_photo_score_is_of_the_photo(project: Project, ben: User, eve: User) -> None:
    photo = photo_with_crops(project)
    campaign = campaign_over([photo], "photo_score")
    answer_all(campaign, ben, {photo.pk: {"score": 7, "cannot_judge": False}})
    answer_all(campaign, eve, {photo.pk: {"score": 8, "cannot_judge": False}})
    work_off()
    score = Score.objects.get()
    assert (score.kind, score.value, score.crop, score.rank) == (ScoreKind.PHOTO, 7.5, None, None)


def test_a_changed_answer_takes_the_old_ones_place(project: Project, ben: User) -> None:
    photo = photo_with_crops(project)
    campaign = campaign_over([photo], overlap=1)
    first = answer_all(campaign, ben, {photo.pk: [1, 1, 1, 1]})[0]
    work_off()
    answer = page_answer(first.assignment, [5, None, 1, 1])
    change_answer(response=first, person=ben, answer=answer, submission_id=uuid4())
    work_off()
    assert (score_of(photo, 0).value, score_of(photo, 0).n) == (5.0, 1)
    assert not Score.objects.filter(crop=photo.crops.order_by("pk")[1]).exists()
    assert [v.left_out for v in all_votes(photo.pk, score_of(photo, 0).crop_id)] == [CHANGED, ""]


def in_second_round(project: Project, ada: User, people: list[User]) -> Item:
    """An item on which three disagreed, asked again."""
    photo = photo_with_crops(project)
    grades = [[1, 3, 3, 3], [5, 3, 3, 3], [5, 3, 3, 3]]
    rate([photo], {p: {photo.pk: g} for p, g in zip(people, grades, strict=True)})
    return open_second_round(item=Item.objects.get(photo=photo), by=ada)


def answer_again(item: Item, person: User, first: int) -> None:
    assignment = claim_next(campaign=item.campaign, person=person)
    assert assignment is not None
    answer = page_answer(assignment, [first, 3, 3, 3])
    submit(assignment=assignment, person=person, answer=answer, submission_id=uuid4())
    work_off()


def test_a_second_round_counts_when_everybody_has_answered_it(
    project: Project, ada: User, ben: User, eve: User
) -> None:
    people = [ben, eve, make_member(project, "Ida", "expert")]
    item = in_second_round(project, ada, people)
    for person in people[:2]:
        answer_again(item, person, 4)
        assert score_of(item.photo, 0).value == pytest.approx(11 / 3)
    assert all_votes(item.photo_id, score_of(item.photo, 0).crop_id)[-1].left_out == UNFINISHED
    answer_again(item, people[2], 5)
    assert score_of(item.photo, 0).value == pytest.approx(13 / 3)
    assert all_votes(item.photo_id, score_of(item.photo, 0).crop_id)[0].left_out == OTHER_ROUND


def test_a_second_round_cut_short_by_settling_never_counts(
    project: Project, ada: User, ben: User, eve: User
) -> None:
    item = in_second_round(project, ada, [ben, eve, make_member(project, "Ida", "expert")])
    answer_again(item, ben, 4)
    settle_with_response(
        item=item, response_id=item.responses.latest("pk").pk, reason="It is calm.", by=ada
    )
    work_off()
    assert score_of(item.photo, 0).value == pytest.approx(11 / 3)


def test_one_person_is_one_vote(project: Project, ben: User) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [1, 1, 1, 1]}})
    rate([photo], {ben: {photo.pk: [4, 1, 1, 1]}})
    score = score_of(photo, 0)
    assert (score.value, score.n) == (4.0, 1)
    assert [vote.left_out for vote in all_votes(photo.pk, score.crop_id)] == [VOTED_AGAIN, ""]


def test_only_what_is_due_is_computed(project: Project, ben: User) -> None:
    done, due = photo_with_crops(project), photo_with_crops(project)
    campaign = rate([done, due], {ben: {done.pk: [1, 1, 1, 1], due.pk: [2, 2, 2, 2]}})
    Score.objects.update(value=9)
    Item.objects.filter(photo=due).update(scores_due=True)
    job = Job.objects.filter(kind="annotation.responses_arrived").first()
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_claimed(claim(job.pk), update_scores)
    assert score_of(done, 0).value == 9 and score_of(due, 0).value == 2
    assert not campaign.items.filter(scores_due=True).exists()


def test_everything_can_be_computed_anew(project: Project, ada: User, ben: User) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [3, 3, 2, 1]}})
    Score.objects.all().delete()
    start_full_scores(project=project, by=ada)
    work_off()
    assert Score.objects.count() == Rating.objects.count() == 4


def test_agreement_follows_the_scores(project: Project, ben: User, eve: User) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}, eve: {photo.pk: [5, 4, 2, 1]}})
    found = Agreement.objects.get(project=project, kind=ScoreKind.CROP, part="")
    assert (found.alpha, found.n_items, found.n_votes, found.n_people) == (1.0, 4, 8, 2)
    unknown = Agreement.objects.get(project=project, kind=ScoreKind.PHOTO, part="")
    assert (unknown.alpha, unknown.unknown) == (None, "not known, because no item has two votes")
