"""The pages and endpoints of those who run campaigns."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.html import strip_tags

from accounts.models import Project, User
from annotation.models import Adjudication, Campaign, Flag, Item
from annotation.services.adding import add_selection
from annotation.services.discussing import open_second_round
from annotation.subjects import Selection
from tests.annotation.build import answered, claimed, make_campaign, make_subject, scored
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(ada: User) -> Client:
    """Ada's browser."""
    return signed_in(ada)


@pytest.fixture
def here(project: Project) -> str:
    """Where the project's pages are."""
    return f"/p/{project.slug}"


def text_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.content
    return str(response.content.decode())


@pytest.mark.parametrize("item_type", ["crop_draw", "crop_mos", "guidance_review",
                                       "photo_score", "preference_pair", "question_region"])  # fmt: skip
def test_a_campaign_is_made_in_a_form(
    project: Project, lead: Client, here: str, item_type: str, ben: User
) -> None:
    make_subject(project)
    path = f"{here}/campaigns/new/?item_type={item_type}"
    text_of(lead, path)
    form = {"name": "First", "overlap": 2, "lease_min": 5, "guidelines": "Look.",
            "setting_max_crops": 4, "setting_min_crops": 2, "setting_min_side": 0.1,
            "setting_pairs_per_photo": 2, "setting_question": "Well?"}  # fmt: skip
    made = lead.post(path, form)
    assert made.status_code == 302, made.content.decode()
    campaign = Campaign.objects.get()
    assert (campaign.item_type, campaign.lease_s, campaign.state) == (item_type, 300, "preparing")
    assert campaign.items.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"overlap": 99}, "less than or equal to 50"),
        ({"photo_ids": "1, two"}, "is not the number of a photo"),
        ({"photo_ids": "999999"}, "Nothing here becomes an item"),
        ({"setting_question": "x" * 300}, "at most 200 characters"),
    ],
)
def test_a_wrong_form_says_where(
    project: Project, lead: Client, here: str, change: dict[str, Any], words: str
) -> None:
    make_photo(project)
    form = {"name": "First", "overlap": 2, "lease_min": 5, "setting_question": "Well?"}
    response = lead.post(f"{here}/campaigns/new/?item_type=photo_score", {**form, **change})
    assert response.status_code == 400 and words in response.content.decode()
    assert not Campaign.objects.exists()


def test_the_work_is_estimated(project: Project, lead: Client, here: str, ben: User) -> None:
    for _ in range(3):
        make_photo(project)
    form = {"name": "First", "overlap": 2, "lease_min": 5}
    path = f"{here}/campaigns/new/estimate/?item_type=photo_score"
    page = lead.post(path, form).content.decode()
    assert "<dt>Items</dt><dd>3</dd><dt>Answers</dt><dd>6</dd><dt>People</dt><dd>2</dd>" in page
    assert "Fewer people" in lead.post(path, {**form, "overlap": 3}).content.decode()


def test_a_campaign_is_steered(project: Project, lead: Client, here: str) -> None:
    campaign = make_campaign(project, is_open=False)
    page = f"{here}/campaigns/{campaign.pk}/"
    for step, state in (("open", "open"), ("pause", "paused"), ("close", "closed")):
        assert lead.post(f"{page}{step}/").status_code == 302
        campaign.refresh_from_db()
        assert campaign.state == state
    assert lead.post(f"{page}open/").status_code == 409
    assert "Open again" not in text_of(lead, page)


def test_the_campaign_page_counts(project: Project, lead: Client, here: str, ben: User) -> None:
    campaign = make_campaign(project, photos=3, name="Scores")
    answered(claimed(campaign, ben), active_ms=4000)
    claimed(campaign, ben)
    page = text_of(lead, f"{here}/campaigns/{campaign.pk}/")
    assert "1 of 3 answers" in page and "Ben" in page and "4 s" in page
    assert "1 of 3" in text_of(lead, f"{here}/campaigns/")


