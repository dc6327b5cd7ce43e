"""A write stores what its endpoint names and nothing else, and reaches nothing of another project.

Fields and ids come from the API's schema and the forms; a field that holds a number must be said
to be an id or not, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from accounts.models import Membership, Notice, Project, User
from annotation.handles import handle_of
from annotation.models import Assignment, Campaign, DraftSource, Item, Message, Response
from catalog.models import Crop, Photo, Question, SavedSelection
from curation.models import BenchmarkVersion, Dataset, DatasetVersion, Export
from tests.routes import Row, World
from tests.security.asking import API_WRITES, FORMS, ClientFor, sent_json, undone
from tests.security.asking import client_for as client_for
from tests.security.asking import world as world
from tests.security.bodies import body_of
from tests.security.haunting import ROOMS, addresses
from tests.test_routes import _url
from training.models import Checkpoint
from training.models import Model as TrainedModel

pytestmark = pytest.mark.django_db
EXTRAS: dict[str, Any] = {
    "is_administrator": True, "is_superuser": True, "is_active": False, "role": "curator", "user": 1,
    "project": 1, "reviewed_by": 1, "by": 1, "person": 1, "score": 5, "state": "settled", "id": 1,
    "created_at": "2001-01-01T00:00:00Z", "model_version": "x", "parent": 1, "password": "x",
}  # fmt: skip
TOLD = {"is_administrator", "project", "created_at"}  # the check does not look at the name
IDS: dict[str, type[Model]] = {
    "after": Assignment, "assignment": Assignment, "base_model": TrainedModel, "drafter": DraftSource,
    "benchmark_version": BenchmarkVersion, "campaign": Campaign, "crop": Crop, "dataset": Dataset, "export": Export, "ids": Notice,
    "pool": User, "model": TrainedModel, "photo": Photo, "photo_ids": Photo, "question": Question, "response_id": Response, "parents": Response, "reply_to": Message,
    "item_ids": Item, "person": User, "selection": SavedSelection, "source": DraftSource, "start_from": Checkpoint,
    "verifier": DraftSource,
}  # fmt: skip
NUMBERS = {
    "active_ms", "max_guidance_words", "max_rationale_words", "min_guidance_words",
    "min_rationale_words", "days", "devices", "idle_ms", "lease_s", "limit", "max_attempts", "order_seed",
    "golden", "overlap", "seed", "session_count", "block_count", "value", "years",
}  # fmt: skip
# These hold handles.
HANDLES = {"after", "assignment"}
# A version is a frozen one for exports, a count for working copies.
BY_ROW: dict[str, type[Model] | None] = {
    "POST api:exports": DatasetVersion, "PUT api:work-working-copy": None,
    "POST api:work-guidelines": None,
}  # fmt: skip
MISSING_ID = 987_654_321


def reach(world: World) -> dict[str, Any]:
    """Who may do what, and everything that belongs to the other project or points to its person."""
    other, cleo = world.other_project, world.people["stranger"]
    found: dict[str, Any] = {
        "administrators": set(User.objects.filter(is_administrator=True).values_list("pk")),
        "inactive": set(User.objects.filter(is_active=False).values_list("pk")),
        "roles": Counter(Membership.objects.filter(project=other).values_list("user", "role")),
    }
    for model in apps.get_models():
        for field in model._meta.concrete_fields if model._meta.app_label in ROOMS else ():
            owner = {Project: other, User: cleo}.get(field.related_model)
            if owner is not None:
                found[str(field)] = model._default_manager.filter(**{field.name: owner}).count()
    return found


def test_the_api_refuses_fields_it_does_not_know(world: World, client_for: ClientFor) -> None:
    silent = []
    for row in API_WRITES:
        with undone():
            client, url = client_for(row), _url(row, world)
            body = body_of(row, url)
            for name in TOLD - set(body.fields) if body else ():
                sending = json.dumps({**body.example, name: EXTRAS[name]})
                answer = sent_json(client, row, url, sending)
                if (answer.status_code, answer.json()["error"]["field"]) != (400, name):
                    silent.append((str(row), name, answer.status_code))
    assert not silent, silent


def test_pages_store_no_field_that_they_do_not_show(world: World, client_for: ClientFor) -> None:
    reached, before = [], reach(world)
    for row in [*FORMS, *API_WRITES]:
        with undone():
            client, url = client_for(row), _url(row, world)
            owned = {"user": world.people["stranger"].pk, "project": world.other_project.pk}
            said = {name: value for name, value in (row.body or {}).items() if value is not None}
            client.post(url, {**EXTRAS, **owned, **said})
            after = reach(world)
            reached += [(str(row), name) for name in before if before[name] != after[name]]
    assert not reached, reached


def test_ids_of_another_project_are_as_good_as_missing(world: World, client_for: ClientFor) -> None:
    cleo = world.people["stranger"]
    addresses(World(world.other_project, world.project, dict.fromkeys(world.people, cleo)))
    theirs = {model: newest(model) for model in (*IDS.values(), DatasetVersion)} | {User: cleo.pk}
    different = []
    for row in API_WRITES:
        with undone():
            client, url = client_for(row), _url(row, world)
            body = body_of(row, url)
            for name, model in ids_of(row, body.fields if body else {}).items():
                pks = (theirs[model], MISSING_ID)
                sending = [value_for(name, body.fields[name], pk) for pk in pks]
                answers = [
                    sent_json(client, row, url, json.dumps({**body.example, name: value}))
                    for value in sending
                ]
                told = [
                    (each.status_code, each.content.decode().replace(str(pk), "ID"))
                    for each, pk in zip(answers, pks, strict=True)
                ]
                if told[0] != told[1]:
                    different.append((str(row), name, *told))
    assert not different, different


def ids_of(row: Row, fields: dict[str, Any]) -> dict[str, type[Model]]:
    """The fields that hold ids, with what they are ids of."""
    found: dict[str, type[Model]] = {}
    for name, shape in fields.items():
        is_number = "integer" in (shape.get("type"), shape.get("items", {}).get("type"))
        if name in HANDLES or (is_number and name not in NUMBERS):
            model = BY_ROW[str(row)] if name == "version" else IDS[name]  # say what a new one is
            found |= {name: model} if model else {}
    return found


def newest(model: type[Model]) -> int:
    found = model._default_manager.order_by("-pk").first()
    assert found is not None, f"no row of the table makes a {model.__name__}"
    return int(found.pk)


def value_for(name: str, shape: dict[str, Any], pk: int) -> Any:
    value = handle_of(pk) if name in HANDLES else pk
    return [value] if shape.get("type") == "array" else value
