"""Rows by statements of our own are what the ORM would give and store."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist

from accounts.models import Project, User
from annotation.models import Item, Rating, Response
from core.plain_rows import PlainRows, insert_plain, update_plain
from tests.annotation.build import answered, claimed, make_campaign

pytestmark = pytest.mark.django_db
ITEMS = PlainRows(Item, "item")
BY_ID = f"SELECT {ITEMS.columns}, 1 + 1 FROM annotation_item item WHERE id = %(item)s"  # noqa: S608 - our own columns


def values_of(row: object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def test_a_row_is_read_as_the_orm_reads_it(project: Project) -> None:
    make_campaign(project, "question_region")
    item = Item.objects.get()
    found, more = ITEMS.one(BY_ID, {"item": item.pk})
    assert values_of(found) == values_of(item) and list(more) == [2]
    assert not found._state.adding and found == item
    assert ITEMS.first(BY_ID, {"item": 0}) is None
    with pytest.raises(ObjectDoesNotExist, match="item"):
        ITEMS.one(BY_ID, {"item": 0})


def test_rows_are_stored_with_their_keys(project: Project, ben: User) -> None:
    first = answered(claimed(make_campaign(project), ben))
    row = Response.objects.get(pk=first.pk)
    row.pk, row.submission_id, row.replaces = None, uuid4(), first
    insert_plain(row)
    stored = Response.objects.get(submission_id=row.submission_id)
    assert stored.pk == row.pk and values_of(stored) == values_of(row)
    ratings = [
        Rating(response=row, person=ben, photo_id=first.item.photo_id, scale="1-10", value=7)
    ]
    insert_plain(*ratings)
    insert_plain()
    assert Rating.objects.get(response=row) == ratings[0]


def test_fields_that_are_named_are_stored(project: Project) -> None:
    make_campaign(project)
    item = Item.objects.get()
    item.answers, item.payload, item.stopped = 3, {"a": 1}, "Not this one."
    update_plain(item, "answers", "payload")
    stored = Item.objects.get()
    assert (stored.answers, stored.payload, stored.stopped) == (3, {"a": 1}, "")
