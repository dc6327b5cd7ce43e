"""The report in the manner of P.910 and BT.500: its figures, its refusals, its page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Project, User
from curation.models import ProtocolReport
from curation.services.agreeing import start_agreement
from tests.curation.build import photo_with_crops, rate, work_off
from tests.make import make_member
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def panel(project: Project, people: int) -> None:
    """Everybody agrees but the last, who votes the other way round."""
    photos = [photo_with_crops(project) for _ in range(4)]
    members = [make_member(project, f"P{at}", "expert") for at in range(people)]
    grades = [[5, 4, 2, 1], [4, 5, 2, 1], [5, 4, 1, 2], [5, 4, 2, 1]]
    answers = {
        person: {photo.pk: grades[at] for at, photo in enumerate(photos)} for person in members
    }
    answers[members[-1]] = {photo.pk: [1, 2, 4, 5] for photo in photos}
    rate(photos, answers)


def page_of(project: Project, person: User) -> str:
    answer = signed_in(person).get(reverse("curation:report", args=[project.slug]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_small_panel_is_not_screened_by_bt500(project: Project, ada: User) -> None:
    panel(project, 3)
    told = ProtocolReport.objects.get(kind="crop").figures
    assert (told["votes"], told["things"], told["raters"]) == (48, 16, 3)
    assert told["votes_each"] == [3, 3.0, 3]
    assert {each["is_rejected"] for each in told["screened"]["raters"]} == {None}
    assert "not offered" in page_of(project, ada) and "not known, because" in page_of(project, ada)


def test_who_votes_the_other_way_round_is_found(project: Project, ada: User) -> None:
    panel(project, 7)
    told = ProtocolReport.objects.get(kind="crop").figures
    found = {each["person"]: each for each in told["screened"]["raters"]}
    last = max(found)
    assert found[last]["is_uncorrelated"] and found[last]["r"] < -0.5
    assert not any(each["is_uncorrelated"] for pk, each in found.items() if pk != last)
    assert all(each["is_rejected"] is not None for each in found.values())
    shown = page_of(project, ada)
    assert "below 0.75" in shown and "SOS hypothesis" in shown and "P6" in shown


def test_a_later_report_is_not_overwritten_by_an_earlier_reading(project: Project) -> None:
    panel(project, 3)
    ProtocolReport.objects.update(computed_at="2999-01-01T00:00Z", figures={"votes": 1})
    start_agreement(project=project)
    work_off()
    assert ProtocolReport.objects.get(kind="crop").figures == {"votes": 1}


def test_without_votes_there_is_nothing_to_report(project: Project, ada: User) -> None:
    assert "Nothing to report yet" in page_of(project, ada)
