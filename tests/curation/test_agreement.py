"""Agreement in parts: by question, week and pair, from stored rows, on the page and as CSV."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from annotation.models import Campaign, Response
from curation.models import Agreement, RaterFigures
from curation.services.agreeing import start_agreement
from measures.statistics.agreement import Level, krippendorff_alpha
from measures.statistics.known import Known
from tests.curation.build import photo_with_crops, rate, work_off
from tests.make import make_member
from tests.people import signed_in

pytestmark = pytest.mark.django_db
BEN, EVE, IDA = [5, 4, 2, 1], [4, 4, 2, 1], [1, 2, 5, 4]


@pytest.fixture
def campaign(project: Project, ben: User, eve: User) -> Campaign:
    """Ben and Eve agree; Ida sees it the other way round."""
    ida = make_member(project, "Ida", "expert")
    photos = [photo_with_crops(project) for _ in range(3)]
    return rate(
        photos,
        {
            person: {photo.pk: grades for photo in photos}
            for person, grades in ((ben, BEN), (eve, EVE), (ida, IDA))
        },
    )


def test_every_part_has_its_alpha(campaign: Campaign, ben: User, eve: User) -> None:
    parts = {row.part: row for row in Agreement.objects.filter(kind="crop")}
    year, week, _ = Response.objects.earliest("pk").created_at.isocalendar()
    assert set(parts) > {"", f"campaign/{campaign.pk}", f"week/{year * 100 + week}"}
    assert len([part for part in parts if part.startswith("pair/")]) == 3
    assert parts[""].alpha == parts[f"campaign/{campaign.pk}"].alpha
    things = [at for at in range(12) for _ in range(2)]
    grades = [row[at % 4] for at in range(12) for row in (BEN, EVE)]
    wanted = krippendorff_alpha(things, grades, Level.ORDINAL)
    one, other = sorted((ben.pk, eve.pk))
    assert isinstance(wanted, Known)
    assert parts[f"pair/{one}-{other}"].alpha == pytest.approx(wanted.value.alpha)
    assert parts[f"pair/{one}-{other}"].n_votes == 24


def test_a_part_that_is_gone_is_taken_away(campaign: Campaign, project: Project) -> None:
    whole = Agreement.objects.get(kind="crop", part="")
    whole.pk, whole.part = None, "campaign/999999"
    whole.save()
    start_agreement(project=project)
    work_off()
    assert not Agreement.objects.filter(part="campaign/999999").exists()


def test_an_older_reading_does_not_overwrite_a_newer_one(
    campaign: Campaign, project: Project
) -> None:
    Agreement.objects.update(computed_at="2999-01-01T00:00Z", alpha=0.5)
    start_agreement(project=project)
    work_off()
    assert set(Agreement.objects.values_list("alpha", flat=True)) == {0.5}


def test_leaving_out_the_one_who_differs_moves_most(
    campaign: Campaign, ben: User, eve: User
) -> None:
    moved = {row.person.name: row.without["rms_change"] for row in
             RaterFigures.objects.select_related("person")}  # fmt: skip
    assert max(moved, key=lambda name: moved[name]) == "Ida"


def test_the_page_and_the_csv_name_the_parts(campaign: Campaign, ada: User) -> None:
    client: Client = signed_in(ada)
    slug = campaign.project.slug
    page = client.get(reverse("curation:agreement", args=[slug])).content.decode()
    assert campaign.name in page and "Every two people" in page
    told = client.get(reverse("curation:agreement-csv", args=[slug])).content.decode()
    rows = {row["part"]: row for row in csv.DictReader(StringIO(told))}
    assert {"all", campaign.name, "Ben and Eve"} <= set(rows)
    assert float(rows["Ben and Eve"]["alpha"]) > float(rows["all"]["alpha"])


def test_without_votes_the_page_says_so(project: Project, ada: User) -> None:
    page = signed_in(ada).get(reverse("curation:agreement", args=[project.slug]))
    assert "Nothing to compare yet" in page.content.decode()
