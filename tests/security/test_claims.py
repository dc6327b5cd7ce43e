"""Fifty people claim and answer at once for a while, at overlap 1, 2 and 3, some of them badly.

While they work the database is looked at over and over: at no moment has an item more holders or
answers than its overlap. ``REFRAME_SOAK_S=300`` makes it as long as one likes.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection

from accounts.models import Project, User
from annotation.models import Assignment, Campaign, Response
from annotation.services.campaigns import add_selection
from annotation.services.claiming import claim_next
from annotation.services.submitting import submit
from annotation.subjects import Selection
from core.errors import Conflict
from tests.annotation.build import make_campaign
from tests.make import make_member, make_photo

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SECONDS = float(os.environ.get("REFRAME_SOAK_S", "20"))
PEOPLE, PHOTOS, PAST = 50, 400, "2000-01-01T00:00Z"
TOO_MANY = """
SELECT i.id FROM annotation_item i JOIN annotation_campaign c ON c.id = i.campaign_id
WHERE c.overlap < (SELECT count(*) FROM annotation_assignment a
                   WHERE a.item_id = i.id AND a.state <> 'free')
   OR c.overlap < (SELECT count(*) FROM annotation_response r WHERE r.item_id = i.id)
   OR EXISTS (SELECT 1 FROM annotation_response r WHERE r.item_id = i.id
              GROUP BY r.person_id HAVING count(*) > 1)
"""


class Worker:
    """One person; ``promised`` holds what was acknowledged, ``kept`` answers to be sent late."""

    def __init__(self, campaigns: list[Campaign], person: User, seed: int) -> None:
        self.campaigns, self.person, self.random = campaigns, person, random.Random(seed)
        self.promised: dict[UUID, int] = {}
        self.kept: list[Assignment] = []
        self.refused = 0

    def work(self, end: float) -> Worker:
        try:
            while time.monotonic() < end and self._one():
                pass
            self._send_late()
        finally:
            connection.close()
        return self

    def _one(self) -> bool:
        draw = self.random
        for campaign in draw.sample(self.campaigns, len(self.campaigns)):
            held = claim_next(campaign=campaign, person=self.person)
            if held is not None:
                break
        else:
            return False
        if draw.random() < 0.15:  # asleep: the lease runs out, and the answer comes later
            Assignment.objects.filter(pk=held.pk, person=self.person).update(lease_until=PAST)
            self.kept.append(held)
        else:
            self._send(held, times=draw.choice((1, 1, 1, 2)))
        if draw.random() < 0.1:
            self._send_late()
        return True

    def _send_late(self) -> None:
        while self.kept:
            self._send(self.kept.pop())

    def _send(self, held: Assignment, times: int = 1) -> None:
        submission = uuid4()
        for _ in range(times):
            try:
                row = submit(
                    assignment=held, person=self.person, answer={"score": 5},
                    submission_id=submission,
                )  # fmt: skip
            except Conflict:
                self.refused += 1
            else:
                self.promised[submission] = row.pk


@pytest.fixture
def campaigns(project: Project) -> list[Campaign]:
    """One of each overlap over the same photos."""
    made = [make_campaign(project, overlap=overlap) for overlap in (1, 2, 3)]
    for _ in range(PHOTOS):
        make_photo(project)
    for campaign in made:
        add_selection(campaign=campaign, selection=Selection(), by=None)
    return made


def looks(working: list[Future[Worker]]) -> Iterator[list[int]]:
    """Items with too many, again and again while anybody works."""
    while not all(each.done() for each in working):
        with connection.cursor() as cursor:
            cursor.execute(TOO_MANY)
            yield [row[0] for row in cursor.fetchall()]
        time.sleep(0.2)


def test_never_more_than_the_overlap_at_any_moment(
    project: Project, campaigns: list[Campaign]
) -> None:
    people = [make_member(project, f"Rater {at}", "expert") for at in range(PEOPLE)]
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(PEOPLE) as pool:
        workers = [Worker(campaigns, person, at) for at, person in enumerate(people)]
        working = [pool.submit(each.work, end) for each in workers]
        seen = list(looks(working))
    assert len(seen) > 3 and not any(seen)
    done = [each.result() for each in working]
    promised = {row: submission for each in done for submission, row in each.promised.items()}
    assert promised == dict(Response.objects.values_list("pk", "submission_id"))
    assert len(promised) > 300 and sum(each.refused for each in done) > 0
