"""Blind means blind: nothing that a page, an endpoint or a picture sends tells what it must not.

Every byte that an expert gets before answering is searched for what must not be in it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Project, User
from annotation.handles import handle_of
from annotation.item_types import registry
from annotation.models import Campaign, Item
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.subjects import Selection
from catalog.models import Photo, Question
from tests.annotation.build import (
    ANSWERS,
    BOXES,
    COMPOSITION,
    GUIDANCE,
    OTHER_GUIDANCE,
    RATIONALE,
    answered,
    claimed,
    make_campaign,
    make_draft,
    scored,
)
from tests.catalog.imports import imported_photo
from tests.make import make_crop
from tests.people import signed_in

pytestmark = pytest.mark.django_db
TYPES = registry.names()
NEVER = (
    "secret-model", "openai", "random_bad", "imported", "origin", "expert@", r"eve\b",
    "crop_id", "draft_id", "response", "verdicts", "mos", "bt_", r"pier\b",
)  # fmt: skip


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    """A stored photo with crops of every origin, drafts of a named model, and a telling title."""
    photo = imported_photo(project, kim)
    origins = ("model", "grid", "random_bad", "imported")
    for box, origin in zip(BOXES, origins, strict=True):
        make_crop(photo, box, origin=origin, made_from="draft/77", rationale="secret-model says")
    make_draft(photo, "guidance", GUIDANCE)
    make_draft(photo, "guidance", OTHER_GUIDANCE, revision="secret-model-10")
    make_draft(photo, "rationale", RATIONALE)
    make_draft(photo, "composition", COMPOSITION)
    make_draft(photo, "crops", {"crops": [{"box": list(BOXES[1])}]})
    question = Question.objects.create(photo=photo, text="What is far out?", answers=["a tower"])
    region = {"box": list(BOXES[0]), "rule": "grid", "answer": "A tower.", "text": "secret-model"}
    make_draft(photo, "region", region, question=question)
    make_draft(photo, "answer", {"text": "A tower."}, question=question)
    return photo


def campaign_of(project: Project, photo: Photo, item_type: str, **fields: Any) -> Campaign:
    campaign = create_campaign(
        project=project, name="Blind", item_type=item_type, overlap=2, by=None, **fields
    )
    add_selection(campaign=campaign, selection=Selection((photo.pk,)), by=None)
    return open_campaign(campaign=campaign, by=None)


def traffic(client: Client, campaign: Campaign) -> list[HttpResponse]:
    """Everything a page fetches up to the moment before the answer."""
    claim = client.post(f"/api/v1/work/{campaign.pk}/claim/", {}, content_type="application/json")
    pages = [client.get("/work/"), client.get(f"/work/{campaign.pk}/"), claim]
    addresses = re.findall(r'"url": ?"([^"]+)"', claim.content.decode())
    assert addresses
    return pages + [client.get(address) for address in addresses]


def words_of(response: HttpResponse) -> str:
    headers = json.dumps(dict(response.items())).lower()
    if response["Content-Type"] == "image/jpeg":
        return headers + response.content[:4000].decode("latin-1").lower()
    return headers + response.content.decode().lower()


@pytest.mark.parametrize("item_type", TYPES)
def test_nothing_leaks_before_the_answer(
    project: Project, ben: User, eve: User, photo: Photo, item_type: str
) -> None:
    if item_type == "cross_review":
        make_crop(photo, BOXES[0], made_from="response/77")
    campaign = campaign_of(project, photo, item_type)
    answered(claimed(campaign, eve), context={"secret-model": 1})
    for response in traffic(signed_in(ben), campaign):
        assert response.status_code == 200
        text = re.sub("(same|cross)-origin", "", words_of(response))
        found = [word for word in NEVER if re.search(rf"\b{word}", text)]
        assert not allowed(found, item_type), response.request["PATH_INFO"]


def test_a_region_to_start_from_says_no_more_than_its_box(
    project: Project, ben: User, photo: Photo
) -> None:
    campaign = campaign_of(project, photo, "question_region", settings={"with_draft": True})
    text = "".join(words_of(each) for each in traffic(signed_in(ben), campaign)[:3])
    assert '"ghost"' in text.replace("&quot;", '"')
    assert "secret-model" not in text and "evidence" not in text


def allowed(found: list[str], item_type: str) -> list[str]:
    """The item type's own name in the page's script address is no secret."""
    return [word for word in found if not (word == "mos" and item_type == "crop_mos")]


@pytest.mark.parametrize("item_type", ["crop_mos", "preference_pair"])
def test_crop_ids_and_boxes_stay_here(
    project: Project, ben: User, photo: Photo, item_type: str
) -> None:
    campaign = campaign_of(project, photo, item_type)
    held = claimed(campaign, ben)
    entry = signed_in(ben).get(f"/api/v1/work/assignments/{handle_of(held.pk)}/").json()
    numbers = numbers_in(entry["item"])
    corners = {corner for box in BOXES for corner in box} - {0.0, 1.0}
    assert not numbers & corners
    assert not {"first", "second", "order", "seed"} & set(json.dumps(entry["item"]).split('"'))


def numbers_in(value: Any) -> set[float]:
    if isinstance(value, dict):
        return {number for each in value.values() for number in numbers_in(each)}
    if isinstance(value, list):
        return {number for each in value for number in numbers_in(each)}
    return {value} if isinstance(value, (int, float)) else set()


def test_pictures_carry_nothing_but_pixels(project: Project, ben: User, photo: Photo) -> None:
    campaign = campaign_of(project, photo, "crop_mos")
    held = claimed(campaign, ben)
    client = signed_in(ben)
    for place in range(4):
        response = client.get(f"/work/assignments/{handle_of(held.pk)}/images/{place}.jpg")
        assert not {"ETag", "Last-Modified", "Content-Disposition"} & set(response.headers)
        assert response["Cache-Control"] == "private, max-age=3600"
        assert b"Exif" not in response.content and b"ICC_PROFILE" not in response.content


@pytest.mark.parametrize("place", ["4", "photo", "left", "-1", "crop-7"])
def test_places_that_are_not_there(project: Project, ben: User, photo: Photo, place: str) -> None:
    held = claimed(campaign_of(project, photo, "crop_mos"), ben)
    response = signed_in(ben).get(f"/work/assignments/{handle_of(held.pk)}/images/{place}.jpg")
    assert response.status_code == 404


def test_sides_and_places_differ_between_people(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, "preference_pair", photos=8, overlap=2,
                             settings={"pairs_per_photo": 1})  # fmt: skip
    sides = {}
    for person in (ben, eve):
        for _ in range(8):
            held = claimed(campaign, person)
            sides[person.pk, held.item_id] = held.presentation["first_on_left"]
            answered(held)
    assert len({sides[ben.pk, item] for item in campaign.items.values_list("pk", flat=True)}) == 2
    assert any(sides[ben.pk, at] != sides[eve.pk, at] for _, at in sides)


def test_others_assignments_do_not_exist(
    project: Project, ada: User, ben: User, eve: User, cleo: User, photo: Photo
) -> None:
    held = claimed(campaign_of(project, photo, "photo_score"), ben)
    here = f"work/assignments/{handle_of(held.pk)}/"
    paths = [f"/{here}images/photo.jpg", f"/api/v1/{here}images/photo", f"/api/v1/{here}"]
    for person in (ada, eve, cleo):
        answers = [signed_in(person).get(path) for path in paths]
        missing = signed_in(person).get(f"/api/v1/work/assignments/{handle_of(999999)}/")
        assert {each.status_code for each in answers} == {404}
        assert answers[2].content == missing.content


def test_a_lead_who_answers_sees_nothing_before(project: Project, ada: User, eve: User) -> None:
    campaign = make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, eve, 9)
    held = claimed(campaign, ada)
    page = f"/p/{project.slug}/items/{item.pk}/"
    api = f"/api/v1/projects/{project.slug}/items/{item.pk}/"
    client = signed_in(ada)
    assert "You have not answered this item yet" in client.get(page).content.decode()
    assert "9 of 10" not in client.get(page).content.decode()
    assert client.get(api).json()["answers"] == []
    answered(held, ANSWERS["photo_score"])
    assert "9 of 10" in client.get(page).content.decode()


def test_a_lead_waits_for_the_round(project: Project, ada: User, eve: User) -> None:
    make_campaign(project, overlap=2)
    item = Item.objects.get()
    scored(item, eve, 9)
    text = signed_in(ada).get(f"/p/{project.slug}/items/{item.pk}/").content.decode()
    assert "9 of 10" not in text and "when the round is complete" in text
