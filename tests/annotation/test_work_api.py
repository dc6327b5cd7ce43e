"""The experts' endpoints: what a page and a program get and may send."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Project, User
from accounts.services.tokens import create_token
from annotation.models import Assignment, Campaign, Item, Response, Skip
from annotation.services.campaigns import close_campaign, pause_campaign
from annotation.services.discussing import open_second_round
from tests.annotation.build import ANSWERS, answered, claimed, make_campaign, scored
from tests.people import signed_in

pytestmark = pytest.mark.django_db
WORK = "/api/v1/work"


def post(client: Client, path: str, body: Any = None, status: int = 200) -> Any:
    """The JSON of one call, whose status must be ``status``."""
    found = client.post(f"{WORK}/{path}", body or {}, content_type="application/json")
    assert found.status_code == status, found.content
    return found.json()


def claim(client: Client, campaign: Campaign, *after: int) -> Any:
    return post(client, f"{campaign.pk}/claim/", {"after": list(after)})


def answer(client: Client, entry: Any, given: Any, status: int = 201, **more: Any) -> Any:
    body = {"submission_id": str(uuid4()), "answer": given, **more}
    return post(client, f"assignments/{entry['assignment']['id']}/submit/", body, status)


def test_the_round_trip(project: Project, ben: User) -> None:
    client, campaign = signed_in(ben), make_campaign(project, photos=2)
    entry = claim(client, campaign)
    assert entry["item"]["scale"][0] == {"value": 1, "label": "poor"}
    said = answer(client, entry, {"score": 7}, active_ms=900, context={"dpr": 1})
    assert said["progress"] == {"done": 1, "today": 1, "total": 2}
    assert Response.objects.get(pk=said["response_id"]).active_ms == 900


@pytest.mark.parametrize("item_type", sorted(ANSWERS))
def test_every_type_answers_over_the_wire(project: Project, ben: User, item_type: str) -> None:
    client = signed_in(ben)
    entry = claim(client, make_campaign(project, item_type))
    answer(client, entry, ANSWERS[item_type])
    assert Response.objects.count() == 1


def test_after_names_what_the_page_has(project: Project, ben: User) -> None:
    client, campaign = signed_in(ben), make_campaign(project, photos=4)
    first = claim(client, campaign)["assignment"]["id"]
    assert claim(client, campaign)["assignment"]["id"] == first
    second = claim(client, campaign, first)["assignment"]["id"]
    third = claim(client, campaign, first, second)["assignment"]["id"]
    assert len({first, second, third}) == 3
    assert "empty" in claim(client, campaign, first, second, third)


def test_words_when_there_is_nothing(project: Project, ben: User) -> None:
    client, campaign = signed_in(ben), make_campaign(project)
    answer(client, claim(client, campaign), {"score": 5})
    assert "no item left" in claim(client, campaign)["empty"]
    pause_campaign(campaign=campaign, by=None)
    assert "paused" in claim(client, campaign)["empty"]
    close_campaign(campaign=campaign, by=None)
    assert "closed" in claim(client, campaign)["empty"]


def test_sending_twice_is_one_response(project: Project, ben: User) -> None:
    client, campaign = signed_in(ben), make_campaign(project)
    entry, submission = claim(client, campaign), str(uuid4())
    first = answer(client, entry, {"score": 5}, submission_id=submission)
    again = answer(client, entry, {"score": 5}, submission_id=submission)
    assert first["response_id"] == again["response_id"]
    refused = answer(client, entry, {"score": 6}, status=409)
    assert refused["error"]["code"] == "answered"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answer": {"score": 11}}, "score"),
        ({"answer": {}}, "score"),
        ({"answer": {"score": 5, "person": 1}}, "person"),
        ({"answer": {"score": 5}, "submission_id": "mine"}, "submission_id"),
        ({"answer": {"score": 5}, "active_ms": -5}, "active_ms"),
        ({"answer": {"score": 5}, "person": 7}, "person"),
        ({"answer": {"score": 5}, "assignment": 99}, "assignment"),
    ],
)
def test_bad_answers_change_nothing(
    project: Project, ben: User, body: dict[str, Any], field: str
) -> None:
    client = signed_in(ben)
    entry = claim(client, make_campaign(project))
    path = f"assignments/{entry['assignment']['id']}/submit/"
    said = post(client, path, {"submission_id": str(uuid4()), **body}, 400)
    assert said["error"]["field"] == field
    assert not Response.objects.exists()


def test_a_lost_lease_is_told_in_words(project: Project, ben: User, eve: User) -> None:
    client, campaign = signed_in(ben), make_campaign(project)
    entry = claim(client, campaign)
    Assignment.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    claim(signed_in(eve), campaign)
    said = answer(client, entry, {"score": 5}, status=409)
    assert said["error"]["code"] == "lease_lost" and "somebody else" in said["error"]["message"]
    post(client, f"assignments/{entry['assignment']['id']}/heartbeat/", {}, 409)


def test_a_heartbeat_keeps_what_was_fetched_ahead(project: Project, ben: User) -> None:
    client, campaign = signed_in(ben), make_campaign(project, photos=2)
    first = claim(client, campaign)["assignment"]["id"]
    second = claim(client, campaign, first)["assignment"]["id"]
    Assignment.objects.filter(person=ben).update(lease_until=timezone.now())
    assert set(post(client, f"assignments/{first}/heartbeat/")["held"]) == {first, second}
    assert not Assignment.objects.filter(person=ben, lease_until__lte=timezone.now()).exists()
    answer(client, {"assignment": {"id": first}}, {"score": 5})
    post(client, f"assignments/{first}/heartbeat/", {}, 409)


def test_a_working_copy_comes_back_with_the_item(project: Project, ben: User) -> None:
    client, campaign = signed_in(ben), make_campaign(project)
    entry = claim(client, campaign)
    path = f"{WORK}/assignments/{entry['assignment']['id']}/working-copy/"
    body = {"content": {"score": 3}, "version": 0}
    assert client.put(path, body, content_type="application/json").json() == {"version": 1}
    clash = client.put(path, body | {"content": {}}, content_type="application/json")
    assert clash.status_code == 409
    assert clash.json()["error"]["detail"] == {"theirs": {"score": 3}, "version": 1}
    assert claim(client, campaign)["working_copy"] == {"content": {"score": 3}, "version": 1}


def test_skip_and_flag(project: Project, ben: User) -> None:
    client, campaign = signed_in(ben), make_campaign(project, photos=2)
    number = claim(client, campaign)["assignment"]["id"]
    post(client, f"assignments/{number}/flag/", {"reason": "A duplicate."}, 201)
    post(client, f"assignments/{number}/skip/", {"reason": "unclear"})
    assert Skip.objects.get().reason == "unclear"
    assert claim(client, campaign)["assignment"]["id"] != number
    post(client, f"assignments/{number}/skip/", {"reason": "unclear"}, 404)


@pytest.mark.parametrize("item_type", sorted(ANSWERS))
def test_undo_opens_the_answer_as_it_was_given(project: Project, ben: User, item_type: str) -> None:
    client, campaign = signed_in(ben), make_campaign(project, item_type, overlap=2)
    entry = claim(client, campaign)
    said = answer(client, entry, ANSWERS[item_type])
    back = post(client, f"{campaign.pk}/undo/", {"response_id": said["response_id"]})
    assert back["item"] == entry["item"]
    assert {**back["answer"], **ANSWERS[item_type]}.keys() == back["answer"].keys()
    body = {"submission_id": str(uuid4()), "answer": back["answer"]}
    changed = client.post(
        back["assignment"]["urls"]["submit"], body, content_type="application/json"
    )
    assert changed.status_code == 201
    assert Response.objects.get(pk=changed.json()["response_id"]).replaces_id == said["response_id"]


def test_what_is_discussed_cannot_be_undone(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, ben, 1)
    scored(item, eve, 9)
    said = post(signed_in(ben), f"{campaign.pk}/undo/", {}, 409)
    assert "in discussion" in said["error"]["message"]


def test_a_program_fetches_pictures_by_token(project: Project, ben: User) -> None:
    campaign = make_campaign(project)
    _, secret = create_token(user=ben, name="script", scope="write", days=1)
    client = Client(headers={"Authorization": f"Token {secret}"})
    entry = claim(client, campaign)
    assert entry["item"]["photo"]["url"].startswith(f"{WORK}/assignments/")
    answer(client, entry, {"score": 5})


def test_my_campaigns_and_answers(project: Project, ben: User, eve: User) -> None:
    one, two = make_campaign(project, photos=3), make_campaign(project, pool=[eve])
    answered(claimed(one, ben))
    client = signed_in(ben)
    (row,) = client.get(f"{WORK}/campaigns/").json()
    assert (row["id"], row["waiting"], row["done"], row["today"]) == (one.pk, 2, 1, 1)
    (mine,) = client.get(f"{WORK}/answers/").json()["results"]
    assert mine["answer"]["score"] == 7 and mine["campaign"] == one.pk != two.pk


def test_the_discussion_is_by_letter_and_after_answering(
    project: Project, ada: User, ben: User, eve: User
) -> None:
    make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, ben, 2)
    scored(item, eve, 9)
    client, path = signed_in(ben), f"discussions/{item.discussion.pk}"
    post(client, f"{path}/messages/", {"text": "The horizon leans."}, 201)
    talk = client.get(f"{WORK}/{path}/")
    assert sorted(each["letter"] for each in talk.json()["answers"]) == ["A", "B"]
    assert "Eve" not in talk.content.decode() and talk.json()["is_open"]
    open_second_round(item=item, by=ada)
    hidden = client.get(f"{WORK}/{path}/").json()
    assert hidden["answers"] == hidden["messages"] == [] and "not answered" in hidden["hidden"]
    post(client, f"{path}/messages/", {"text": "I gave 2."}, 409)
