"""Asking on while others do the same, and after a worker that was killed in the middle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.models import Project, User
from annotation.models import Assignment, Campaign, Item, ItemState
from annotation.services.claiming import claim_next
from annotation.services.rescoring import wake_due_scores
from annotation.services.stopping import ask_again, end_items
from core.models import Job
from curation.services.going_on import go_on
from tests.annotation.build import answered, claimed, make_campaign
from tests.curation.build import work_off
from tests.curation.test_killed import kill_behind
from tests.curation.test_races import score_now
from tests.make import make_member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
UNTIL_KNOWN = {"half_width": 0.8, "most_answers": 4}


def closing(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connection.close()


def undecided(project: Project, photos: int = 4) -> tuple[Campaign, dict[int, int]]:
    """A campaign whose items have their two answers, and nobody has decided yet."""
    campaign = make_campaign(project, photos=photos, overlap=2, settings=UNTIL_KNOWN)
    for name in ("Ida", "Zoe"):
        person = make_member(project, name, "expert")
        for _ in range(photos):
            answered(claimed(campaign, person))
    return campaign, dict.fromkeys(campaign.items.values_list("pk", flat=True), 2)


def test_two_jobs_decide_at_once(project: Project) -> None:
    campaign, decided = undecided(project)
    acts = [
        lambda: ask_again(campaign=campaign, decided=decided),
        lambda: go_on(campaign=campaign, item_ids=list(decided)),
    ] * 4  # fmt: skip
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(closing, acts))
    assert Counter(Assignment.objects.values_list("slot", flat=True)) == {1: 4, 2: 4, 3: 4}
    assert set(Item.objects.values_list("state", flat=True)) == {ItemState.OPEN}


def test_one_decides_to_go_on_and_another_to_end(project: Project) -> None:
    campaign, decided = undecided(project)
    acts = [
        lambda: ask_again(campaign=campaign, decided=decided),
        lambda: end_items(campaign=campaign, decided=decided),
    ] * 4  # fmt: skip
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(closing, acts))
    for item in Item.objects.all():
        free = item.assignments.filter(state="free").count()
        assert (item.state, free) in [(ItemState.OPEN, 1), (ItemState.ANSWERED, 0)]


def test_everybody_answers_while_scores_decide(project: Project) -> None:
    campaign = make_campaign(project, photos=5, overlap=2, settings=UNTIL_KNOWN)
    people = [make_member(project, f"Expert {at}", "expert") for at in range(5)]
    with ThreadPoolExecutor(7) as pool:
        for _ in range(30):  # in the end only the sweep finds what a job that was too early left
            wake_due_scores()
            work = [pool.submit(answer_one, campaign, person) for person in people]
            for each in [*work, pool.submit(score_now), pool.submit(score_now)]:
                each.result()
    work_off()
    counts = Counter(Assignment.objects.values_list("item", flat=True)).values()
    assert all(2 <= n <= 4 for n in counts), "never beyond the most answers"
    assert set(Assignment.objects.values_list("state", flat=True)) == {"submitted"}
    assert not Item.objects.filter(state=ItemState.OPEN).exists()


def answer_one(campaign: Campaign, person: User) -> None:
    try:
        assignment = claim_next(campaign=campaign, person=person)
        if assignment is not None:
            answered(assignment, {"score": 5 + (assignment.item_id + person.pk) % 3})
    finally:
        connection.close()


def test_a_killed_job_has_decided_nothing(
    project: Project, ben: User, eve: User, eventually: Callable[..., None]
) -> None:
    campaign = make_campaign(project, overlap=2, settings=UNTIL_KNOWN)
    for person, score in ((ben, 5), (eve, 7)):
        answered(claimed(campaign, person), {"score": score})
    item = Item.objects.get()
    # The third slot: the worker has written scores and waits to see whether this one stays.
    third = Assignment(item=item, campaign=campaign, slot=3, order_key=item.order_key)
    kill_behind(third.save, Job.objects.get(kind="annotation.responses_arrived"), eventually)
    item.refresh_from_db()
    assert item.scores_due and item.assignments.count() == 2
    for _ in range(2):
        work_off()
    assert not Item.objects.get().scores_due
    assert list(item.assignments.order_by("slot").values_list("slot", "state")) == [
        (1, "submitted"), (2, "submitted"), (3, "free"),
    ]  # fmt: skip


def test_no_second_job_decides_while_one_holds_the_item(project: Project) -> None:
    campaign, decided = undecided(project, photos=1)
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk__in=decided)
        assert ask_again(campaign=campaign, decided=decided) == 1
        assert end_items(campaign=campaign, decided=decided) == 0
    assert Item.objects.get().state == ItemState.OPEN
