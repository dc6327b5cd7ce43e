"""Campaigns that ask until the scores are known: slots in steps, never too many, and blind."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Project, User
from annotation.models import Assignment, Campaign, Flag, Item, ItemState
from annotation.selectors.answers import WAITING, why_hidden
from annotation.selectors.stopping import stopping_of
from annotation.services.campaigns import close_campaign, create_campaign
from annotation.services.claiming import claim_next
from annotation.services.stopping import ask_again, end_items
from annotation.services.submitting import change_answer
from core.errors import InvalidInput
from curation.models import Score
from curation.services.going_on import go_on
from tests.annotation.build import answered, claimed, make_campaign, make_subject
from tests.curation.build import work_off
from tests.make import make_member
from tests.people import signed_in

pytestmark = pytest.mark.django_db
UNTIL_KNOWN = {"half_width": 1.0, "most_answers": 5}


@pytest.fixture
def people(project: Project) -> list[User]:
    """Six experts."""
    return [make_member(project, f"Expert {at}", "expert") for at in range(6)]


def precise(project: Project, **fields: Any) -> Campaign:
    """Photo scores: two answers, then more until +-1 or five of them."""
    return make_campaign(project, **{"overlap": 2, "settings": UNTIL_KNOWN, **fields})


def give(campaign: Campaign, people: list[User], scores: list[int]) -> Item:
    """Their scores of the campaign's one item; the scores job runs after each."""
    for person, score in zip(people, scores, strict=True):
        answered(claimed(campaign, person), {"score": score})
        work_off()
    return Item.objects.get(campaign=campaign)


def slots(item: Item) -> list[str]:
    return list(item.assignments.order_by("slot").values_list("state", flat=True))


def test_an_uncertain_item_asks_one_more_at_a_time(project: Project, people: list[User]) -> None:
    campaign = precise(project)
    item = give(campaign, people[:2], [5, 7])
    assert (item.state, slots(item)) == ("open", ["submitted", "submitted", "free"])
    item = give(campaign, people[2:3], [6])
    assert slots(item) == ["submitted"] * 3 + ["free"], "5, 7, 6: +-2.48"


def test_an_item_that_is_known_is_done(project: Project, people: list[User]) -> None:
    campaign = precise(project)
    item = give(campaign, people[:4], [6, 7, 6, 6])
    assert (item.state, slots(item)) == (ItemState.ANSWERED, ["submitted"] * 4)
    assert claim_next(campaign=campaign, person=people[4]) is None
    assert item.stopped == "its score is known to \N{PLUS-MINUS SIGN} 0.80"
    score = Score.objects.get()
    assert score.high is not None and score.high - score.value < 1
    found = stopping_of(campaign)
    assert found is not None
    assert (found.ended, found.early, found.answers) == (1, 1, 1)
    assert found.saved_note == "20 % of always asking 5"


def test_nobody_is_asked_beyond_the_cap(project: Project, people: list[User]) -> None:
    campaign = precise(project)
    item = give(campaign, people[:5], [5, 7, 5, 7, 5])
    assert (item.state, slots(item)) == (ItemState.ANSWERED, ["submitted"] * 5)
    assert item.stopped == "it has 5 answers, the most an item gets"
    assert ask_again(campaign=campaign, decided={item.pk: 5}) == 0
    assert claim_next(campaign=campaign, person=people[5]) is None
    found = stopping_of(campaign)
    assert found is not None and (found.early, found.answers) == (0, 0)


def test_a_decision_made_twice_changes_nothing(project: Project, people: list[User]) -> None:
    campaign = precise(project)
    item = give(campaign, people[:2], [6, 7])
    assert ask_again(campaign=campaign, decided={item.pk: 2}) == 0
    assert end_items(campaign=campaign, decided={item.pk: 2}) == 0
    give(campaign, people[2:4], [6, 6])
    item.refresh_from_db()
    assert ask_again(campaign=campaign, decided={item.pk: 4}) == 0
    assert item.assignments.count() == 4 and item.state == ItemState.ANSWERED


def test_disagreement_is_raised_when_the_item_is_done(project: Project, people: list[User]) -> None:
    campaign = precise(project)
    item = give(campaign, people[:2], [1, 9])
    assert item.state == ItemState.OPEN and not Flag.objects.exists()
    item = give(campaign, people[2:5], [1, 9, 1])
    assert item.state == ItemState.FLAGGED and Flag.objects.get().rule == "split"


def test_answers_stay_hidden_until_it_is_decided(
    project: Project, ada: User, people: list[User]
) -> None:
    campaign = precise(project)
    for person in people[:2]:
        answered(claimed(campaign, person), {"score": 5})
    item = Item.objects.get()
    assert slots(item) == ["submitted"] * 2 and item.state == ItemState.OPEN
    assert why_hidden(item, ada) == why_hidden(item, people[0]) == WAITING
    close_campaign(campaign=campaign, by=None)
    work_off()
    item = Item.objects.get()
    assert (item.state, why_hidden(item, ada)) == (ItemState.ANSWERED, "")
    assert item.stopped == "the campaign was closed"
    page = signed_in(ada).get(f"/p/{project.slug}/campaigns/{campaign.pk}/items/")
    assert "Stopped because" in page.content.decode() and item.stopped in page.content.decode()


