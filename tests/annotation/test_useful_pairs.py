"""Pair campaigns that add the most useful pairs as votes arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Project, User
from annotation.item_types import item_type_of
from annotation.models import Campaign, Item, ItemCrop, ItemPurpose
from annotation.selectors.stopping import passed_over
from annotation.services import copying
from annotation.services.campaigns import add_selection, close_campaign
from annotation.services.claiming import claim_next, skip_item
from annotation.services.growing import add_pairs
from annotation.subjects import Selection
from catalog.models import Photo
from core.models import Job
from curation.services.going_on import go_on
from tests.annotation.build import answered, claimed, make_campaign
from tests.curation.build import work_off
from tests.curation.test_killed import kill_behind
from tests.make import make_crop, make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def photo_of(project: Project, crops: int = 6) -> Photo:
    photo = make_photo(project)
    for at in range(crops):
        make_crop(photo, (at * 0.05, 0.0, at * 0.05 + 0.5, 0.5 + at * 0.05))
    return photo


def adaptive(project: Project, most: int = 12) -> Campaign:
    """An open campaign over one photo of six crops."""
    photo_of(project)
    settings = {"adaptive": True, "pairs_per_photo": most}
    campaign = make_campaign(
        project, "preference_pair", photos=0, is_open=False, settings=settings, order_seed=7,
    )  # fmt: skip
    add_selection(campaign=campaign, selection=Selection(), by=None)
    Campaign.objects.filter(pk=campaign.pk).update(state="open")
    campaign.refresh_from_db()
    return campaign


def vote_all(campaign: Campaign, person: User) -> int:
    """Everything that waits for the person, by age of the crop; the job runs at the end."""
    count = 0
    while assignment := claim_next(campaign=campaign, person=person):
        is_left = assignment.presentation["first_on_left"]
        answered(assignment, {"choice": "left" if is_left else "right", "strength": 1})
        count += 1
    work_off()
    return count


def pairs_of(campaign: Campaign) -> list[tuple[int, int]]:
    crops = ItemCrop.objects.filter(item__campaign=campaign).order_by("item", "place")
    found: dict[int, list[int]] = {}
    for item, crop in crops.values_list("item_id", "crop_id"):
        found.setdefault(item, []).append(crop)
    return [(first, second) for first, second in found.values()]


def test_it_begins_with_a_ring_and_grows_by_trees(project: Project, ben: User) -> None:
    campaign = adaptive(project)
    assert set(Counter(crop for pair in pairs_of(campaign) for crop in pair).values()) == {2}
    assert [vote_all(campaign, ben) for _ in range(4)] == [6, 5, 1, 0]
    pairs = pairs_of(campaign)
    assert len(pairs) == len(set(pairs)) == 12 and all(first < second for first, second in pairs)


def test_all_pairs_are_the_end(project: Project, ben: User) -> None:
    campaign = adaptive(project, most=66)
    assert sum(vote_all(campaign, ben) for _ in range(6)) == 15
    assert not Item.objects.filter(scores_due=True).exists()


def test_nothing_is_added_while_a_pair_waits(project: Project, ben: User) -> None:
    campaign = adaptive(project)
    for _ in range(5):
        answered(claimed(campaign, ben))
        work_off()
    assert len(pairs_of(campaign)) == 6
    answered(claimed(campaign, ben))
    work_off()
    assert len(pairs_of(campaign)) == 11


def test_a_pair_that_everybody_skips_holds_nothing_back(
    project: Project, ben: User, eve: User
) -> None:
    campaign = adaptive(project)
    for _ in range(5):
        answered(claimed(campaign, ben))
    skip_item(assignment=claimed(campaign, ben), person=ben, reason="blurred")
    work_off()
    assert len(pairs_of(campaign)) == 6, "Eve may still answer it"
    skip_item(assignment=claimed(campaign, eve), person=eve)
    work_off()
    pairs = pairs_of(campaign)
    assert len(pairs) == len(set(pairs)) == 11
    assert campaign.items.filter(state="open").count() == 6, "the skipped pair still waits"
    assert not Item.objects.filter(scores_due=True).exists()


def test_a_pair_that_somebody_holds_is_waited_for(project: Project, ben: User, eve: User) -> None:
    campaign = adaptive(project)
    for _ in range(5):
        answered(claimed(campaign, ben))
    held = claimed(campaign, eve)
    assert passed_over(campaign, [held.item_id]) == set()
    go_on(campaign=campaign, item_ids=list(campaign.items.values_list("pk", flat=True)))
    assert len(pairs_of(campaign)) == 6


def test_the_same_seed_and_votes_give_the_same_pairs(project: Project, ben: User) -> None:
    campaign = adaptive(project)
    vote_all(campaign, ben)
    first = pairs_of(campaign)[6:]
    Item.objects.exclude(responses__isnull=False).delete()
    go_on(campaign=campaign, item_ids=list(campaign.items.values_list("pk", flat=True)))
    assert sorted(pairs_of(campaign)[6:]) == sorted(first) and len(first) == 5


def test_a_closed_campaign_and_an_overtaken_choice_add_nothing(project: Project, ben: User) -> None:
    campaign = adaptive(project)
    photo, pair = campaign.items.earliest("pk").photo_id, pairs_of(campaign)[0]
    assert add_pairs(campaign=campaign, photo_id=photo, had=5, pairs=[pair]) == 0
    assert add_pairs(campaign=campaign, photo_id=photo, had=6, pairs=[pair]) == 0, "it is an item"
    close_campaign(campaign=campaign, by=None)
    work_off()
    assert add_pairs(campaign=campaign, photo_id=photo, had=6, pairs=[(1, 2)]) == 0


def test_later_crops_are_left_to_another_campaign(project: Project, ben: User) -> None:
    campaign = adaptive(project, most=7)
    make_crop(campaign.items.earliest("pk").photo, (0.5, 0.5, 1.0, 1.0))
    assert add_selection(campaign=campaign, selection=Selection(), by=None) == 0
    vote_all(campaign, ben)
    assert len(pairs_of(campaign)) == 7


def test_the_page_does_not_say_why_a_pair_was_chosen(project: Project, ben: User) -> None:
    campaign = adaptive(project)
    vote_all(campaign, ben)
    assert claimed(campaign, ben).item.payload == {}


def test_the_estimate_and_the_page_tell_from_to(project: Project, ada: User, ben: User) -> None:
    campaign = adaptive(project)
    client, base = signed_in(ada), f"/p/{project.slug}/campaigns/"
    assert "up to 12 pairs" in client.get(f"{base}{campaign.pk}/").content.decode()
    form = {"name": "Pairs", "overlap": 1, "lease_min": 5, "setting_question": "Well?",
            "setting_pairs_per_photo": 12, "setting_adaptive": "on"}  # fmt: skip
    path = f"{base}new/estimate/?item_type=preference_pair"
    page = client.post(path, form).content.decode()
    assert "<dt>Items</dt><dd>6 to 12</dd><dt>Answers</dt><dd>6 to 12</dd>" in page
    assert client.post(f"{base}new/?item_type=preference_pair", form).status_code == 302
    assert item_type_of(Campaign.objects.latest("pk")).most_pairs() == 12


def test_repeats_hold_no_round_back(
    project: Project, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "REPEAT_AFTER", 1)
    monkeypatch.setattr(copying, "_is_drawn", lambda *_: True)
    campaign = adaptive(project)
    Campaign.objects.filter(pk=campaign.pk).update(repeat_share=0.1)
    campaign.refresh_from_db()
    work = campaign.items.filter(purpose=ItemPurpose.WORK)
    while work.filter(state="open").exists():
        answered(claimed(campaign, ben))
    assert campaign.items.filter(purpose=ItemPurpose.REPEAT, state="open").exists()
    go_on(campaign=campaign, item_ids=list(work.values_list("pk", flat=True)))
    assert work.count() == 11


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_add_one_round(project: Project, ben: User) -> None:
    campaign = adaptive(project)
    for _ in range(6):
        answered(claimed(campaign, ben))
    items = list(campaign.items.values_list("pk", flat=True))

    def job(_: int) -> None:
        try:
            go_on(campaign=campaign, item_ids=items)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(job, range(6)))
    pairs = pairs_of(campaign)
    assert len(pairs) == len(set(pairs)) == 11


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_job_adds_its_round_afterwards(
    project: Project, ben: User, eventually: Callable[..., None]
) -> None:
    campaign = adaptive(project)
    for _ in range(6):
        answered(claimed(campaign, ben))
    # The campaign's lock: the worker has cleared the marks and chosen its pairs.
    held = Campaign.objects.select_for_update(no_key=True)
    job = Job.objects.get(kind="annotation.responses_arrived")
    kill_behind(lambda: held.get(pk=campaign.pk), job, eventually)
    assert len(pairs_of(campaign)) == 6 and Item.objects.filter(scores_due=True).count() == 6
    for _ in range(2):
        work_off()
    assert len(pairs_of(campaign)) == 11 and not Item.objects.filter(scores_due=True).exists()
