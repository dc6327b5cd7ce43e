"""Profiles and consent: written by their owner alone, seen by leads and curators of the project."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest

from accounts.models import Profile, Project, User
from annotation.models import Response, TrainingRound
from core.models import AuditEntry
from tests.annotation.build import answered, claimed, make_campaign
from tests.people import signed_in

pytestmark = pytest.mark.django_db
TOLD: dict[str, Any] = {
    "years": 12, "specialities": ["street", "portrait"], "more": "=Weddings", "languages": "German",
    "credit": "pseudonym", "pseudonym": "B.",
}  # fmt: skip
URL = "/account/profile/"


def test_what_i_tell_is_kept(ben: User) -> None:
    assert signed_in(ben).post(URL, TOLD)["Location"] == URL
    kept = Profile.objects.get(person=ben)
    assert (kept.years, kept.specialities) == (12, ["portrait", "street"])
    assert kept.consent_at is None


@pytest.mark.parametrize(
    "wrong", [{"years": 99}, {"specialities": ["magic"]}, {"credit": "x"}, {"pseudonym": " "}]
)
def test_wrong_input_changes_nothing(ben: User, wrong: dict[str, Any]) -> None:
    assert signed_in(ben).post(URL, TOLD | wrong).status_code == 400
    assert not Profile.objects.exists()


def test_consent_is_dated_and_can_be_taken_back(ben: User) -> None:
    client = signed_in(ben)
    for act in ("give", "give", "withdraw"):
        client.post(f"{URL}consent/", {"act": act})
    verbs = AuditEntry.objects.filter(verb__startswith="consent").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["consent.give", "consent.withdraw"]
    assert Profile.objects.get().consent_version is None
    assert client.post(f"{URL}consent/", {"act": "perhaps"}).status_code == 400


def test_leads_see_the_person_with_hours_and_items(
    project: Project, ada: User, ben: User, cleo: User
) -> None:
    signed_in(ben).post(URL, TOLD)
    campaign = make_campaign(project, name="Coast")
    answered(claimed(campaign, ben), active_ms=7_200_000)
    TrainingRound.objects.create(
        campaign=campaign, person=ben, attempt=1, round=2, items=10, agreeing=9, pass_mark=0.8,
        is_passed=True, guidelines_version=1,
    )  # fmt: skip
    place = f"/p/{project.slug}/people/{ben.pk}/"
    shown = signed_in(ada).get(place).content.decode()
    assert "12 years" in shown and "as B." in shown and "no consent recorded" in shown
    assert "Coast" in shown and "9 of 10" in shown
    assert "2.00" in shown and "7,200.0" in shown and Response.objects.count() == 1
    assert signed_in(ben).get(place).status_code == 403
    assert signed_in(ada).get(f"/p/{project.slug}/people/{cleo.pk}/").status_code == 404


def test_curators_get_everybody_as_a_file(project: Project, kim: User, ben: User) -> None:
    signed_in(ben).post(URL, TOLD)
    signed_in(ben).post(f"{URL}consent/", {"act": "give"})
    file = signed_in(kim).get(f"/p/{project.slug}/people.csv").content.decode()
    rows = {row["person"]: row for row in csv.DictReader(StringIO(file))}
    assert rows["Ben"]["more"] == "'=Weddings" and rows["Ben"]["consent_version"] == "1"
    assert rows["Kim"]["years"] == ""


def test_a_campaign_says_how_many_have_not_agreed(
    project: Project, ada: User, ben: User, eve: User
) -> None:
    place = f"/p/{project.slug}/campaigns/{make_campaign(project).pk}/"
    assert "2 have not agreed" in signed_in(ada).get(place).content.decode()
    signed_in(ben).post(f"{URL}consent/", {"act": "give"})
    assert "1 has not agreed" in signed_in(ada).get(place).content.decode()


def test_the_api_reads_and_changes_it(project: Project, ben: User, ada: User) -> None:
    mine, url = signed_in(ben), "/api/v1/me/profile/"
    told = {"years": 3, "specialities": ["night"], "has_consented": True}
    changed = mine.patch(url, told, content_type="application/json").json()
    assert changed == mine.get(url).json() and changed["consent_version"] == 1
    mine.patch(url, {"languages": "German"}, content_type="application/json")
    seen = signed_in(ada).get(f"/api/v1/projects/{project.slug}/people/{ben.pk}/profile/").json()
    assert (seen["years"], seen["languages"], seen["specialities"]) == (3, "German", ["night"])
    wrong = mine.patch(url, {"specialities": ["magic"]}, content_type="application/json")
    assert wrong.status_code == 400
