"""Whoever is killed in the middle of a request leaves nothing half done: each act is ended before each
of its statements in turn, and every table must be as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Project, User
from annotation.models import Campaign, Item, Response
from annotation.services.campaigns import open_campaign
from annotation.services.claiming import skip_item
from annotation.services.discussing import (
    flag_item,
    keep_answers,
    open_second_round,
    settle_with_response,
)
from annotation.services.submitting import change_answer
from tests.annotation.build import ANSWERS, answered, claimed, make_campaign
from tests.plugins.emptying import KEPT

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH", "SAVEPOINT", "RELEASE")


class Killed(BaseException):
    """Nothing of ours catches it."""


@contextmanager
def killed_before(write: int) -> Iterator[list[str]]:
    """The process ends when it is about to write for the so-many-th time; what it wrote until then."""
    written: list[str] = []

    def send(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # After the commit a job is rung for; the sweep finds what was not rung for.
        if sql.lstrip().upper().startswith(WRITES) and "core_job" not in sql:
            if len(written) == write:
                raise Killed
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(send):
        yield written


def everything() -> dict[str, str]:
    """A sum of every table."""
    names = sorted(set(connection.introspection.django_table_names()) - KEPT)
    sums = " UNION ALL ".join(
        f"SELECT '{name}', md5(string_agg(row::text, ' ' ORDER BY row::text)) FROM {name} row"  # noqa: S608
        for name in names
    )
    with connection.cursor() as cursor:
        cursor.execute(sums)
        return dict(cursor.fetchall())


def scores(project: Project, **fields: Any) -> Campaign:
    return make_campaign(project, **{"overlap": 2, "photos": 2, **fields})


def disputed(project: Project, ben: User, eve: User) -> Item:
    campaign = scores(project, photos=1)
    answered(claimed(campaign, ben), {"score": 2})
    return answered(claimed(campaign, eve), {"score": 9}).item


def the_last_answer(project: Project, ada: User, ben: User, eve: User) -> Act:
    campaign = scores(project, photos=1)
    answered(claimed(campaign, ben), {"score": 2})
    held = claimed(campaign, eve)
    return lambda: answered(held, {"score": 9})


def an_answer_with_rows(project: Project, ada: User, ben: User, eve: User) -> Act:
    held = claimed(make_campaign(project, "crop_draw", repeat_share=0.3), ben)
    return lambda: answered(held, ANSWERS["crop_draw"])


def a_changed_answer(project: Project, ada: User, ben: User, eve: User) -> Act:
    old = answered(claimed(make_campaign(project, "composition_review"), ben))
    given = {"answer": ANSWERS["composition_review"], "submission_id": uuid4()}
    return lambda: change_answer(response=old, person=ben, **given)


def a_skip(project: Project, ada: User, ben: User, eve: User) -> Act:
    held = claimed(scores(project), ben)
    return lambda: skip_item(assignment=held, person=ben, reason="unclear")


def a_flag(project: Project, ada: User, ben: User, eve: User) -> Act:
    item = answered(claimed(make_campaign(project), ben)).item
    return lambda: flag_item(item=item, by=ben, reason="Look again.")


def a_second_round(project: Project, ada: User, ben: User, eve: User) -> Act:
    item = disputed(project, ben, eve)
    return lambda: open_second_round(item=item, by=ada, question="Look at the sky.")


def a_golden_record(project: Project, ada: User, ben: User, eve: User) -> Act:
    item = disputed(project, ben, eve)
    chosen = Response.objects.filter(item=item)[0].pk
    return lambda: settle_with_response(item=item, response_id=chosen, reason="Flat.", by=ada)


def answers_left_as_they_are(project: Project, ada: User, ben: User, eve: User) -> Act:
    item = disputed(project, ben, eve)
    return lambda: keep_answers(item=item, reason="A matter of taste.", by=ada)


def an_opening(project: Project, ada: User, ben: User, eve: User) -> Act:
    campaign = scores(project, photos=4, is_open=False, session_count=2)
    return lambda: open_campaign(campaign=campaign, by=ada)


ACTS = (
    the_last_answer, an_answer_with_rows, a_changed_answer, a_skip, a_flag, a_second_round,
    a_golden_record, answers_left_as_they_are, an_opening,
)  # fmt: skip


@pytest.mark.parametrize("made", ACTS)
def test_all_or_nothing(
    project: Project, ada: User, ben: User, eve: User, made: Callable[..., Act]
) -> None:
    act = made(project, ada, ben, eve)
    before, at = everything(), 0
    while True:
        try:
            with killed_before(at) as written:
                act()
            break
        except Killed:
            assert everything() == before, f"before write {at}, after {written[-1:]}"
            at += 1
    assert at >= 3 and everything() != before
