"""The experts' pages without their scripts: what is on them, and what looking at them does not do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from annotation.handles import handle_of
from annotation.models import Assignment, Item
from annotation.services.campaigns import close_campaign, pause_campaign
from annotation.services.discussing import open_second_round
from tests.annotation.build import answered, claimed, make_campaign, scored
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.content
    return str(response.content.decode())


def first_item(page: str) -> Any:
    found = re.search(r'<script id="item" type="application/json">(.+?)</script>', page)
    assert found
    return json.loads(found[1])


def test_my_work_says_what_waits(project: Project, ben: User, eve: User) -> None:
    make_campaign(project, photos=3, name="Scores")
    make_campaign(project, pool=[eve], name="Not for Ben")
    closed = make_campaign(project, name="Old one")
    close_campaign(campaign=closed, by=None)
    page = text_of(signed_in(ben), "/work/")
    assert "Scores" in page and "Not for Ben" not in page and "Old one" not in page
    assert re.search(r"<dt>waiting</dt><dd>3</dd>", page)


def test_my_work_costs_the_same_for_many_campaigns(
    project: Project, ben: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        answered(claimed(make_campaign(project, photos=2), ben))
    client = signed_in(ben)
    with django_assert_max_num_queries(12):
        text_of(client, "/work/")


def test_looking_at_the_workspace_takes_nothing(project: Project, ben: User) -> None:
    campaign = make_campaign(project)
    page = text_of(signed_in(ben), f"/work/{campaign.pk}/")
    assert "assignment" not in first_item(page)
    assert not Assignment.objects.filter(state="leased").exists()


def test_the_workspace_shows_what_is_held(project: Project, ben: User) -> None:
    campaign = make_campaign(project, guidelines="Look at the <b>light</b>.")
    held = claimed(campaign, ben)
    page = text_of(signed_in(ben), f"/work/{campaign.pk}/")
    assert first_item(page)["assignment"]["id"] == handle_of(held.pk)
    assert "Look at the &lt;b&gt;light&lt;/b&gt;." in page
    assert "/api/v1/work/assignments/{assignment}/submit/" in page


def test_words_in_a_draft_end_no_script(project: Project, ben: User) -> None:
    campaign = make_campaign(project, "guidance_review", is_open=False)
    item = Item.objects.get()
    item.draft.content["overall"] = "</script><script>alert(1)</script>"
    item.draft.save()
    campaign.state = "open"
    campaign.save()
    claimed(campaign, ben)
    page = text_of(signed_in(ben), f"/work/{campaign.pk}/")
    assert "<script>alert" not in page
    assert first_item(page)["item"]["draft"]["overall"].startswith("</script>")


def test_an_own_answer_opens_again(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project)
    row = answered(claimed(campaign, ben), {"score": 4})
    path = f"/work/{campaign.pk}/?answer={row.pk}"
    item = first_item(text_of(signed_in(ben), path))
    assert item["answer"]["score"] == 4
    assert item["assignment"]["urls"]["submit"].endswith(f"/responses/{row.pk}/change/")
    assert signed_in(eve).get(path).status_code == 404
    assert signed_in(ben).get(f"/work/{campaign.pk}/?answer=x").status_code == 400


def test_my_answers_can_be_changed_while_they_may(project: Project, ben: User, eve: User) -> None:
    make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, ben, 5)
    client = signed_in(ben)
    assert "5 of 10" in text_of(client, "/work/answers/")
    assert "?answer=" in text_of(client, "/work/answers/")
    scored(item, eve, 9)
    page = text_of(client, "/work/answers/")
    assert "?answer=" not in page and f"/work/discussions/{item.discussion.pk}/" in page


def test_the_discussion_page(project: Project, ada: User, ben: User, eve: User) -> None:
    make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, ben, 2)
    scored(item, eve, 9)
    client, path = signed_in(ben), f"/work/discussions/{item.discussion.pk}/"
    assert client.post(f"{path}messages/", {"text": "It <i>leans</i>."}).status_code == 302
    page = text_of(client, path)
    assert "A split panel" in page and "It &lt;i&gt;leans" in page and "(you)" in page
    assert "Eve" not in page and "2 of 10" in page and "9 of 10" in page
    open_second_round(item=item, by=ada)
    assert "9 of 10" not in text_of(client, path)


def test_a_paused_campaign_stays_on_my_work(project: Project, ben: User) -> None:
    campaign = make_campaign(project, name="Scores", photos=2)
    pause_campaign(campaign=campaign, by=None)
    assert "paused by the lead" in text_of(signed_in(ben), "/work/")
