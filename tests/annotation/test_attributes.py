"""Attributes beside a photo's score: what is taken, what is refused, and what comes out."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import Campaign
from core.errors import InvalidInput
from tests.annotation.build import answered, claimed, make_campaign
from tests.people import signed_in

pytestmark = pytest.mark.django_db
GRADES = {"composition": 4, "balance": 3, "subject": 5, "horizon": None, "colour": 2}
ANSWER = {"score": 7, "cannot_judge": False, "attributes": GRADES}


@pytest.fixture
def campaign(project: Project) -> Campaign:
    return make_campaign(project, "photo_score", overlap=2, settings={"with_attributes": True})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"attributes": {}}, "attributes.composition"),
        ({"attributes": {**GRADES, "colour": 6}}, "attributes.colour"),
        ({"attributes": {**GRADES, "mood": 3}}, "attributes.mood.[key]"),
        ({"score": None, "cannot_judge": True}, "attributes"),
    ],
)
def test_what_is_no_grade_is_named(
    campaign: Campaign, ben: User, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        answered(claimed(campaign, ben), {**ANSWER, **change})
    assert caught.value.field == field


def test_a_campaign_that_asks_for_none_takes_none(project: Project, ben: User) -> None:
    with pytest.raises(InvalidInput, match="this campaign asks for none"):
        answered(claimed(make_campaign(project), ben), ANSWER)


def test_results_by_attribute_and_by_photo(
    campaign: Campaign, ada: User, ben: User, eve: User
) -> None:
    path = f"/p/{campaign.project.slug}/campaigns/{campaign.pk}/results"
    lead = signed_in(ada)
    answered(claimed(campaign, ben), ANSWER)
    assert "No results yet" in lead.get(f"{path}/").content.decode()
    answered(
        claimed(campaign, eve), {**ANSWER, "attributes": {**GRADES, "colour": 3, "horizon": 1}}
    )
    page = lead.get(f"{path}/").content.decode()
    assert "Colour" in page and "2.50" in page
    (row,) = csv.DictReader(io.StringIO(lead.get(f"{path}.csv").content.decode()))
    assert (row["score"], row["score_n"]) == ("7.000000", "2")
    assert (row["colour"], row["horizon"], row["horizon_n"]) == ("2.500000", "1.000000", "1")
