"""What those who run campaigns look at while people work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from accounts.models import Membership, Project, User
from annotation.models import Assignment, Item, Response
from annotation.selectors.running import kept_out, pace_of
from measures.statistics.forecast import forecast
from measures.statistics.known import Known, NotKnown
from tests.annotation.build import answered, claimed, make_campaign
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(ada: User) -> Client:
    return signed_in(ada)


def test_a_forecast_has_a_band_or_says_why_not() -> None:
    steady, wild = forecast([10, 10, 10, 10], 30), forecast([0, 30, 2, 8], 30)
    assert isinstance(steady, Known) and isinstance(wild, Known)
    assert (steady.value.days, steady.value.least, steady.value.most) == (3, 3, 3)
    assert wild.value.least < wild.value.days == 3 and wild.value.most is None
    for days, left in (([5, 5], 9), ([0, 0, 0], 9), ([5, 5, 5], 0)):
        assert isinstance(forecast(days, left), NotKnown)


def test_the_pace_counts_answers_of_whole_days(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=6)
    given = [answered(claimed(campaign, ben), active_ms=60_000) for _ in range(4)]
    for days, row in enumerate(given):
        Response.objects.filter(pk=row.pk).update(created_at=F("created_at") - timedelta(days=days))
    found = pace_of(campaign, 2)
    assert found.days_seen == 3 and found.forecast is not None and found.forecast.a_day == 1
    assert found.hours_spent == pytest.approx(4 / 60) and found.hours_left == pytest.approx(2 / 60)


def test_a_lead_sees_what_is_held_and_returns_it(project: Project, lead: Client, ben: User) -> None:
    campaign = make_campaign(project, photos=2)
    held, base = claimed(campaign, ben), f"/p/{project.slug}/campaigns/{campaign.pk}/"
    assert (
        f'Return<span class="visually-hidden"> item {held.item_id}'
        in lead.get(base).content.decode()
    )
    assert lead.post(f"{base}leases/{held.pk}/return/").status_code == 302
    assert Assignment.objects.get(pk=held.pk).state == "free"
    assert lead.post(f"{base}leases/{held.pk}/return/").status_code == 409


def test_sessions_change_hands_on_their_page(
    project: Project, lead: Client, ben: User, eve: User, kim: User
) -> None:
    campaign = make_campaign(project, photos=6, session_count=3)
    base = f"/p/{project.slug}/campaigns/{campaign.pk}/sessions"
    page = lead.get(f"{base}/").content.decode()
    assert "Give out what waits" in page and "Connectivity" in page
    assert lead.post(f"{base}/3/give/", {"person": ben.pk}).status_code == 302
    assert "Give out what waits" not in lead.get(f"{base}/").content.decode()
    assert lead.post(f"{base}/3/give/", {"person": kim.pk}).status_code == 400
    assert lead.post(f"{base}/3/give/", {"person": "x"}).status_code == 400
    assert lead.get(f"{base}.csv").content.decode().count("\n") == 7
    api = f"/api/v1/projects/{project.slug}/campaigns/{campaign.pk}/"
    told = lead.get(f"{api}sessions/").json()
    assert [each["items"] for each in told["sessions"]] == [2, 2, 2]
    given = lead.post(f"{api}sessions/3/give/", {"person": None}, content_type="application/json")
    assert given.json()["sessions"][2]["person"] is None
    assert lead.post(f"{api}sessions/deal/").json() == {"given": 1}


def test_who_may_not_work_is_named_with_the_reason(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, pool=[ben, eve])
    Membership.objects.filter(user=ben).delete()
    User.objects.filter(pk=eve.pk).update(is_active=False)
    assert next((str(p), why) for p, why in kept_out(campaign)) == ("Ben", "they left the project")


def test_the_moment_leads_to_its_lists(project: Project, lead: Client, ben: User) -> None:
    campaign = make_campaign(project, photos=3, name="Running")
    claimed(campaign, ben)
    page = lead.get(f"/p/{project.slug}/now/").content.decode()
    assert "Running" in page and "Ben" in page and "?state=open" in page
    told = lead.get(f"/api/v1/projects/{project.slug}/now/").json()
    assert told["campaigns"][0] == {"id": campaign.pk, "name": "Running", "open_items": 3,
                                    "waiting": 2, "held": 1, "expired": 0,
                                    "items": 3, "finished": 0, "flags": 0}  # fmt: skip
    assert told["at_work"] == 1


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("", 3), ("?least=1", 1), ("?most=0", 2), ("?state=answered", 1), ("?flag=open", 0),
     ("?person=BEN", 1), ("?state=open&most=0&order=priority", 2)],
)  # fmt: skip
def test_items_are_narrowed(
    project: Project, lead: Client, ben: User, query: str, wanted: int
) -> None:
    campaign = make_campaign(project, photos=3)
    answered(claimed(campaign, ben))
    path = f"/p/{project.slug}/campaigns/{campaign.pk}/items/"
    page: Any = lead.get(path + query.replace("BEN", str(ben.pk))).context["page"]
    assert len(page.rows) == wanted


def test_items_by_priority_go_on_where_the_page_ended(
    project: Project, lead: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotation.views.item_list.SIZE", 2)
    campaign = make_campaign(project, photos=5)
    Item.objects.filter(pk=campaign.items.order_by("pk").values("pk")[:1]).update(priority=7)
    path, seen, query = f"/p/{project.slug}/campaigns/{campaign.pk}/items/", [], "?order=priority"
    while query:
        page: Any = lead.get(path + query).context["page"]
        seen += [row.pk for row in page.rows]
        query = page.older
    expected = campaign.items.order_by("-priority", "-pk").values_list("pk", flat=True)
    assert seen == list(expected)


@pytest.mark.parametrize("query", ["?state=x", "?person=x", "?past=3", "?order=x", "?colour=1"])
def test_a_wrong_filter_of_items_is_refused(project: Project, lead: Client, query: str) -> None:
    campaign = make_campaign(project)
    more = "&order=priority" if "past" in query else ""
    path = f"/p/{project.slug}/campaigns/{campaign.pk}/items/{query}{more}"
    assert lead.get(path).status_code == 400
