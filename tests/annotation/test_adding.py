"""Campaigns and their items."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.item_types import Subject
from annotation.models import Assignment, CampaignState, Item, ItemCrop
from annotation.services.campaigns import (
    add_items,
    add_selection,
    close_campaign,
    create_campaign,
    open_campaign,
    pause_campaign,
    write_guidelines,
)
from annotation.subjects import Selection
from core.errors import Conflict, InvalidInput, ReframeError
from core.models import AuditEntry
from tests.annotation.build import make_campaign, make_subject
from tests.make import make_photo

pytestmark = pytest.mark.django_db


def test_adding_twice_adds_nothing(project: Project) -> None:
    campaign = make_campaign(project, "crop_mos", photos=3, overlap=2)
    before = (Item.objects.count(), Assignment.objects.count(), ItemCrop.objects.count())
    assert before == (3, 6, 12)
    assert add_selection(campaign=campaign, selection=Selection(), by=None) == 0
    assert (Item.objects.count(), Assignment.objects.count(), ItemCrop.objects.count()) == before


def test_only_new_subjects_are_added_to_a_running_campaign(project: Project) -> None:
    campaign = make_campaign(project, photos=2)
    make_subject(project)
    assert add_selection(campaign=campaign, selection=Selection(), by=None) == 1


def test_many_items_cost_few_queries(project: Project, django_assert_max_num_queries: Any) -> None:
    campaign = make_campaign(project, is_open=False)
    photo = make_photo(project)
    subjects = [Subject(f"made/{at}", photo.pk) for at in range(5_000)]
    with django_assert_max_num_queries(20):
        assert add_items(campaign=campaign, subjects=subjects) == 5_000
    assert Assignment.objects.filter(campaign=campaign).count() == 5_001


def test_order_follows_from_the_seed(project: Project) -> None:
    def order(seed: int, name: str) -> list[int]:
        campaign = create_campaign(
            project=project, name=name, item_type="photo_score", overlap=1, order_seed=seed, by=None
        )  # fmt: skip
        add_selection(campaign=campaign, selection=Selection(), by=None)
        return list(campaign.items.order_by("order_key").values_list("photo_id", flat=True))

    for _ in range(6):
        make_photo(project)
    assert order(5, "one") == order(5, "two")
    assert order(5, "three") != order(6, "four")


@pytest.mark.parametrize(
    ("item_type", "items"),
    [
        ("photo_score", 2), ("guidance_review", 1), ("crop_draw", 2), ("crop_mos", 1),
        ("preference_pair", 6), ("composition_review", 1), ("question_region", 1),
        ("rationale_review", 1), ("answer_judging", 1), ("text_pair", 1), ("cross_review", 4),
    ],
)  # fmt: skip
def test_each_type_finds_its_subjects(project: Project, item_type: str, items: int) -> None:
    make_subject(project)
    make_photo(project)  # without crops and drafts
    make_photo(project, state="waiting")
    campaign = create_campaign(project=project, name="new", item_type=item_type, overlap=1, by=None)
    assert add_selection(campaign=campaign, selection=Selection(), by=None) == items


@pytest.mark.parametrize("most", [3, 4, 66])
def test_few_pairs_already_join_all_crops(project: Project, most: int) -> None:
    photo = make_subject(project)
    campaign = create_campaign(
        project=project, name="Pairs", item_type="preference_pair", overlap=1, by=None,
        settings={"pairs_per_photo": most},
    )  # fmt: skip
    assert add_selection(campaign=campaign, selection=Selection(), by=None) == min(most, 6)
    pairs = [
        {each.crop_id for each in item.item_crops.all()} for item in campaign.items.order_by("pk")
    ]
    joined = set(pairs[0])
    for _ in pairs:
        joined |= {crop for pair in pairs if pair & joined for crop in pair}
    assert joined == set(photo.crops.values_list("pk", flat=True))
    shown = [sum(crop in pair for pair in pairs) for crop in joined]
    assert max(shown) - min(shown) <= 1


def test_states_of_a_campaign(project: Project, ada: User) -> None:
    campaign = make_campaign(project, is_open=False)
    with pytest.raises(Conflict):
        pause_campaign(campaign=campaign, by=ada)
    for step, state in (
        (open_campaign, "open"),
        (pause_campaign, "paused"),
        (close_campaign, "closed"),
    ):
        assert step(campaign=campaign, by=ada).state == state
    with pytest.raises(Conflict, match="closed"):
        open_campaign(campaign=campaign, by=ada)
    with pytest.raises(Conflict, match="closed"):
        add_selection(campaign=campaign, selection=Selection(), by=ada)
    verbs = set(AuditEntry.objects.filter(actor=ada).values_list("verb", flat=True))
    assert {"campaign.open", "campaign.paused", "campaign.closed"} <= verbs


def test_an_empty_campaign_cannot_be_opened(project: Project, ada: User) -> None:
    campaign = create_campaign(
        project=project, name="empty", item_type="photo_score", overlap=1, by=ada
    )
    with pytest.raises(Conflict, match="no items"):
        open_campaign(campaign=campaign, by=ada)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PREPARING


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"overlap": 0}, "overlap"),
        ({"overlap": 51}, "overlap"),
        ({"lease_s": 5}, "lease_s"),
        ({"settings": {"question": 7}}, "question"),
        ({"item_type": "sorting"}, ""),
    ],
)
def test_bad_campaigns_are_refused(project: Project, change: dict[str, object], field: str) -> None:
    good = {"name": "scores", "item_type": "photo_score", "overlap": 2}
    with pytest.raises(InvalidInput) as caught:
        create_campaign(project=project, by=None, **{**good, **change})
    assert caught.value.field == field
    assert not project.campaigns.exists()


def test_a_pool_holds_people_who_may_answer(project: Project, ben: User, kim: User) -> None:
    with pytest.raises(InvalidInput, match="Kim"):
        make_campaign(project, pool=[ben, kim])
    with pytest.raises(InvalidInput, match="each item asks for 2"):
        make_campaign(project, pool=[ben], overlap=2)


def test_a_name_is_taken_once(project: Project, other_project: Project) -> None:
    make_campaign(project, name="scores")
    make_campaign(other_project, name="scores")
    with pytest.raises(ReframeError) as caught:
        make_campaign(project, name="scores")
    assert caught.value.status == 409


def test_changed_guidelines_are_a_new_version(project: Project, ada: User) -> None:
    campaign = make_campaign(project, guidelines="Look long.")
    assert write_guidelines(campaign=campaign, text="Look long.", by=ada).guidelines_version == 1
    assert write_guidelines(campaign=campaign, text="Look twice.", by=ada).guidelines_version == 2