def test_pages_cost_the_same_for_many_rows(
    project: Project, lead: Client, here: str, ben: User, eve: User,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    campaign = make_campaign(project, photos=12, overlap=2)
    for person, score in ((ben, 1), (eve, 9)):
        for _ in range(6):
            answered(claimed(campaign, person), {"score": score})
    base = f"{here}/campaigns/{campaign.pk}"
    for path, most in (
        (f"{here}/campaigns/", 10), (f"{base}/", 29), (f"{base}/items/", 16), (f"{base}/flags/", 12),
        (f"{here}/items/{campaign.items.first().pk}/", 27),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            text_of(lead, path)


def test_items_are_narrowed_and_paged(project: Project, lead: Client, here: str, ben: User) -> None:
    campaign = make_campaign(project, photos=3)
    row = answered(claimed(campaign, ben))
    path = f"{here}/campaigns/{campaign.pk}/items/"
    page = text_of(lead, f"{path}?state=answered")
    assert f"Item {row.item_id}" in page and page.count("Item ") < 4
    text_of(lead, f"{path}?state=lost", 400)
    text_of(lead, f"{path}?before=x", 400)


def test_guidelines_are_versions(project: Project, lead: Client, here: str) -> None:
    campaign = make_campaign(project)
    path = f"{here}/campaigns/{campaign.pk}/guidelines/"
    lead.post(path, {"guidelines": "Look twice."})
    page = text_of(lead, path)
    assert "Look twice." in page and "version 2" in page


def test_a_disputed_item_is_settled(
    project: Project, lead: Client, here: str, ben: User, eve: User
) -> None:
    make_campaign(project, overlap=2)
    item = Item.objects.get()
    first = scored(item, ben, 2)
    scored(item, eve, 9)
    path = f"{here}/items/{item.pk}/"
    page = text_of(lead, path)
    assert "A split panel" in page and "far off" in page and "Ben" not in page
    assert "Ben" in text_of(lead, f"{path}?names")
    lead.post(f"{path}messages/", {"text": "Think of the light."})
    picked = {"how": "picked", "base": first.pk, "reason_code": "evidence", "reason": ""}
    assert lead.post(f"{path}adjudicate/", picked).status_code == 400
    lead.post(f"{path}adjudicate/", {**picked, "reason": "Ben is right."})
    assert Adjudication.objects.get().answer["score"] == 2
    assert "Golden record" in text_of(lead, path)


def test_a_second_round_from_the_page(
    project: Project, lead: Client, here: str, ben: User, eve: User
) -> None:
    make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, ben, 2)
    scored(item, eve, 9)
    assert lead.post(f"{here}/items/{item.pk}/second-round/").status_code == 302
    assert lead.post(f"{here}/items/{item.pk}/second-round/").status_code == 409
    item.refresh_from_db()
    assert item.round == 2


@pytest.mark.parametrize("item_type", ["crop_draw", "crop_mos", "guidance_review",
                                       "preference_pair", "question_region"])  # fmt: skip
def test_the_item_page_of_every_type(
    project: Project, lead: Client, here: str, ben: User, item_type: str
) -> None:
    campaign = make_campaign(project, item_type)
    row = answered(claimed(campaign, ben))
    assert "Answers" in text_of(lead, f"{here}/items/{row.item_id}/")


def test_the_api_of_a_lead(project: Project, lead: Client, ben: User, eve: User) -> None:
    make_photo(project)
    base = f"/api/v1/projects/{project.slug}"

    def post(path: str, body: Any = None) -> Any:
        found = lead.post(f"{base}/{path}", body or {}, content_type="application/json")
        assert found.status_code in (200, 201), found.content
        return found.json()

    new = {"name": "By API", "item_type": "photo_score", "overlap": 2, "pool": [ben.pk, eve.pk]}
    number = post("campaigns/", new)["id"]
    assert post(f"campaigns/{number}/subjects/")["added"] == 1
    assert post(f"campaigns/{number}/open/")["state"] == "open"
    item = Item.objects.get()
    first = scored(item, ben, 2)
    scored(item, eve, 9)
    assert lead.get(f"{base}/campaigns/{number}/progress/").json()["items"] == {"flagged": 1}
    assert len(lead.get(f"{base}/campaigns/{number}/people/").json()) == 2
    (flag,) = lead.get(f"{base}/flags/?rule=split").json()["results"]
    assert flag["item"] == item.pk == Flag.objects.get().item_id
    assert len(lead.get(f"{base}/items/{item.pk}/").json()["answers"]) == 2
    post(f"items/{item.pk}/messages/", {"text": "Well?"})
    post(f"items/{item.pk}/settle/", {"response_id": first.pk, "reason": "So."})
    assert lead.get(f"{base}/items/?state=settled").json()["results"][0]["id"] == item.pk
    refused = lead.post(f"{base}/campaigns/", new, content_type="application/json")
    assert (refused.status_code, refused.json()["error"]["field"]) == (409, "name")


@pytest.mark.parametrize("place", ["campaigns/{}/", "now/"])
def test_figures_of_a_large_campaign_come_after_its_page(
    project: Project, lead: Client, here: str, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    cache.clear()
    monkeypatch.setattr("annotation.selectors.kept_figures.LARGE", 0)
    campaign = make_campaign(project, photos=3)
    path = f"{here}/{place.format(campaign.pk)}"
    assert 'hx-trigger="load"' in text_of(lead, path)
    fetched = lead.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "0 of 3" in " ".join(strip_tags(fetched).split())
    assert 'hx-trigger="load"' not in fetched + text_of(lead, path)


def test_items_of_a_person_in_pages(
    project: Project, lead: Client, here: str, ben: User, eve: User, ada: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Also those that were answered in two rounds, once; in the list's order, and by priority."""
    monkeypatch.setattr("annotation.views.item_list.SIZE", 2)
    campaign = make_campaign(project, overlap=2)
    scored(campaign.items.get(), ben, 2)
    scored(campaign.items.get(), eve, 9)
    open_second_round(item=campaign.items.get(), by=ada)
    scored(campaign.items.get(), ben, 7)
    first = campaign.items.get().pk
    photos = tuple(make_subject(project).pk for _ in range(4))
    add_selection(campaign=campaign, selection=Selection(photo_ids=photos), by=None)
    mine = sorted([first, *(answered(claimed(campaign, ben)).item_id for _ in range(3))])
    path = f"{here}/campaigns/{campaign.pk}/items/"
    for order in ("", "priority"):
        top = lead.get(path, {"person": ben.pk, "order": order}).context["page"]
        more = lead.get(path + top.older).context["page"]
        assert [row.pk for row in [*top.rows, *more.rows]] == mine[::-1]
        assert not more.older
