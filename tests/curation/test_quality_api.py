"""Pairs, raters and the report over the API: the pages' figures, to those who may see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from curation.models import RaterFigures
from tests.curation.build import compared, photo_with_crops, rate
from tests.curation.test_api import get
from tests.curation.test_primary import fitted
from tests.people import signed_in

pytestmark = pytest.mark.django_db
API = "/api/v1/projects/lighthouse"


@pytest.fixture
def voted(project: Project, ben: User, eve: User) -> None:
    """Four rated photos, the first one compared too."""
    fitted(project, ben, eve)
    compared([project.photos.earliest("pk")], [ben, eve])


def status(client: Client, path: str) -> int:
    return int(client.get(f"{API}/{path}").status_code)


def test_pairs_are_listed_counted_and_explained(voted: None, project: Project, rui: User) -> None:
    client, photo = signed_in(rui), project.photos.earliest("pk")
    (row,) = get(client, "pairs/")["results"]
    crops = sorted(photo.crops.values_list("pk", flat=True))
    assert row == {
        "photo": photo.pk, "is_hidden": False, "crops": 4, "votes": 12, "people": 2, "groups": 1,
        "best_crop": crops[0],
    }  # fmt: skip
    figures = get(client, "pairs/figures/")
    assert (figures["votes"], figures["people"], figures["ties"]) == (12, 2, 0)
    assert figures["left"]["value"] is None and "fewer than 50" in figures["left"]["unknown"]
    assert (
        figures["combined"]["value"]["pairs"] == 12 and figures["reliability"]["value"]["n"] == 12
    )
    one = get(client, f"pairs/{photo.pk}/")
    assert [each["crop"] for each in one["worths"]] == crops and one["is_regularised"]
    assert len(one["comparisons"]) == 6 and {c["for_first"] for c in one["comparisons"]} == {2.0}
    assert one["suggestions"][0]["information"] > 0


def test_what_was_never_compared_is_not_found(project: Project, rui: User) -> None:
    client = signed_in(rui)
    assert status(client, "pairs/figures/") == 404
    assert status(client, f"pairs/{photo_with_crops(project).pk}/") == 404
    assert get(client, "pairs/")["results"] == []


def test_who_may_still_be_asked_sees_no_votes(project: Project, ada: User, ben: User) -> None:
    photo = photo_with_crops(project)
    compared([photo], [ben], overlap=2)
    client = signed_in(ada)
    (row,) = get(client, "pairs/")["results"]
    assert row["is_hidden"] and row["votes"] is None and row["best_crop"] is None
    assert status(client, f"pairs/{photo.pk}/") == 403


def test_a_rater_is_told_with_habits_and_grades(voted: None, rui: User, ben: User) -> None:
    found = get(signed_in(rui), "raters/")
    assert [each["name"] for each in found] == ["Ben", "Eve", "Ida"]
    assert found[0]["bias"] == RaterFigures.objects.get(person=ben).bias
    assert (found[0]["votes"], sum(found[0]["grades"].values())) == (16, 16)
    one = get(signed_in(rui), f"raters/{ben.pk}/")
    assert one["scales"] == found[:1] and "fewer than 50" in one["side"]["unknown"]


def test_an_expert_sees_only_themselves(voted: None, ben: User, eve: User, rui: User) -> None:
    client = signed_in(ben)
    assert [each["person"] for each in get(client, "raters/")] == [ben.pk]
    assert get(client, f"raters/{ben.pk}/")["scales"][0]["name"] == "Ben"
    assert status(client, f"raters/{eve.pk}/") == 403
    for path in ("pairs/", "pairs/figures/", "report/"):
        assert status(client, path) == 403
    assert status(signed_in(rui), f"raters/{rui.pk}/") == 404, "a researcher has rated nothing"


def test_the_report_tells_what_is_not_known(voted: None, rui: User) -> None:
    (told,) = get(signed_in(rui), "report/")
    assert (told["kind"], told["votes"], told["raters"], told["things"]) == ("crop", 48, 3, 16)
    for name in ("sos_a", "noise_ceiling"):
        maybe: dict[str, Any] = told[name]
        assert (maybe["value"] is None) == bool(maybe["unknown"])
    assert len(told["screened"]) == 3 and told["bt500"].startswith("not known")


def test_names_that_a_spreadsheet_would_run_are_disarmed(
    project: Project, ben: User, eve: User, rui: User
) -> None:
    User.objects.filter(pk=ben.pk).update(name="=1+1")
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}, eve: {photo.pk: [4, 4, 2, 1]}})
    client = signed_in(rui)
    for name in ("raters.csv", "agreement.csv", "report.csv"):
        text = client.get(f"/p/lighthouse/quality/{name}").content.decode()
        assert "'=1+1" in text and ",=1+1" not in text
