"""The sampling review: which items a lead looks at, and how the part follows the mistakes."""

from __future__ import annotations

import pytest

from accounts.models import Project, User
from annotation.selectors.sampling_review import picked_items, reviewed_people
from annotation.services.discussing import settle_item, settle_with_response
from tests.annotation.build import answered, claimed, make_campaign
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def test_the_part_rises_where_answers_are_changed(
    project: Project, ada: User, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, photos=12, conduct={"review_percent": 20})
    bens = [answered(claimed(campaign, ben)) for _ in range(6)]
    for _ in range(6):
        answered(claimed(campaign, eve))
    for response in bens[:2]:
        stands = {"score": 2, "cannot_judge": False}
        settle_item(item=response.item, answer=stands, reason="Flat.", by=ada)
    settle_with_response(item=bens[2].item, response_id=bens[2].pk, reason="So.", by=ada)
    his, hers = reviewed_people(campaign)
    assert (his.looked_at, his.answered, his.part) == (3, 6, pytest.approx(0.2 + 2 / 3))
    assert his.changed is not None and (his.changed.successes, his.changed.n) == (2, 3)
    assert (hers.changed, hers.part) == (None, 0.2)


def test_items_are_picked_by_the_seed(project: Project, ada: User, ben: User) -> None:
    campaign = make_campaign(project, photos=6, conduct={"review_percent": 100})
    for _ in range(4):
        answered(claimed(campaign, ben))
    people = reviewed_people(campaign)
    assert picked_items(campaign, people).count() == 4
    campaign.conduct = {"review_percent": 50}
    half = set(picked_items(campaign, reviewed_people(campaign)))
    assert half == set(picked_items(campaign, reviewed_people(campaign))) and len(half) <= 4


def test_a_lead_finds_them_on_their_page(project: Project, ada: User, ben: User) -> None:
    campaign, lead = make_campaign(project, conduct={"review_percent": 100}), signed_in(ada)
    url = f"/p/{project.slug}/campaigns/{campaign.pk}/review/"
    assert "Nothing waits" in lead.get(url).content.decode()
    item = answered(claimed(campaign, ben)).item
    assert f"Look at item {item.pk}" in lead.get(url).content.decode()
