"""The raters' pages: habits by name, the CSV, and nothing that would tell a letter from a bias."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from annotation.models import Response
from core.models import Job
from curation.models import RaterFigures
from curation.selectors.comparisons import favoured_side
from curation.services.agreeing import start_agreement, wake_missing_figures
from tests.curation.build import compared, photo_with_crops, rate, score_of, work_off
from tests.make import make_member
from tests.people import signed_in

pytestmark = pytest.mark.django_db
BEN, EVE = [3, 2, 1, 1], [5, 4, 3, 2]


@pytest.fixture
def lead(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def panel(project: Project, ben: User, eve: User) -> None:
    photos = [photo_with_crops(project) for _ in range(4)]
    rate(photos, {ben: {p.pk: BEN for p in photos}, eve: {p.pk: EVE for p in photos}})


def page(client: Client, name: str, project: Project, *args: object) -> str:
    answer = client.get(reverse(f"curation:{name}", args=[project.slug, *args]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_raters_stand_with_bias_and_use_of_the_scale(
    panel: None, lead: Client, project: Project, ben: User
) -> None:
    shown = page(lead, "raters", project)
    bias = RaterFigures.objects.get(person=ben).bias
    assert bias is not None and bias < -0.5
    assert "Ben" in shown and f"{bias:.2f}" in shown
    assert "2 raters linked on 16" in shown


def test_the_csv_has_a_row_per_rater(panel: None, lead: Client, project: Project) -> None:
    rows = list(csv.DictReader(StringIO(page(lead, "raters-csv", project))))
    assert [(row["person"], row["votes"], row["mean"]) for row in rows] == [
        ("Ben", "16", "1.75"), ("Eve", "16", "3.5"),
    ]  # fmt: skip
    assert {row["share_at_ends"] for row in rows} == {"0.5", "0.25"}


def test_a_rater_sees_the_grades_beside_everybodys(
    panel: None, lead: Client, project: Project, ben: User
) -> None:
    shown = page(lead, "rater", project, ben.pk)
    assert "Share of each grade" in shown and "everybody" in shown


def test_who_has_rated_nothing_is_not_found(
    panel: None, lead: Client, project: Project, kim: User
) -> None:
    for stranger in (kim.pk, 999_999):
        answer = lead.get(reverse("curation:rater", args=[project.slug, stranger]))
        assert answer.status_code == 404


def test_one_persons_bias_does_not_stand_beside_their_vote(
    panel: None, lead: Client, project: Project, ben: User
) -> None:
    photo = project.photos.earliest("pk")
    both = page(lead, "score", project, score_of(photo, 0).pk)
    assert "these 2 people" in both and "Primary score" in both
    alone = photo_with_crops(project)
    rate([alone], {ben: {alone.pk: BEN}})
    assert "people vote" not in page(lead, "score", project, score_of(alone, 0).pk)


def test_an_empty_project_says_so(lead: Client, project: Project) -> None:
    make_member(project, "Zoe", "expert")
    assert "Nobody has rated yet" in page(lead, "raters", project)


def test_a_rater_who_gives_one_grade_and_hurries_is_seen_to(
    lead: Client, project: Project, ben: User, eve: User
) -> None:
    photos = [photo_with_crops(project) for _ in range(12)]
    rate(
        photos,
        {
            ben: {photo.pk: [3, 3, 3, 3] for photo in photos},
            eve: {photo.pk: [5, 4, 2, 1] for photo in photos},
        },
    )
    Response.objects.filter(person=ben).update(active_ms=9_000)
    last = Response.objects.filter(person=ben).latest("pk")
    Response.objects.filter(pk=last.pk).update(active_ms=300)
    start_agreement(project=project)
    work_off()
    course = RaterFigures.objects.get(person=ben).course
    assert set(course["drift"]["value"]) == {"change", "low", "high", "has_drifted"}
    assert course["speed"]["value"]["share_too_fast"] == pytest.approx(1 / 12)
    assert course["lining"]["value"]["is_suspect"]
    shown = page(lead, "rater", project, ben.pk)
    assert "48 in a row at most" in shown and "hardly any variety" in shown
    assert "8.3 % of the answers took under 2.7 s" in shown


def test_somebody_who_always_takes_the_left_is_seen_to(
    lead: Client, project: Project, ben: User
) -> None:
    photos = [photo_with_crops(project) for _ in range(10)]
    rate(photos[:1], {ben: {photos[0].pk: BEN}})
    compared(photos, [ben], "left")
    side = favoured_side(project, ben.pk)
    assert side["value"]["is_biased"] and side["value"]["share"] == 1
    assert "100 % (94 % to 100 %), n 60: more than chance explains" in page(
        lead, "rater", project, ben.pk
    )


def test_few_votes_tell_nothing_of_the_course(
    panel: None, lead: Client, project: Project, ben: User
) -> None:
    assert "no pair votes of this person" in page(lead, "rater", project, ben.pk)
    photo = project.photos.earliest("pk")
    compared([photo], [ben])
    assert "not known, because fewer than 50 decided votes" in page(lead, "rater", project, ben.pk)


def test_the_grades_of_the_chart_can_be_had_as_csv(
    panel: None, lead: Client, project: Project, ben: User
) -> None:
    rows = list(csv.DictReader(StringIO(page(lead, "rater-csv", project, ben.pk))))
    assert [(row["grade"], row["own"], row["everybody"]) for row in rows] == [
        ("1", "8", "8"), ("2", "4", "8"), ("3", "4", "8"), ("4", "0", "4"), ("5", "0", "4"),
    ]  # fmt: skip
    assert {(row["own_votes"], row["all_votes"]) for row in rows} == {("16", "32")}


def test_an_expert_sees_their_own_habits_alone(panel: None, ben: User, ada: User) -> None:
    shown = signed_in(ben).get("/work/habits/").content.decode()
    assert "16" in shown and "Share of each grade" in shown
    assert "Eve" not in shown and "everybody" not in shown
    assert "You have not rated here yet" in signed_in(ada).get("/work/habits/").content.decode()


def test_figures_from_before_the_grades_are_asked_for_once(panel: None, project: Project) -> None:
    Job.objects.all().delete()
    assert wake_missing_figures() == 0
    RaterFigures.objects.update(grades={})
    assert wake_missing_figures() == 1
    assert wake_missing_figures() == 0
    work_off()
    assert not RaterFigures.objects.filter(grades={}).exists()
