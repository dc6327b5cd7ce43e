"""Sessions of one person each: who gets what, in which order, and what happens when they change hands."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Project, User
from annotation.models import Assignment, Campaign, Response, WorkSession
from annotation.services.claiming import claim_next, skip_item
from annotation.services.sessions import deal_sessions, give_session, return_lease
from core.errors import Conflict, InvalidInput
from tests.annotation.build import answered, claimed, make_campaign
from tests.make import make_member

pytestmark = pytest.mark.django_db


def session_of(campaign: Campaign, person: User) -> WorkSession:
    return WorkSession.objects.get(campaign=campaign, person=person)


def worked(campaign: Campaign, person: User) -> list[Assignment]:
    """Everything the person gets, answered, in order."""
    done = []
    while (held := claim_next(campaign=campaign, person=person)) is not None:
        answered(held)
        done.append(held)
    return done


def test_everybody_gets_their_own_session_and_nothing_else(
    project: Project, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, photos=7, session_count=3)
    first, second = worked(campaign, ben), worked(campaign, eve)
    assert not {each.item_id for each in first} & {each.item_id for each in second}
    assert sorted((len(first), len(second))) in ([2, 2], [2, 3])
    waiting = WorkSession.objects.get(campaign=campaign, person=None)
    assert waiting.assignments.filter(state="free", reserved_for=None).count() in (2, 3)


def test_each_item_lies_in_as_many_sessions_as_it_needs_answers(
    project: Project, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, "preference_pair", photos=4, overlap=2, session_count=3)
    make_member(project, "Dan", "expert")
    slots = Assignment.objects.filter(campaign=campaign)
    votes = Counter(slots.values_list("item", flat=True))
    loads = Counter(slots.values_list("session", flat=True))
    assert set(votes.values()) == {2} and max(loads.values()) - min(loads.values()) <= 1
    campaign.refresh_from_db()
    assert campaign.design["in_a_row"] == 0 and campaign.design["connectivity"] > 0
    mine = [each.item.photo_id for each in worked(campaign, ben)]
    assert len(mine) == loads[session_of(campaign, ben).pk]
    assert all(one != other for one, other in itertools.pairwise(mine))


def test_the_same_seed_makes_the_same_plan(project: Project, ben: User, eve: User) -> None:
    plans = []
    campaign = make_campaign(
        project, photos=8, overlap=2, session_count=4, block_count=2, order_seed=5
    )
    ids = tuple(campaign.items.values_list("photo", flat=True))
    from annotation.services.campaigns import add_selection, create_campaign
    from annotation.subjects import Selection

    again = create_campaign(project=project, name="Again", item_type="photo_score", overlap=2,
                            session_count=4, block_count=2, order_seed=5, by=None)  # fmt: skip
    add_selection(campaign=again, selection=Selection(photo_ids=ids), by=None)
    for each in (campaign, again):
        rows = Assignment.objects.filter(campaign=each).order_by("session__number", "order_key")
        plans.append(list(rows.values_list("session__number", "item__photo", "reserved_for")))
    assert plans[0] == plans[1]
    assert campaign.sessions.count() == 4


def test_what_is_left_goes_to_another_person(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, photos=6, session_count=1, pool=[ben])
    done = answered(claimed(campaign, ben))
    held = claimed(campaign, ben)
    campaign.pool.add(eve)
    give_session(session=session_of(campaign, ben), person=eve, by=None)
    assert claim_next(campaign=campaign, person=ben) is None
    assert len(worked(campaign, eve)) == 5
    assert Response.objects.get(pk=done.pk).person == ben
    held.refresh_from_db()
    assert (held.person, held.lost_by, held.state) == (eve, ben, "submitted")


def test_nobody_is_given_an_item_twice(project: Project, ben: User, eve: User) -> None:
    campaign = make_campaign(project, photos=3, overlap=2, session_count=2)
    with pytest.raises(Conflict, match="3 of its items"):
        give_session(session=session_of(campaign, eve), person=ben, by=None)
    with pytest.raises(InvalidInput, match="may not work"):
        give_session(session=session_of(campaign, eve), person=make_member(project, "Zoe"), by=None)


def test_waiting_sessions_are_dealt_to_who_has_least(
    project: Project, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, photos=8, session_count=4)
    assert deal_sessions(campaign=campaign, by=None) == 2
    assert Counter(campaign.sessions.values_list("person", flat=True)) == {ben.pk: 2, eve.pk: 2}
    assert len(worked(campaign, ben)) == 4 and deal_sessions(campaign=campaign, by=None) == 0


def test_a_skipped_item_of_a_session_goes_to_another(
    project: Project, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, photos=2, session_count=2)
    held = claimed(campaign, ben)
    skip_item(assignment=held, person=ben, reason="unclear")
    assert held.item_id in {each.item_id for each in worked(campaign, eve)}


def test_later_subjects_join_the_sessions(project: Project, ben: User, eve: User) -> None:
    from annotation.services.campaigns import add_selection
    from annotation.subjects import Selection
    from tests.annotation.build import make_subject

    campaign = make_campaign(project, photos=4, session_count=2)
    before = {each.item_id for each in worked(campaign, ben)}
    for _ in range(4):
        make_subject(project)
    assert add_selection(campaign=campaign, selection=Selection(), by=None) == 4
    assert len(worked(campaign, ben)) == 2 and len(before) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"overlap": 3, "session_count": 2}, "3 to 200 sessions"),
        ({"block_count": 3}, "sessions of one person each"),
        ({"session_count": 2, "block_count": 9}, "at most 8 blocks"),
        ({"item_type": "crop_mos", "session_count": 2,
          "settings": {"half_width": 0.3, "most_answers": 5}}, "one shared queue"),
    ],
)  # fmt: skip
def test_what_does_not_fit_sessions_is_refused(
    project: Project, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        make_campaign(project, **fields)


def test_a_lead_takes_an_item_out_of_somebodys_hands(
    project: Project, ben: User, eve: User
) -> None:
    campaign = make_campaign(project)
    held = claimed(campaign, ben)
    return_lease(assignment=held, by=None)
    assert claimed(campaign, eve).item_id == held.item_id
    with pytest.raises(Conflict, match="Nobody holds"):
        return_lease(assignment=Assignment.objects.create(
            item=held.item, campaign=campaign, slot=9), by=None)  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_changing_hands_while_people_work_never_exceeds_the_overlap(
    project: Project, ben: User, eve: User
) -> None:
    """Ben works while his session goes to and fro between Eve and him."""
    dan = make_member(project, "Dan", "expert")
    campaign = make_campaign(project, photos=12, overlap=1, session_count=1, pool=[ben])
    campaign.pool.set([ben, eve, dan])
    session = campaign.sessions.get()

    def work(person: User) -> None:
        try:
            for _ in range(30):
                held = claim_next(campaign=campaign, person=person)
                if held is not None:
                    _try(lambda held=held: answered(held))
        finally:
            connection.close()

    def pass_on() -> None:
        try:
            for person in (eve, dan, None, ben, eve) * 3:
                _try(lambda person=person: give_session(session=session, person=person, by=None))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(work, each) for each in (ben, eve, dan)] + [pool.submit(pass_on)]
        for job in jobs:
            job.result()
    votes = Counter(Response.objects.values_list("item", flat=True))
    assert not votes or max(votes.values()) == 1
    assert Assignment.objects.filter(campaign=campaign).count() == 12


@pytest.mark.django_db(transaction=True)
def test_what_is_claimed_while_a_session_changes_hands_goes_with_it(
    project: Project, ben: User, eve: User
) -> None:
    campaign = make_campaign(project, photos=2, session_count=1, pool=[ben])
    campaign.pool.set([ben, eve])
    session = campaign.sessions.get()

    def pass_on() -> None:
        try:
            give_session(session=session, person=eve, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            held = claimed(campaign, ben)
            passing = pool.submit(pass_on)
            time.sleep(0.3)  # it waits for the claim
        passing.result()
    slot = Assignment.objects.get(pk=held.pk)
    assert (slot.state, slot.lost_by, slot.reserved_for) == ("free", ben, eve)


def _try(act: Any) -> None:
    with contextlib.suppress(Conflict):
        act()
