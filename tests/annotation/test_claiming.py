"""Handing out slots."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, Project, User
from annotation.models import Assignment, Campaign, Item
from annotation.services.campaigns import pause_campaign
from annotation.services.claiming import (
    claim_next,
    extend_lease,
    give_back,
    skip_item,
)
from core.errors import Conflict, NotAllowed, NotFound
from tests.annotation.build import answered, claimed, make_campaign

pytestmark = pytest.mark.django_db


def run_out(assignment: Assignment) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def test_a_claim_is_a_lease_with_a_stored_presentation(project: Project, ben: User) -> None:
    taken = claimed(make_campaign(project, "crop_mos", lease_s=300), ben)
    assert (taken.state, taken.person) == ("leased", ben)
    assert taken.lease_until is not None and taken.claimed_at is not None
    assert taken.lease_until - taken.claimed_at == timedelta(seconds=300)
    assert sorted(Assignment.objects.get(pk=taken.pk).presentation["order"]) == [0, 1, 2, 3]


def test_the_same_page_gets_the_same_slot_again(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=5)
    first = claimed(campaign, ben)
    again = claimed(campaign, ben)
    assert again.pk == first.pk and again.presentation == first.presentation


def test_two_more_are_fetched_ahead_and_no_more(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=5)
    known: list[int] = []
    for _ in range(3):
        assignment = claim_next(campaign=campaign, person=ben, known=known)
        assert assignment is not None and assignment.pk not in known
        known.append(assignment.pk)
    assert claim_next(campaign=campaign, person=ben, known=known) is None


def test_nobody_gets_an_item_twice(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=2, overlap=3)
    items = {answered(claimed(campaign, ben)).item_id for _ in range(2)}
    assert len(items) == 2
    assert claim_next(campaign=campaign, person=ben) is None


def test_no_more_people_than_the_overlap(project: Project, ada: User, ben: User, eve: User) -> None:
    campaign = make_campaign(project, overlap=2)
    claimed(campaign, ada)
    claimed(campaign, ben)
    assert claim_next(campaign=campaign, person=eve) is None


def test_a_lease_that_ran_out_goes_to_somebody_else(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, "preference_pair", settings={"pairs_per_photo": 1})
    lost = claimed(campaign, ben)
    assert claim_next(campaign=campaign, person=eve) is None
    run_out(lost)
    assert claimed(campaign, eve).pk == lost.pk
    assert claim_next(campaign=campaign, person=ben) is None


def test_a_lease_that_ran_out_unnoticed_is_still_mine(project: Project, ben: User) -> None:
    campaign = make_campaign(project)
    held = claimed(campaign, ben)
    run_out(held)
    again = claimed(campaign, ben)
    assert again.pk == held.pk and again.lease_until > timezone.now()


def test_heartbeat_extends_only_what_is_mine(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, photos=2)
    mine, other = claimed(campaign, ben), claimed(campaign, eve)
    run_out(mine)
    assert extend_lease(assignments=[mine.pk, other.pk], person=ben) == [mine.pk]
    mine.refresh_from_db()
    assert mine.lease_until is not None and mine.lease_until > timezone.now()


def test_what_is_given_back_is_free_at_once(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project)
    held = claimed(campaign, ben)
    give_back(assignment=held, person=eve)  # not hers: nothing happens
    assert claim_next(campaign=campaign, person=eve) is None
    give_back(assignment=held, person=ben)
    assert claimed(campaign, eve).pk == held.pk


def test_what_is_skipped_is_not_offered_again(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project)
    held = claimed(campaign, ben)
    skip_item(assignment=held, person=ben, reason="unclear")
    assert claim_next(campaign=campaign, person=ben) is None
    with pytest.raises(Conflict):
        skip_item(assignment=held, person=ben, reason="unclear")
    assert claimed(campaign, eve).pk == held.pk


def test_higher_priority_comes_first_even_for_somebody_far_ahead(
    project: Project, ben: User
) -> None:
    campaign = make_campaign(project, photos=6)
    for _ in range(3):
        answered(claimed(campaign, ben))
    urgent = Item.objects.filter(campaign=campaign, state="open").order_by("-order_key").first()
    Assignment.objects.filter(item=urgent).update(priority=5)
    assert claimed(campaign, ben).item == urgent


def test_what_was_freed_behind_somebody_is_found_at_the_end(
    project: Project, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, photos=4)
    first = claimed(campaign, eve)
    for _ in range(3):
        answered(claimed(campaign, ben))
    give_back(assignment=first, person=eve)
    assert claimed(campaign, ben).item_id == first.item_id


def test_a_paused_campaign_hands_out_nothing_new(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, photos=3)
    held = claimed(campaign, ben)
    pause_campaign(campaign=campaign, by=None)
    assert claim_next(campaign=campaign, person=eve) is None
    assert claimed(campaign, ben).pk == held.pk
    assert answered(held).pk


def test_who_may_claim(project: Project, ben: User, eve: User, kim: User, cleo: User) -> None:
    campaign = make_campaign(project, pool=[ben])
    for person, refusal in ((eve, NotAllowed), (kim, NotAllowed), (cleo, NotFound)):
        with pytest.raises(refusal):
            claim_next(campaign=campaign, person=person)
    Membership.objects.filter(user=ben).delete()
    with pytest.raises(NotFound):
        claim_next(campaign=campaign, person=ben)


def test_two_tabs_of_one_person_never_share_an_item(project: Project, ben: User) -> None:
    campaign = make_campaign(project, photos=2, overlap=2)
    first = claimed(campaign, ben)
    second = claim_next(campaign=campaign, person=ben, known=[first.pk])
    assert second is not None and second.item_id != first.item_id
    assert Campaign.objects.get().items.count() == 2
