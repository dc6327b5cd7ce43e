"""Training before work: what is given, what is shown, what it comes to, and what a lead may do."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import Project, User
from annotation.models import (
    Campaign,
    CopyResult,
    Item,
    ItemPurpose,
    Participation,
    Rating,
    Response,
    TrainingItem,
    TrainingRound,
)
from annotation.selectors.progress import campaign_progress
from annotation.selectors.standing import feedback_of, standings_in
from annotation.services.adding import add_selection
from annotation.services.campaigns import open_campaign
from annotation.services.claiming import claim_next, skip_item
from annotation.services.deciding import decide_training
from annotation.services.discussing import settle_item
from annotation.services.submitting import change_answer
from annotation.services.training import add_golden, add_own, change_training_item, claim_own
from annotation.subjects import Selection
from core.errors import Conflict, InvalidInput
from tests.annotation.build import answered, claimed, make_campaign
from tests.people import signed_in

pytestmark = pytest.mark.django_db
TWO_ROUNDS = {"pass_marks": [0.5, 1.0], "round_items": 2}


@pytest.fixture
def golden(project: Project, ada: User, eve: User) -> Campaign:
    """Five photos that Eve scored with 7, and that stand settled so."""
    campaign = make_campaign(project, photos=5, name="Settled")
    for _ in range(5):
        item = answered(claimed(campaign, eve)).item
        settle_item(
            item=item, by=ada, answer={"score": 7, "cannot_judge": False}, reason="The light."
        )
    return campaign


@pytest.fixture
def campaign(project: Project, golden: Campaign, ada: User) -> Campaign:
    """Three photos of work after two rounds of two training items."""
    made = make_campaign(project, photos=3, is_open=False, conduct=TWO_ROUNDS)
    add_golden(campaign=made, by=ada)
    return open_campaign(campaign=made, by=ada)


def scored_all(campaign: Campaign, person: User, scores: list[int]) -> list[Response]:
    return [answered(claimed(campaign, person), {"score": each}) for each in scores]


def test_training_comes_first_and_counts_for_nothing(campaign: Campaign, ben: User) -> None:
    before = Rating.objects.count()
    first, second = scored_all(campaign, ben, [7, 2])
    assert {first.item.purpose, second.item.purpose} == {ItemPurpose.TRAINING}
    assert Rating.objects.count() == before
    assert campaign_progress(campaign).item_count == 3
    assert campaign_progress(campaign).submitted == 0
    assert list(CopyResult.objects.values_list("agrees", flat=True)) == [True, False]


def test_each_answer_is_told_the_reference_and_the_reason(campaign: Campaign, ben: User) -> None:
    told = feedback_of(scored_all(campaign, ben, [4])[0])
    assert told is not None and told["result"] is None
    assert (told["agrees"], told["yours"]["words"], told["reference"]["words"], told["why"]) == (
        False, "4 of 10", "7 of 10", "The light.",
    )  # fmt: skip


def test_two_rounds_with_other_items_then_work(campaign: Campaign, ben: User) -> None:
    rows = scored_all(campaign, ben, [7, 7, 7, 8])
    assert len({row.item.copy_of_id for row in rows}) == 4
    rounds = TrainingRound.objects.filter(is_passed=True, guidelines_version=1)
    assert list(rounds.values_list("round", "agreeing", "items")) == [(1, 2, 2), (2, 2, 2)]
    assert claimed(campaign, ben).item.purpose == ItemPurpose.WORK
    told = feedback_of(rows[-1])
    assert told is not None and told["result"]["words"].startswith("The training is passed")


def test_failing_stops_until_the_lead_gives_another_try(
    campaign: Campaign, ben: User, ada: User
) -> None:
    failed = scored_all(campaign, ben, [1, 1])
    assert claim_next(campaign=campaign, person=ben) is None
    with pytest.raises(Conflict, match="has not passed"):
        decide_training(campaign=campaign, person=ada, act="again", reason="x", by=ada)
    decide_training(campaign=campaign, person=ben, act="again", reason="He was ill.", by=ada)
    again = scored_all(campaign, ben, [7, 7])
    assert {row.item.copy_of_id for row in again}.isdisjoint(row.item.copy_of_id for row in failed)
    assert Participation.objects.get(person=ben).round == 2


def test_a_lead_passes_and_resets_by_hand(campaign: Campaign, ben: User, ada: User) -> None:
    claimed(campaign, ben)
    with pytest.raises(InvalidInput, match="reason"):
        decide_training(campaign=campaign, person=ben, act="pass", reason=" ", by=ada)
    decide_training(campaign=campaign, person=ben, act="pass", reason="I know him.", by=ada)
    held = claimed(campaign, ben)
    assert held.item.purpose == ItemPurpose.WORK
    decide_training(campaign=campaign, person=ben, act="reset", reason="New rules.", by=ada)
    held.refresh_from_db()
    assert held.state == "free"
    assert claimed(campaign, ben).item.purpose == ItemPurpose.TRAINING
    ben_now = next(row for row in standings_in(campaign) if row.person == ben)
    assert (ben_now.stage, ben_now.participation and ben_now.participation.reason) == (
        "in training", "New rules.",
    )  # fmt: skip


def test_a_passed_training_counts_elsewhere_if_the_campaign_says_so(
    campaign: Campaign, project: Project, ben: User, eve: User, ada: User
) -> None:
    scored_all(campaign, ben, [7, 7, 7, 7])
    other = make_campaign(
        project, photos=1, overlap=2, is_open=False, conduct={**TWO_ROUNDS, "accepts_others": True}
    )
    add_golden(campaign=other, by=ada)
    open_campaign(campaign=other, by=ada)
    assert claimed(other, ben).item.purpose == ItemPurpose.WORK
    assert claimed(other, eve).item.purpose == ItemPurpose.TRAINING
    assert Participation.objects.get(campaign=other, person=ben).passed_in == campaign


def test_training_is_not_skipped_and_not_changed(campaign: Campaign, ben: User) -> None:
    row = scored_all(campaign, ben, [2])[0]
    with pytest.raises(Conflict, match="seen the reference"):
        change_answer(response=row, person=ben, answer={"score": 7}, submission_id=uuid4())
    with pytest.raises(Conflict, match="not skipped"):
        skip_item(assignment=claimed(campaign, ben), person=ben)


def test_a_lead_answers_training_items_himself(project: Project, ada: User, ben: User) -> None:
    campaign = make_campaign(
        project, photos=3, is_open=False, conduct={"pass_marks": [1.0], "round_items": 1}
    )
    with pytest.raises(Conflict, match="needs 1 training item"):
        open_campaign(campaign=campaign, by=ada)
    photo_id = campaign.items.order_by("pk").values_list("photo_id", flat=True)[0]
    assert add_own(campaign=campaign, photo_ids=[photo_id], by=ada) == 1
    assert add_selection(campaign=campaign, selection=Selection((photo_id,)), by=ada) == 0
    held = claim_own(campaign=campaign, by=ada)
    assert held is not None
    held.refresh_from_db()
    answered(held, {"score": 9})
    assert claim_own(campaign=campaign, by=ada) is None
    row = TrainingItem.objects.get()
    change_training_item(campaign=campaign, training_item_id=row.pk, words="Bold.", by=ada)
    open_campaign(campaign=campaign, by=ada)
    told = feedback_of(scored_all(campaign, ben, [9])[0])
    assert told is not None and (told["agrees"], told["why"]) == (True, "Bold.")
    assert campaign_progress(campaign).item_count == 2


def test_warmups_come_before_work_and_are_not_counted(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=3, conduct={"dummy_answers": 2})
    rows = scored_all(campaign, ben, [5, 5, 5])
    assert [row.item.purpose for row in rows] == ["warmup", "warmup", "work"]
    assert Rating.objects.count() == 1 and not CopyResult.objects.exists()
    with pytest.raises(InvalidInput, match="scores only"):
        make_campaign(project, "crop_draw", conduct={"dummy_answers": 2})


@pytest.mark.parametrize(
    "conduct", [{"pass_marks": [1.5]}, {"daily_items": 0}, {"unknown": 1}, {"round_items": "x"}]
)
def test_a_wrong_conduct_is_refused_by_name(project: Project, conduct: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_campaign(project, conduct=conduct)
    assert caught.value.field == next(iter(conduct))


def test_the_api_trains_tells_and_decides(campaign: Campaign, ben: User, ada: User) -> None:
    expert, lead = signed_in(ben), signed_in(ada)
    claim, json = f"/api/v1/work/{campaign.pk}/claim/", "application/json"
    for score in (1, 1):
        entry = expert.post(claim, {}, content_type=json).json()
        assert entry["training"]["round"] == 1 and "7" not in str(entry.get("reference", ""))
        told = expert.post(
            f"/api/v1/work/assignments/{entry['assignment']['id']}/submit/",
            {"submission_id": str(uuid4()), "answer": {"score": score}}, content_type=json,
        ).json()  # fmt: skip
    assert told["feedback"]["result"]["is_passed"] is False
    assert expert.post(claim, {}, content_type=json).json()["why"] == "failed"
    here = f"/api/v1/projects/{campaign.project.slug}/campaigns/{campaign.pk}"
    body = {"person": ben.pk, "act": "pass", "reason": "Talked it over."}
    assert expert.post(f"{here}/standings/", body, content_type=json).status_code == 403
    rows = lead.post(f"{here}/standings/", body, content_type=json).json()
    assert {row["person"]: row["stage"] for row in rows}["Ben"] == "passed"
    assert "training" not in expert.post(claim, {}, content_type=json).json()
    items = lead.get(f"{here}/training-items/").json()
    first = f"{here}/training-items/{items[0]['id']}/"
    assert lead.patch(first, {"is_retired": True}, content_type=json).status_code == 200
    assert (
        lead.patch(
            f"{here}/training-items/{items[1]['id']}/", {"is_retired": True}, content_type=json
        ).status_code
        == 409
    )
    assert Item.objects.filter(campaign=campaign, purpose="training").exists()