def test_scores_stay_hidden_from_a_lead_who_may_still_be_asked(
    project: Project, ada: User, people: list[User]
) -> None:
    campaign = precise(project)
    give(campaign, people[:2], [5, 7])
    Assignment.objects.filter(state="free").delete()  # as between an answer and the decision
    path = f"/api/v1/projects/{project.slug}/scores/?kind=photo"
    assert signed_in(ada).get(path).json()["results"] == []
    make_campaign(project, name="Done")
    Item.objects.filter(campaign=campaign).update(state=ItemState.ANSWERED)
    assert len(signed_in(ada).get(path).json()["results"]) == 1


def test_a_changed_answer_waits_for_the_decision_too(project: Project, people: list[User]) -> None:
    campaign = precise(project)
    first = answered(claimed(campaign, people[0]), {"score": 2})
    answered(claimed(campaign, people[1]), {"score": 9})
    change_answer(
        response=first, person=people[0], answer={"score": 9}, submission_id=uuid4()
    )  # fmt: skip
    assert Item.objects.get().state == ItemState.OPEN and not Flag.objects.exists()
    work_off()
    assert slots(Item.objects.get())[-1] == "free", "equal votes are no interval"


def test_the_primary_score_decides_where_it_is_known(project: Project, people: list[User]) -> None:
    campaign = precise(project)
    for person, score in zip(people, (5, 7), strict=False):
        answered(claimed(campaign, person), {"score": score})
    item = Item.objects.get()
    Score.objects.create(
        project=project, kind="photo", photo=item.photo, method="primary", value=6, n=2,
        low=5.5, high=6.5,
    )  # fmt: skip
    go_on(campaign=campaign, item_ids=[item.pk])
    item.refresh_from_db()
    assert (item.state, slots(item)) == (ItemState.ANSWERED, ["submitted"] * 2)


def test_crops_are_all_to_be_known(project: Project, people: list[User]) -> None:
    campaign = make_campaign(project, "crop_mos", overlap=3, settings=UNTIL_KNOWN)
    for person, fourth in zip(people[:3], (1, 5, 3), strict=True):
        slot = claimed(campaign, person)
        order = slot.presentation["order"]
        grades = [3 + (person == people[0]), 4 - (person == people[1]), 3, fourth]
        scores = [{"place": at, "score": grades[crop]} for at, crop in enumerate(order)]
        answered(slot, {"scores": scores})
    work_off()
    assert slots(Item.objects.get())[3:] == ["free"]


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"half_width": 0.5}, "most_answers"),
        ({"most_answers": 5}, "half_width"),
        ({"half_width": 0.5, "most_answers": 3}, "most_answers"),
        ({"half_width": 0, "most_answers": 5}, "half_width"),
        ({"half_width": 0.5, "most_answers": 51}, "most_answers"),
        ({"half_width": float("nan"), "most_answers": 5}, "half_width"),
    ],
)
def test_wrong_settings_are_refused(project: Project, settings: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as found:
        create_campaign(
            project=project, name="No", item_type="photo_score", overlap=3, settings=settings,
            by=None,
        )  # fmt: skip
    assert found.value.field == field and not Campaign.objects.exists()


def test_the_pool_must_reach_the_cap(project: Project, people: list[User]) -> None:
    with pytest.raises(InvalidInput, match="each item asks for 5"):
        precise(project, pool=people[:4])


def test_the_page_and_the_api_say_what_was_saved(
    project: Project, ada: User, people: list[User]
) -> None:
    campaign = precise(project)
    client, base = signed_in(ada), f"/p/{project.slug}/campaigns/"
    page = client.get(f"{base}{campaign.pk}/").content.decode()
    assert "no item is done yet" in page and "2 to 5 answers per item" in page
    give(campaign, people[:4], [6, 7, 6, 6])
    page = client.get(f"{base}{campaign.pk}/").content.decode()
    assert "Stopped early" in page and "20 % of always asking 5" in page
    assert "4 of 2 to 5" in client.get(f"{base}{campaign.pk}/items/").content.decode()
    told = client.get(f"/api/v1/projects/{project.slug}/campaigns/{campaign.pk}/progress/").json()
    assert told["stopping"] == {
        "least": 2, "most": 5, "half_width": 1.0, "ended": 1, "early": 1, "answers": 1,
    }  # fmt: skip


def test_the_form_takes_a_precision_and_estimates_from_to(
    project: Project, ada: User, people: list[User]
) -> None:
    make_subject(project)
    client, base = signed_in(ada), f"/p/{project.slug}/campaigns/new/"
    form = {"name": "Until known", "overlap": 3, "lease_min": 5, "setting_question": "Well?",
            "setting_half_width": "0.5", "setting_most_answers": 8}  # fmt: skip
    page = client.post(f"{base}estimate/?item_type=photo_score", form).content.decode()
    assert "<dt>Answers</dt><dd>3 to 8</dd>" in page and "items would stay open" in page
    half = {**form, "setting_most_answers": ""}
    page = client.post(f"{base}estimate/?item_type=photo_score", half).content.decode()
    assert "Say how many answers" in page
    refused = client.post(f"{base}?item_type=photo_score", half)
    assert refused.status_code == 400 and "Say how many answers" in refused.content.decode()
    assert client.post(f"{base}?item_type=photo_score", form).status_code == 302
    assert stopping_of(Campaign.objects.get()) is not None
