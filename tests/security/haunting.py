"""A project in which every word is an attack, for the tests that open every page.

The services build what pages show; then the attack is written over every text column and every
free text inside JSON, of every table. A new column is attacked without being named here; a column
that only ever holds our own words, which code reads, is listed in `CODES`.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Field, Model
from PIL import ExifTags, Image

from accounts.services.tokens import create_token
from annotation.item_types import registry
from annotation.models import Campaign, DraftKind, Item
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.services.discussing import add_message, flag_item
from annotation.subjects import Selection
from catalog.models import Photo, Question
from catalog.services.comments import import_comments
from core.models import Job, JobState
from tests.annotation.build import (
    BOXES,
    COMPOSITION,
    GUIDANCE,
    OTHER_GUIDANCE,
    RATIONALE,
    answered,
    claimed,
    make_draft,
)
from tests.catalog.imports import imported, imported_photo
from tests.catalog.pictures import jpeg
from tests.make import make_crop
from tests.routes import Row, World
from tests.test_routes import ROWS, _url

ROOMS = ("core", "accounts", "catalog", "annotation", "curation", "training")
HURT = '"><img src=x onerror=hurt() data-hurt></script><script>hurt()</script>{{7654321*3}}'
LONGER = "\u202egnp.exe\u202c \x07\x1b[31m javascript:hurt() =cmd|'/C calc'!A0 " + "long " * 120
TINY = "<b data-hurt>"
# What the template would make of `{{7654321*3}}`.
EVALUATED = "22962963"
CODES = {
    "address", "archive", "backend", "box_format", "content_hash", "credential", "digest", "engine",
    "exporter", "folder", "group_key", "hash", "host", "how", "image", "importer", "item_type", "key", "kind", "made_from",
    "media_type", "method", "method_version", "original", "part", "password", "pipeline", "prefix", "prompt_hash", "queue", "reason_code", "recipe",
    "rule", "salt", "scale", "scope", "secret_hash", "spec_hash", "staged", "step", "subject",
    "subject_key", "target", "text_hash", "verb",
}  # fmt: skip
# Drafts about questions, with words from outside wherever they hold some.
ASKED: list[tuple[DraftKind, dict[str, Any]]] = [
    (DraftKind.REGION, {"box": [0.1, 0.1, 0.4, 0.4], "rule": "grounding", "text": "a b"}),
    (DraftKind.REGION, {"box": [0, 0, 0.5, 1], "rule": "grid", "grid": 2, "answer": "a b",
     "evidence": [{"x1": 0, "y1": 0, "x2": 0.5, "y2": 1, "log_likelihood": -1.0}]}),
    (DraftKind.ANSWER, {"text": "a b"}),
    (DraftKind.GAP, {"side": None, "reason": "a b", "threshold": 0.5, "answer": "a b",
     "levels": [{"side": 90, "answers": ["a b", "c d"], "agreement": 0.5}]}),
]  # fmt: skip
CODE = re.compile(r"[\w.,:/@+-]*")


def haunt(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Fill ``world.project``; addresses, by name and parts, to open besides the table's own."""
    people = world.people
    assert people["curator"] and people["lead"]
    exif = Image.Exif()
    for tag in ("ImageDescription", "Artist", "Copyright", "Make", "Model"):
        exif[ExifTags.Base[tag]] = "<b data-hurt>camera</b>"
    photo = imported_photo(world.project, people["curator"], jpeg(1, (900, 600), exif=exif))
    broken = imported(
        world.project, people["curator"], {"a.jpg": jpeg(2), "<b data-hurt>.jpg": b"no"}
    )
    Job.objects.filter(scope=world.project.scope).update(state=JobState.FAILED, error="a b")
    lines = io.BytesIO(f'photo,text,author\n{photo.pk},"a b","c d"\n'.encode())
    import_comments(project=world.project, stream=lines, filename="a.csv", by=people["curator"])
    for box in BOXES:
        make_crop(photo, box, rationale="a b")
    # Two makers' guidance: a pair of texts needs both.
    make_draft(photo, "guidance", OTHER_GUIDANCE, revision="another")
    make_draft(photo, "guidance", GUIDANCE)
    make_draft(photo, "rationale", RATIONALE)
    make_draft(photo, "crops", {"crops": [{"box": list(BOXES[1]), "rationale": "a b"}]})
    asked = [make_draft(photo, kind, content, question=_question(photo)) for kind, content in ASKED]
    make_draft(photo, "composition", COMPOSITION)
    create_token(user=people["lead"], name="a b", scope="read", days=7)
    campaigns = [_campaign(photo, kind) for kind in registry.names()]
    item, slug = _talked_over(campaigns, world), {"slug": world.project.slug}
    return [
        ("catalog:photo", {**slug, "pk": photo.pk}),
        ("catalog:import", {**slug, "pk": broken.pk}),
        ("annotation:item", {**slug, "item_id": item.pk}),
        *(("annotation:draft", {**slug, "draft_id": each.pk}) for each in asked),
        ("annotation:discussion", {"discussion_id": item.discussion.pk}),
        *(("annotation:campaign", {**slug, "campaign_id": each.pk}) for each in campaigns),
        *(("annotation:workspace", {"campaign_id": each.pk}) for each in campaigns),
    ]


