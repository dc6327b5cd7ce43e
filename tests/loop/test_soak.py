"""A short soak, as `make soak` runs a long one: a crowd that misbehaves, against web and worker that
are killed and started again."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest
from django.db import connection

from accounts.models import Project
from annotation.models import Campaign, Item, Response
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.subjects import Selection
from tests.loop.client import Client
from tests.loop.crowd import Expert, Shift, let_work
from tests.loop.house import House
from tests.loop.promises import broken_promises, is_done
from tests.make import make_member, make_photo

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PEOPLE, ITEMS, LEASE_S, SECONDS = 12, 12, 1, 5.0
NUMBERS = itertools.count(1)


@pytest.fixture
def house(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Web and worker over the test database."""
    found = House(connection.settings_dict["NAME"])
    monkeypatch.setattr("core.jobs.sending.current_app", found.bell)
    found.start("worker")
    found.start("web")
    yield found
    found.stop()


def test_a_crowd_that_misbehaves(house: House, project: Project) -> None:
    for _ in range(ITEMS):
        make_photo(project)
    seen: list[str] = []
    crowd = [expert(house, project, at) for at in range(PEOPLE)]
    for overlap, killed in ((1, "web"), (2, "worker"), (3, "web")):
        campaigns = let_work(
            crowd, Shift(None, LEASE_S), seconds=SECONDS, patience_s=120,
            next_campaign=lambda overlap=overlap: campaign_of(project, overlap),
            is_done=lambda campaign: is_done(campaign, seen),
            events=[lambda killed=killed: house.kill(killed)],
        )  # fmt: skip
        assert broken_promises(crowd, campaigns, overlap) == []
    assert seen == [] and sum(each.did["again"] for each in crowd) > 0
    house.wait(lambda: not Item.objects.filter(scores_due=True).exists())
    check_that_it_would_be_found(crowd, campaigns)


def check_that_it_would_be_found(crowd: list[Expert], campaigns: list[int]) -> None:
    """More answers than the overlap, one changed behind everybody's back, an item left open."""
    answer = Response.objects.filter(item__campaign__in=campaigns)[0]
    Response.objects.filter(pk=answer.pk).update(answer={"score": 1})
    Item.objects.filter(pk=answer.item_id).update(state="open")
    found = broken_promises(crowd, campaigns, overlap=2)
    assert {words.split(":")[0] for words in found} >= {"surplus", "lost", "stuck"}


def expert(house: House, project: Project, at: int) -> Expert:
    person = make_member(project, f"Rater {at}", "expert")
    headers = {"Authorization": f"Token {Client.of(person, house.address).secret}"}
    return Expert(house.port, person.pk, headers, random.Random(at))


def campaign_of(project: Project, overlap: int) -> int:
    campaign = create_campaign(
        project=project, name=f"Number {next(NUMBERS)}", item_type="photo_score", overlap=overlap,
        by=None,
    )  # fmt: skip
    add_selection(campaign=campaign, selection=Selection(), by=None)
    # Shorter than a lead may choose, so that people really come back too late.
    Campaign.objects.filter(pk=campaign.pk).update(lease_s=LEASE_S)
    return open_campaign(campaign=campaign, by=None).pk
