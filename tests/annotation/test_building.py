"""The campaign builder: presets, preview, sessions, a saved selection, another like it."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from accounts.models import Project, User
from annotation.models import Campaign
from annotation.presets import PRESETS
from catalog.models import Photo
from catalog.services.selections import save_selection
from tests.annotation.build import make_campaign, make_subject
from tests.catalog.imports import imported_photo
from tests.make import make_crop, make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
FORM = {"name": "First", "overlap": 1, "lease_min": 5}


@pytest.fixture
def lead(ada: User) -> Client:
    return signed_in(ada)


def new(project: Project, rest: str = "") -> str:
    return f"/p/{project.slug}/campaigns/new/{rest}"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda each: each.name)
def test_every_preset_makes_a_campaign(project: Project, lead: Client, preset: object) -> None:
    make_subject(project)
    name, kind = getattr(preset, "name", ""), getattr(preset, "item_type", "")
    page = lead.get(new(project, f"?preset={name}"))
    form = page.context["form"]
    sent = {each.name: each.value() for each in form if each.value() not in (None, "", [], False)}
    made = lead.post(new(project, f"?item_type={kind}"), sent)
    assert made.status_code == 302, made.content.decode()
    assert Campaign.objects.get().overlap == preset.values["overlap"]  # type: ignore[attr-defined]


def test_the_preview_is_the_experts_page(project: Project, lead: Client, kim: User) -> None:
    photo = imported_photo(project, kim)
    make_crop(photo, (0.0, 0.0, 0.6, 0.6))
    make_crop(photo, (0.3, 0.3, 1.0, 1.0))
    sent = {**FORM, "setting_min_crops": 2, "setting_max_crops": 4, "setting_question": "Well cut?"}
    part = lead.post(new(project, "preview/?item_type=crop_mos"), sent).content.decode()
    frame = re.search(r'src="([^"]+)"', part)
    assert frame is not None
    page = lead.get(frame[1].replace("&amp;", "&"))
    assert page["X-Frame-Options"] == "SAMEORIGIN" and b"Well cut?" in page.content
    shown = json.loads(
        re.findall(r'<script id="item"[^>]*>(.*?)</script>', page.content.decode())[0]
    )
    assert shown["assignment"] == {"id": 0} and len(shown["item"]["crops"]) == 2
    picture = lead.get(shown["item"]["crops"][0]["url"])
    assert picture["Content-Type"] == "image/jpeg"


def test_the_preview_of_texts_has_sides(project: Project, lead: Client) -> None:
    photo = make_subject(project)
    page = lead.get(new(project, f"preview/{photo.pk}/?item_type=text_pair")).content.decode()
    assert "Step past the rocks." in page and "Wait for a boat." in page


def test_a_preview_says_why_there_is_none(project: Project, lead: Client) -> None:
    part = lead.post(new(project, "preview/?item_type=photo_score"), FORM)
    assert "Nothing here becomes an item" in part.content.decode()
    assert lead.get(new(project, "preview/7/?item_type=photo_score")).status_code == 404
    assert (
        lead.get(
            new(project, f"preview/{make_photo(project).pk}/?item_type=photo_score&settings=x")
        ).status_code
        == 400
    )
    assert lead.get(new(project, "?preset=other")).status_code == 404


def test_a_campaign_takes_a_selection_in_sessions(
    project: Project, lead: Client, ben: User, eve: User, kim: User
) -> None:
    chosen = [make_photo(project) for _ in range(5)]
    make_photo(project)
    kept = save_selection(project=project, name="Five", made_by={}, by=kim,
                          photos=Photo.objects.filter(pk__in=[p.pk for p in chosen]))  # fmt: skip
    sent = {**FORM, "selection": kept.pk, "distribution": "sessions", "session_count": 2}
    part = lead.post(new(project, "estimate/?item_type=photo_score"), sent).content.decode()
    assert "<dt>Items of a session</dt><dd>3</dd>" in part
    assert lead.post(new(project, "?item_type=photo_score"), sent).status_code == 302
    made = Campaign.objects.get()
    assert (made.selection, made.session_count, made.items.count()) == (kept, 2, 5)
    again = lead.get(new(project, f"?like={made.pk}")).context["form"]
    assert again["session_count"].value() == 2 and again["name"].value() == "First again"
    assert again["selection"].value() == kept.pk


def test_sessions_need_their_number(project: Project, lead: Client) -> None:
    make_photo(project)
    answer = lead.post(new(project, "?item_type=photo_score"), {**FORM, "distribution": "sessions"})
    assert answer.status_code == 400 and "into how many sessions" in answer.content.decode()


def test_the_builder_is_for_this_projects_leads(project: Project, ben: User, cleo: User) -> None:
    other = make_campaign(project)
    for person, status in ((ben, 403), (cleo, 404)):
        client = signed_in(person)
        assert client.get(new(project, f"?like={other.pk}")).status_code == status
        assert client.post(new(project, "preview/?item_type=photo_score")).status_code == status
