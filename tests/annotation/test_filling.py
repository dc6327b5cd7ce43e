"""Campaigns of many photos: a job adds the items, and a kill leaves nothing half-made."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Notice, Project, User
from annotation.models import Assignment, Campaign, Item
from annotation.selectors.filling import filling_of
from annotation.services import filling
from annotation.services.campaigns import create_campaign, open_campaign
from annotation.services.filling import fill_campaign
from annotation.subjects import Selection
from core.errors import Conflict
from core.jobs import sweep
from core.models import Job
from tests.curation.build import work_off
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose five photos count as many."""
    monkeypatch.setattr(filling, "AT_ONCE", 4)
    monkeypatch.setattr(filling, "BATCH", 2)
    for _ in range(5):
        make_photo(project)
    return project


def prepared(project: Project, by: User, **fields: int) -> Campaign:
    made = create_campaign(
        project=project, name="Many", item_type="photo_score", overlap=1, by=by, **fields
    )
    assert fill_campaign(campaign=made, selection=Selection(), by=by).added == 0
    return made


@pytest.mark.parametrize("sessions", [0, 2])
def test_many_photos_are_added_by_a_job(many: Project, ada: User, ben: User, sessions: int) -> None:
    campaign = prepared(many, ada, session_count=sessions)
    assert not campaign.items.exists() and filling_of(campaign) is not None
    work_off()
    assert Job.objects.get(kind="annotation.add_items").result == {"added": 5}
    assert Assignment.objects.filter(campaign=campaign).count() == 5
    assert filling_of(campaign) is None
    assert "done" in Notice.objects.get(person=ada, kind="job_ended").text
    open_campaign(campaign=campaign, by=ada)


def test_it_is_not_opened_while_items_come(many: Project, ada: User) -> None:
    campaign = prepared(many, ada)
    Item.objects.create(campaign=campaign, photo=make_photo(many), subject_key="x")
    with pytest.raises(Conflict, match="still being added"):
        open_campaign(campaign=campaign, by=ada)


def test_page_and_api_answer_at_once(many: Project, ada: User) -> None:
    lead: Client = signed_in(ada)
    sent = {"name": "Many", "overlap": 1, "lease_min": 5}
    made = lead.post(f"/p/{many.slug}/campaigns/new/?item_type=photo_score", sent, follow=True)
    assert "Add items to a campaign" in made.content.decode()
    url = f"/api/v1/projects/{many.slug}/campaigns/{Campaign.objects.get().pk}/subjects/"
    answer = lead.post(url, {}, content_type="application/json")
    assert answer.status_code == 202
    assert answer.json() == {"added": 0, "job": str(Job.objects.get().pk)}, "one job for both"


def test_nothing_that_fits_is_said_at_once(many: Project, ada: User) -> None:
    made = create_campaign(project=many, name="X", item_type="crop_mos", overlap=1, by=ada)
    assert fill_campaign(campaign=made, selection=Selection(), by=ada).is_empty


class Killed(BaseException):
    """The worker is gone."""


def test_a_killed_job_goes_on_where_it_was(
    many: Project, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, add = prepared(many, ada), filling.add_items
    given: list[int] = []

    def add_once(**asked: Any) -> int:
        if given:
            raise Killed
        given.append(add(**asked))
        return given[0]

    monkeypatch.setattr(filling, "add_items", add_once)
    with pytest.raises(Killed):
        work_off()
    assert Assignment.objects.filter(campaign=campaign).count() == 2
    monkeypatch.undo()
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    sweep()
    work_off()
    assert sorted(campaign.items.values_list("assignments__slot", flat=True)) == [1] * 5
    assert Job.objects.get(kind="annotation.add_items").result == {"added": 5}


def test_sessions_that_a_killed_job_had_planned_stay_as_they_are(
    many: Project, ada: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = prepared(many, ada, session_count=2)

    def die(*_told: Any) -> None:
        raise Killed

    monkeypatch.setattr(filling, "tell_of_work", die)
    with pytest.raises(Killed):
        work_off()
    planned = set(Assignment.objects.filter(campaign=campaign).values_list("pk", "session"))
    monkeypatch.undo()
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    sweep()
    work_off()
    found = set(Assignment.objects.filter(campaign=campaign).values_list("pk", "session"))
    assert found == planned and len(planned) == campaign.items.count() == 5
    assert Job.objects.get(kind="annotation.add_items").result == {"added": 5}
