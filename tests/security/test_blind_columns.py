"""Which columns of the database reach an expert at all: every text of every table is written over by
the name of its column, the ids of every table begin at a number of its own, and everything an expert
can fetch is searched for these names and numbers.

What must stay hidden is hidden by this list being short; a new column that reaches an expert's
browser fails the test until somebody says here that it may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Field, Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from annotation.models import Campaign, Rating
from tests.annotation.build import ANSWERS, answered, claimed
from tests.make import make_member
from tests.people import signed_in
from tests.routes import IN, World
from tests.security.asking import QUERIES
from tests.security.asking import world as world
from tests.security.haunting import ROOMS, attack_every_word, haunt
from tests.test_routes import _url

pytestmark = pytest.mark.django_db
NAMES: dict[str, str] = {}
NUMBERS = count(1000)
# A score that nobody would write by chance.
SCORE = 7.654321
# What the lead writes for experts, what people say to each other, notices, and what the item types show:
# a draft's text, a question, the words of a scale, what the camera wrote, comments from elsewhere.
ALLOWED = {
    "campaign.name", "campaign.settings", "draft.content", "flag.reason", "guidelinesversion.text",
    "item.payload", "message.text", "notice.text", "photo.facts", "project.description", "project.name",
    "rawcomment.text", "one's own name",
}  # fmt: skip
# Ids that say nothing of what an item is for; those of an item and of a slot would, as copies are made
# later. Some stand behind the words that were written over their rows.
ALLOWED_IDS = {
    "campaign.id", "discussion.id", "flag.id", "guidelinesversion.id", "message.id", "notice.id",
    "rawcomment.id", "response.id",
}  # fmt: skip
FIRST_ID, A_TABLE = 5_000_000, 10_000


def name_of(model: type[Model], field: Field[Any, Any]) -> str:
    """A short word that stands for the column."""
    wanted = f"{model._meta.model_name}.{field.name}"
    known = {name: word for word, name in NAMES.items()}
    if wanted not in known:
        NAMES[known.setdefault(wanted, f"~k{next(NUMBERS)}~")] = wanted
    word = known[wanted]
    return f"{word} {word}" if isinstance(field, models.JSONField) else word


def number_tables() -> list[str]:
    """Let the ids of each table begin at a number of its own; the tables in that order."""
    models_here = [each for each in apps.get_models() if each._meta.app_label in ROOMS]
    numbered = [each for each in models_here if isinstance(each._meta.pk, models.BigAutoField)]
    with connection.cursor() as cursor:
        for at, model in enumerate(numbered):
            table, first = model._meta.db_table, FIRST_ID + at * A_TABLE + 1
            cursor.execute(f"ALTER SEQUENCE {table}_id_seq RESTART WITH {first}")
    return [f"{each._meta.model_name}.id" for each in numbered]


def ids_in(response: HttpResponse, tables: list[str]) -> set[str]:
    """Tables whose ids are in an answer, or in its headers."""
    found = re.findall(r"(?<![\w.])5(\d\d)00\d\d(?![\w.])", text_of(response))
    return {tables[int(place)] for place in found}


def text_of(response: HttpResponse) -> str:
    content = response.getvalue() if response.streaming else response.content
    return f"{dict(response.items())} {content.decode('utf-8', 'replace')}"


def columns_in(response: HttpResponse, reader: User) -> set[str]:
    """Names of the columns whose words are in an answer, or in its headers."""
    text = text_of(response)
    found = {NAMES[word] for word in re.findall(r"~k\d{4}~", text)}
    whose = {pk for word, pk in re.findall(r"(~k\d{4}~) (\d+)", text) if NAMES[word] == "user.name"}
    if whose == {str(reader.pk)}:
        found = found - {"user.name"} | {"one's own name"}
    return found | ({"rating.value"} if str(SCORE)[:5] in text else set())


def at_work(client: Client, campaign: Campaign) -> Iterator[HttpResponse]:
    """What a page fetches from the first look to after the answer, with what goes wrong on the way."""

    def post(path: str, body: dict[str, Any] | None = None, method: str = "post") -> HttpResponse:
        send = getattr(client, method)
        return send(f"/api/v1/work/{path}", body or {}, content_type="application/json")

    yield client.get(f"/work/{campaign.pk}/")
    claim = post(f"{campaign.pk}/claim/")
    yield claim
    held = claim.json()["assignment"]["id"]
    here = f"assignments/{held}"
    yield post(f"{campaign.pk}/claim/", {"after": [held]})
    yield client.get(f"/work/{campaign.pk}/")
    yield client.get(f"/api/v1/work/{here}/")
    yield post(f"{here}/heartbeat/")
    for _ in range(2):  # the second one is another window's
        yield post(f"{here}/working-copy/", {"content": {"a": uuid4().hex}, "version": 0}, "put")
    submission = {"submission_id": str(uuid4()), "answer": ANSWERS[campaign.item_type]}
    yield post(f"{here}/submit/", {**submission, "answer": {"none": "of this"}})
    stored = post(f"{here}/submit/", {**submission, "active_ms": 60_000})
    assert stored.status_code == 201, stored.content
    yield stored
    yield post(f"{here}/submit/", {**submission, "submission_id": str(uuid4())})
    yield post(f"{campaign.pk}/undo/")
    yield client.get(f"/work/{campaign.pk}/?answer={stored.json()['response_id']}")
    yield post(f"{here}/flag/", {"reason": "Look again."})


def afterwards(client: Client) -> Iterator[HttpResponse]:
    """What the expert's other pages and endpoints say."""
    for name in ("my-work", "my-answers", "my-hours", "my-hours-csv"):
        yield client.get(reverse(f"annotation:{name}"))


def test_only_these_columns_reach_an_expert(world: World) -> None:
    ben, eve = world.people["expert"], make_member(world.project, "Eve", "expert")
    assert ben is not None
    tables = number_tables()
    opened = haunt(world)
    # Scores of photos are talked over already there.
    campaigns = list(Campaign.objects.exclude(item_type="photo_score").order_by("pk"))
    for campaign in campaigns:
        answered(claimed(campaign, eve), context={"viewport": [1, 2]})
    rows = [(row, _url(row, world)) for row in QUERIES if row.access["expert"] == IN]
    with transaction.atomic():
        attack_every_word(name_of)
        Rating.objects.update(value=SCORE)
    found: dict[str, set[str]] = {}
    client = signed_in(User.objects.get(pk=ben.pk))

    def look(place: str, response: HttpResponse) -> None:
        assert response.status_code < 500, place
        for name in columns_in(response, ben) | ids_in(response, tables):
            found.setdefault(name, set()).add(place)

    for row, url in rows:
        look(str(row), client.get(url))
    for name, parts in opened:
        look(name, client.get(reverse(name, kwargs=parts)))
    for campaign in campaigns:
        for at, response in enumerate(at_work(client, campaign)):
            look(f"{campaign.item_type} {at}", response)
    for response in afterwards(client):
        look("afterwards", response)
    surplus = {
        name: sorted(places)[:4]
        for name, places in found.items()
        if name not in ALLOWED | ALLOWED_IDS
    }
    assert not surplus, "\n".join(f"{name}: {places}" for name, places in sorted(surplus.items()))
