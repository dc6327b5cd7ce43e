"""Many people at once: never more than the overlap, nothing stuck, nothing lost.

Each client keeps its own log, as a careful expert would; the database is checked against the logs.
Some clients send twice, some die holding an item, some come back after their lease ran out.
"""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Count

from accounts.models import Project, User
from annotation.models import Assignment, Campaign, Item, Response
from annotation.services.campaigns import add_selection
from annotation.services.claiming import claim_next
from annotation.services.submitting import submit
from annotation.subjects import Selection
from core.errors import Conflict
from tests.annotation.build import make_campaign
from tests.make import make_member, make_photo

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THREADS = 12
PHOTOS = 30


class Client:
    """One expert's page: claims, answers, misbehaves; ``log`` holds what it was promised."""

    def __init__(self, campaign: Campaign, person: User, seed: int) -> None:
        self.campaign, self.person, self.random = campaign, person, random.Random(seed)
        self.log: dict[UUID, int] = {}
        self.refused = 0

    def work(self) -> Client:
        try:
            while self._one_item():
                pass
        finally:
            connection.close()
        return self

    def _one_item(self) -> bool:
        assignment = claim_next(campaign=self.campaign, person=self.person)
        if assignment is None:
            return False
        mood = self.random.random()
        if mood < 0.1:  # the lid is closed, and the lease runs out at once
            Assignment.objects.filter(pk=assignment.pk, person=self.person).update(
                lease_until="2000-01-01T00:00Z"
            )
        submission = uuid4()
        for _ in range(2 if mood > 0.8 else 1):
            self._send(assignment, submission)
        return True

    def _send(self, assignment: Assignment, submission: UUID) -> None:
        try:
            row = submit(
                assignment=assignment, person=self.person, answer={"score": 5},
                submission_id=submission,
            )  # fmt: skip
        except Conflict:
            self.refused += 1
        else:
            self.log[submission] = row.pk


@pytest.mark.parametrize("overlap", [1, 2, 3])
def test_clients_that_misbehave(project: Project, overlap: int) -> None:
    campaign = make_campaign(project, photos=1, overlap=overlap)
    _fill(campaign)
    people = [make_member(project, f"Rater {at}", "expert") for at in range(THREADS)]
    clients = [Client(campaign, person, at) for at, person in enumerate(people)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(Client.work, clients))
    _check(campaign, clients, overlap)


def _fill(campaign: Campaign) -> None:

    for _ in range(PHOTOS - 1):
        make_photo(campaign.project)
    add_selection(campaign=campaign, selection=Selection(), by=None)


def _check(campaign: Campaign, clients: list[Client], overlap: int) -> None:
    per_item = Response.objects.values("item").annotate(n=Count("id"), people=Count("person"))
    assert {(row["n"], row["people"]) for row in per_item} == {(overlap, overlap)}
    assert Item.objects.filter(campaign=campaign, state="answered").count() == PHOTOS
    assert Counter(Assignment.objects.values_list("state", flat=True)) == {
        "submitted": PHOTOS * overlap
    }
    promised = {row: submission for each in clients for submission, row in each.log.items()}
    stored = dict(Response.objects.values_list("pk", "submission_id"))
    assert promised == stored
