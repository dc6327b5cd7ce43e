"""Limits of a session and a day, a time to look, and guidelines that are confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Project, User
from annotation.models import Assignment, GuidelinesRead, Participation
from annotation.selectors.guidelines import unread_by
from annotation.services.claiming import claim_next
from annotation.services.guidelines import Example, confirm_guidelines, write_guidelines
from annotation.services.standing import stop_of
from core.errors import Conflict, InvalidInput
from tests.annotation.build import answered, claimed, make_campaign
from tests.catalog.imports import imported_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
MINUTE = 60_000
JSON = "application/json"


def test_a_day_has_so_many_items_and_no_more_are_held(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=5, conduct={"daily_items": 2})
    first, second = claimed(campaign, ben), None
    second = claim_next(campaign=campaign, person=ben, known=[first.pk])
    assert second is not None
    assert claim_next(campaign=campaign, person=ben, known=[first.pk, second.pk]) is None
    answered(first)
    answered(second)
    stop = stop_of(campaign, ben)
    assert stop is not None and "2 items" in stop.words and stop.code == "today"
    Participation.objects.update(day=timezone.now().date() - timedelta(days=3))
    assert claim_next(campaign=campaign, person=ben) is not None


def test_minutes_of_a_day_give_back_what_is_held(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=3, conduct={"daily_min": 1})
    first = claimed(campaign, ben)
    second = claim_next(campaign=campaign, person=ben, known=[first.pk])
    assert second is not None
    answered(first, active_ms=MINUTE)
    assert claim_next(campaign=campaign, person=ben, known=[first.pk]) is None
    second.refresh_from_db()
    assert second.state == "free"


def test_a_session_ends_with_a_break(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=3, conduct={"session_min": 2, "break_min": 5})
    answered(claimed(campaign, ben), active_ms=MINUTE)
    answered(claimed(campaign, ben), active_ms=MINUTE)
    stop = stop_of(campaign, ben)
    assert stop is not None and stop.code == "break" and 290 < (stop.again_s or 0) <= 301
    assert claim_next(campaign=campaign, person=ben) is None
    Participation.objects.update(last_at=timezone.now() - timedelta(minutes=6))
    answered(claimed(campaign, ben), active_ms=10)
    assert Participation.objects.get().session_ms == 10


def test_an_answer_too_soon_is_refused_in_words(project: Project, ben: User) -> None:
    campaign = make_campaign(project, conduct={"least_view_ms": 1500})
    held = claimed(campaign, ben)
    with pytest.raises(Conflict, match=r"at least 1\.5 s .* was 0\.4 s"):
        answered(held, active_ms=400)
    assert answered(held, active_ms=1500).pk


def test_the_answer_that_reaches_the_limit_says_so(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=2, conduct={"daily_items": 1})
    told = signed_in(ben).post(
        reverse("api:work-submit", args=[claimed(campaign, ben).pk]),
        {"submission_id": "6f9d6a52-3a0c-4a7c-8d1f-1b1f2c3d4e5f", "answer": {"score": 5}},
        content_type=JSON,
    )
    assert told.json()["stop"]["why"] == "today"


def test_campaigns_that_ask_for_nothing_keep_no_standing(project: Project, ben: User) -> None:
    answered(claimed(make_campaign(project, guidelines="Look."), ben))
    assert not Participation.objects.exists()


def test_changed_guidelines_are_confirmed_once_before_more_work(
    project: Project, ben: User, eve: User, ada: User
) -> None:
    campaign = make_campaign(project, photos=4, guidelines="Look long.")
    answered(claimed(campaign, ben))
    campaign = write_guidelines(campaign=campaign, text="Look twice.", by=ada)
    assert claim_next(campaign=campaign, person=ben) is None
    unread = unread_by(campaign, ben)
    assert unread is not None and unread.before is not None
    assert (unread.before.text, unread.now.text) == ("Look long.", "Look twice.")
    with pytest.raises(Conflict, match="version 2 by now"):
        confirm_guidelines(campaign=campaign, person=ben, version=1)
    confirm_guidelines(campaign=campaign, person=ben, version=2)
    confirm_guidelines(campaign=campaign, person=ben, version=2)
    assert GuidelinesRead.objects.count() == 1
    assert answered(claimed(campaign, ben)).guidelines_version == 2
    assert claimed(campaign, eve)  # who begins under the new version has nothing to compare


def test_a_campaign_may_ask_to_confirm_before_the_first_item(project: Project, ben: User) -> None:
    campaign = make_campaign(project, guidelines="Look.", conduct={"confirms_guidelines": True})
    claim = f"/api/v1/work/{campaign.pk}/claim/"
    page = signed_in(ben)
    assert page.post(claim, {}, content_type=JSON).json()["why"] == "guidelines"
    here = f"/api/v1/work/{campaign.pk}/guidelines/"
    told = page.get(here).json()
    assert told["unread"] and told["before"] is None and told["text"].endswith("Look.")
    assert page.post(here, {"version": 1}, content_type=JSON).json()["unread"] is False
    assert "assignment" in page.post(claim, {}, content_type=JSON).json()
    assert Assignment.objects.filter(person=ben).count() == 1


def test_versions_keep_their_words_and_examples(project: Project, ada: User, kim: User) -> None:
    campaign = make_campaign(project, guidelines="Look.", photos=0, is_open=False)
    photo = imported_photo(project, kim)
    example = Example(photo.pk, "The horizon is level.", is_good=True, box=(0, 0, 0.5, 0.5))
    write_guidelines(campaign=campaign, text="Look.", examples=[example], by=ada)
    write_guidelines(campaign=campaign, text="Look twice.", by=ada)
    api = f"/api/v1/projects/{project.slug}/campaigns/{campaign.pk}/guidelines/"
    rows = signed_in(ada).get(api).json()
    assert [(row["version"], row["text"], len(row["examples"])) for row in rows] == [
        (3, "Look twice.", 1), (2, "Look.", 1), (1, "Look.", 0),
    ]  # fmt: skip
    picture = signed_in(ada).get(
        f"/api/v1/work/{campaign.pk}/guidelines/examples/{rows[0]['examples'][0]['id']}"
    )
    assert picture["Content-Type"] == "image/jpeg"
    with pytest.raises(InvalidInput, match="no photo"):
        write_guidelines(campaign=campaign, text="", examples=[Example(0, "x", True)], by=ada)
