"""Hours worked: active time by person, campaign and day."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from accounts.models import Membership, Project, User
from accounts.services.preferences import change_preferences
from annotation.models import Response
from annotation.selectors.hours import Period, hours_in, hours_of, totals_in
from annotation.services.submitting import change_answer
from core.errors import InvalidInput
from tests.annotation.build import ANSWERS, answered, claimed, make_campaign
from tests.people import signed_in

pytestmark = pytest.mark.django_db
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
QUERY = "?from=2026-03-01&to=2026-03-31"


def worked(project: Project, person: User, *days: datetime, name: str = "Scores") -> None:
    """One answer of half an hour's work, and a minute idle, at each time."""
    campaign = make_campaign(project, photos=len(days), name=name)
    for at in days:
        row = answered(claimed(campaign, person), active_ms=1_800_000, idle_ms=60_000)
        Response.objects.filter(pk=row.pk).update(created_at=at)


def test_time_is_summed_by_day(project: Project, ben: User) -> None:
    worked(project, ben, *(datetime(2026, 3, d, 12, tzinfo=UTC) for d in (2, 2, 3)))
    found = [(r.day.day, r.answers, r.active_hours, r.idle_ms) for r in hours_of(ben, MARCH)]
    assert found == [(2, 2, 1.0, 120_000), (3, 1, 0.5, 60_000)]


def test_a_day_is_the_persons_own(project: Project, ben: User) -> None:
    change_preferences(person=ben, given={"time_zone": "Asia/Kathmandu"})  # 5 h 45 min ahead
    before = datetime(2026, 3, 31, 18, 14, tzinfo=UTC)
    worked(project, ben, before, before.replace(minute=15))
    assert [(r.day.day, r.answers) for r in hours_in(project, MARCH)] == [(31, 1)]


def test_a_changed_answer_is_work_too(project: Project, ben: User) -> None:
    row = answered(claimed(make_campaign(project), ben), active_ms=1000)
    change_answer(
        response=row, person=ben, answer={**ANSWERS["photo_score"], "score": 2},
        submission_id=uuid4(), active_ms=500,
    )  # fmt: skip
    today = row.created_at.date()
    assert [r.active_ms for r in hours_of(ben, Period(today, today))] == [1500]


def test_a_project_sees_its_own_and_who_left(
    project: Project, other_project: Project, ben: User, eve: User
) -> None:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    worked(project, eve, at, name="One")
    worked(project, ben, at, name="Two")
    Membership.objects.filter(user=eve).delete()
    assert [str(each.person) for each in totals_in(project, MARCH)] == ["Ben", "Eve"]
    assert hours_in(other_project, MARCH) == []


def test_a_period_is_a_year_at_most() -> None:
    with pytest.raises(InvalidInput, match="year"):
        Period(date(2024, 1, 1), date(2026, 1, 1))
    with pytest.raises(InvalidInput, match="before"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


def test_the_pages_show_hours(project: Project, ben: User, ada: User) -> None:
    worked(project, ben, datetime(2026, 3, 2, 12, tzinfo=UTC))
    mine = signed_in(ben).get(f"/work/hours/{QUERY}")
    ours = signed_in(ada).get(f"/p/{project.slug}/people/hours/{QUERY}")
    assert b"0.50" in mine.content
    assert b"Ben" in ours.content
    assert signed_in(ada).get(f"/work/hours/{QUERY}").context["rows"] == []


def test_the_days_of_a_long_period_are_one_persons(
    project: Project, ben: User, eve: User, ada: User
) -> None:
    worked(project, ben, datetime(2026, 3, 2, 12, tzinfo=UTC), name="One")
    worked(project, eve, datetime(2025, 12, 31, 12, tzinfo=UTC), name="Two")
    path = f"/p/{project.slug}/people/hours/?from=2025-12-31&to=2026-03-31"
    whole, bens = (signed_in(ada).get(path + more) for more in ("", f"&person={ben.pk}"))
    assert [each.answers for each in whole.context["totals"]] == [1, 1]
    assert whole.context["rows"] == [] and whole.context["sum"].active_hours == 1.0
    assert [row.person for row in bens.context["rows"]] == [ben]


@pytest.mark.parametrize(
    "query", ["?from=soon", "?from=2026-03-02&to=2026-03-01", "?to=9999-12-31"]
)
@pytest.mark.parametrize("place", ["/work/hours/", "/work/hours.csv", "/api/v1/work/hours/"])
def test_bad_periods_are_said(ben: User, place: str, query: str) -> None:
    assert signed_in(ben).get(place + query).status_code == 400


def test_the_file_disarms_names(project: Project, ben: User, ada: User) -> None:
    User.objects.filter(pk=ben.pk).update(name="=1+1")
    worked(project, ben, datetime(2026, 3, 2, 12, tzinfo=UTC))
    got = signed_in(ada).get(f"/p/{project.slug}/people/hours.csv{QUERY}")
    row = next(csv.DictReader(io.StringIO(got.content.decode())))
    assert (row["person"], row["active_hours"], row["idle_ms"]) == ("'=1+1", "0.5000", "60000")


def test_the_api_answers_the_same(project: Project, ben: User, ada: User) -> None:
    worked(project, ben, datetime(2026, 3, 2, 12, tzinfo=UTC))
    mine = signed_in(ben).get(f"/api/v1/work/hours/{QUERY}").json()
    ours = signed_in(ada).get(f"/api/v1/projects/{project.slug}/hours/{QUERY}").json()
    assert mine == ours
    assert (mine[0]["day"], mine[0]["active_ms"]) == ("2026-03-02", 1_800_000)


def test_the_time_zone_is_kept(ben: User) -> None:
    client = signed_in(ben)
    client.post("/work/hours/time-zone/", {"time_zone": "Europe/Lisbon"})
    client.post("/work/hours/time-zone/", {"time_zone": "Mars/Olympus"})
    ben.refresh_from_db()
    assert ben.preferences["time_zone"] == "Europe/Lisbon"