def _question(photo: Photo) -> Question:
    return Question.objects.create(photo=photo, text="a b", answers=["a b", "c d"])


def _campaign(photo: Photo, kind: str) -> Campaign:
    campaign = create_campaign(
        project=photo.project, name=kind, item_type=kind, overlap=2, by=None, guidelines="a b"
    )
    add_selection(campaign=campaign, selection=Selection((photo.pk,)), by=None)
    return open_campaign(campaign=campaign, by=None)


def _talked_over(campaigns: list[Campaign], world: World) -> Item:
    """An item with an answer of the expert and one of the lead, a flag and a message."""
    expert, lead = world.people["expert"], world.people["lead"]
    assert expert and lead
    (campaign,) = (each for each in campaigns if each.item_type == "photo_score")
    for person, score in ((expert, 2), (lead, 9)):
        answered(claimed(campaign, person), {"score": score})
    item = campaign.items.get()
    flag_item(item=item, by=expert, reason="a b")
    add_message(item=item, author=expert, text="a b")
    return item


def addresses(world: World) -> list[tuple[Row, str]]:
    """Every address of the table that is looked at, with things to see there."""
    made = [(row, _address(row, world)) for row in ROWS]
    return [(row, url) for row, url in made if row.method == "GET"]


def _address(row: Row, world: World) -> str:
    """The row's things may be called what an earlier row's are called."""
    try:
        with transaction.atomic():
            return _url(row, world)
    except IntegrityError:
        attack_every_word()  # renames them
        return _url(row, world)


def attack_every_word(
    words: Callable[[type[Model], Field[Any, Any]], str] | str = "",
) -> None:
    """Write the attack, or these words (of each column), over the whole database, also over rows
    that are frozen."""
    chosen = words if callable(words) else (lambda model, field: words or words_of(model, field))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model in apps.get_models():
            if model._meta.app_label in ROOMS:
                for field in _texts(model):
                    _overwrite(cursor, model, field, chosen(model, field))
        cursor.execute("SET session_replication_role = origin")


def words_of(model: type[Model], field: Field[Any, Any]) -> str:
    """The attack as it fits the column; it tells which column it comes from where there is room."""
    # Texts inside JSON are read by models of their own, some of which take 200 characters.
    longest = 200 if isinstance(field, models.JSONField) else field.max_length or 10_000
    name = f"{model._meta.model_name}.{field.name}"
    if longest < 50:
        return TINY
    if longest < 120:
        return f"{f'[{name}]' if longest > 70 else ''}{HURT[:38]}"
    return f"[{name}]{HURT}{LONGER if longest > 200 else ''}"


def _texts(model: type[Model]) -> Iterator[Field[Any, Any]]:
    kinds = (models.CharField, models.TextField, models.JSONField)
    for field in model._meta.concrete_fields:
        is_ours = field.choices or field.unique or field.name in CODES
        if isinstance(field, kinds) and not is_ours:
            yield field


def _overwrite(cursor: Any, model: type[Model], field: Field[Any, Any], words: str) -> None:
    table, column, key = model._meta.db_table, field.column, model._meta.pk.column
    if not isinstance(field, models.JSONField):
        longest = field.max_length or 10_000
        # The key makes names unique.
        sql = f"""UPDATE {table} SET "{column}" = left(left(%s, %s) || ' ' || {key}, %s)"""  # noqa: S608
        cursor.execute(sql, [words, max(longest - 8, len(TINY)), longest])
        return
    cursor.execute(f'SELECT {key}, "{column}"::text FROM {table}')  # noqa: S608
    for pk, text in cursor.fetchall():
        value = json.dumps(_attacked(json.loads(text or "null"), words))
        cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE {key} = %s', [value, pk])  # noqa: S608


def _attacked(value: Any, words: str) -> Any:
    """``value`` with every string that is not a code replaced."""
    if isinstance(value, dict):
        return {name: _attacked(each, words) for name, each in value.items()}
    if isinstance(value, list):
        return [_attacked(each, words) for each in value]
    is_free = isinstance(value, str) and not CODE.fullmatch(value)
    return words if is_free else value
