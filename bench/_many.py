"""A project of a million rows in every list, made in the database of a few rows made by Django.

`copies` inserts a row of a table again and again; what differs stands as SQL over ``n``, the number of
the copy. Photos, items with their slots and answers, flags, drafts with their checks, and the log.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from _server import bench_person, bench_project

CAMPAIGNS, PEOPLE = 4, 20
DAYS = 400
# Every twentieth item is flagged; every second one is answered; every thousandth is settled.
STATE = """CASE WHEN n % 1000 = 0 THEN 'settled' WHEN n % 20 = 0 THEN 'flagged'
    WHEN n % 2 = 0 THEN 'answered' ELSE 'open' END"""
VERBS = "(ARRAY['item.settle', 'flag.raise', 'campaign.open', 'photo.credit', 'draft.start'])"
AT = f"now() - make_interval(secs => {DAYS} * 86400.0 * (1 - n::float / known.total))"


def fill(size: int) -> int:
    """Bring the project to ``size`` photos, items, drafts and log entries; the id of a campaign."""
    from django.db import connection

    first = _Prototypes()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # foreign keys are known to hold
        there = _count(cursor, "annotation_item")
        first.copy(cursor, size - there)
        cursor.execute("SET session_replication_role = DEFAULT")
        with _told("tidying up"):
            cursor.execute("VACUUM ANALYZE")
    return int(first.campaigns[0].pk)


class _Prototypes:
    """One row of each kind, by the ORM, so that columns to come have their defaults."""

    def __init__(self) -> None:
        from annotation.item_types import Subject
        from annotation.models import Campaign, Item
        from annotation.services.campaigns import add_items, create_campaign, open_campaign

        self.project = bench_project()
        self.photo = self.project.photos.order_by("pk").first()
        self.people = [bench_person(self.project, f"expert-{at}") for at in range(PEOPLE)]
        self.campaigns = list(Campaign.objects.order_by("pk"))
        while len(self.campaigns) < CAMPAIGNS:
            row = create_campaign(
                project=self.project, name=f"Campaign {len(self.campaigns) + 1}",
                item_type="photo_score", overlap=1, by=None,
            )  # fmt: skip
            add_items(campaign=row, subjects=[Subject("first", self.photo.pk)])
            self.campaigns.append(open_campaign(campaign=row, by=None))
        self.item = Item.objects.filter(campaign=self.campaigns[0]).order_by("pk").first()

    def copy(self, cursor: Any, count: int) -> None:
        """So many more of everything."""
        photos = self._photos(cursor, count)
        items = copies(
            cursor, self.item, count, campaign_id=self._campaign("n"), photo_id=f"{photos} + n",
            subject_key="'bench/' || known.first + n", state=STATE, priority="n % 5 / 4",
            answers="(n % 2 = 0)::int", order_key="hashint8(n)", created_at=AT,
        )  # fmt: skip
        self._answers(cursor, count, items)
        self._flags(cursor, count, items)
        self._drafts(cursor, count, photos)
        self._log(cursor, count)

    def _campaign(self, item: str) -> str:
        """Of item number ``item``; its state has nothing to do with it."""
        return (
            f"(ARRAY{[row.pk for row in self.campaigns]}::bigint[])[1 + {item} / 7 % {CAMPAIGNS}]"
        )

    def _person(self, item: str) -> str:
        return f"(ARRAY{[row.pk for row in self.people]}::bigint[])[1 + {item} / 3 % {PEOPLE}]"

    def _photos(self, cursor: Any, count: int) -> int:
        return copies(
            cursor, self.photo, count, content_hash="lpad(to_hex(known.first + n), 64, '0')",
            title="'Photo ' || n || CASE WHEN n % 97 = 0 THEN ' of a harbour' ELSE '' END",
            author="'Photographer ' || n % 500", created_at=AT,
            licence="(ARRAY['CC0', 'CC BY 4.0', 'CC BY-SA 4.0', 'by agreement'])[1 + n % 4]",
            state="CASE WHEN n % 5000 = 0 THEN 'broken' ELSE 'ready' END",
        )  # fmt: skip

    def _answers(self, cursor: Any, count: int, items: int) -> None:
        from annotation.models import Assignment, Response

        slot = Assignment.objects.filter(item=self.item).first()
        assert slot is not None
        given = "n % 2 = 0"
        slots = copies(
            cursor, slot, count, item_id=f"{items} + n", campaign_id=self._campaign("n"),
            order_key="hashint8(n)", state=f"CASE WHEN {given} THEN 'submitted' ELSE 'free' END",
            person_id=f"CASE WHEN {given} THEN {self._person('n')} END",
            claimed_at=f"CASE WHEN {given} THEN {AT} END",
            submitted_at=f"CASE WHEN {given} THEN {AT} END",
        )  # fmt: skip
        answer = Response.objects.filter(assignment=slot).first() or Response.objects.create(
            item=self.item, assignment=slot, campaign=self.campaigns[0], person=self.people[0],
            answer={"score": 7, "cannot_judge": False}, submission_id=uuid4(),
        )  # fmt: skip
        copies(
            cursor, answer, count // 2, item_id=f"{items} + 2 * n",
            assignment_id=f"{slots} + 2 * n", submission_id="gen_random_uuid()",
            campaign_id=self._campaign("(2 * n)"), active_ms="3000 + n % 9000",
            person_id=self._person("(2 * n)"), created_at=AT,
        )  # fmt: skip

    def _flags(self, cursor: Any, count: int, items: int) -> None:
        from annotation.models import Flag

        flag = Flag.objects.create(item=self.item, campaign=self.campaigns[0], rule="person")
        copies(
            cursor, flag, count // 20, item_id=f"{items} + 20 * n", created_at=AT,
            campaign_id=self._campaign("(20 * n)"),
            rule="CASE WHEN n % 3 = 0 THEN 'split' ELSE 'deviation' END",
            state="CASE WHEN n % 40 = 0 THEN 'open' ELSE 'settled' END",
        )  # fmt: skip
        flag.delete()

    def _drafts(self, cursor: Any, count: int, photos: int) -> None:
        from annotation.models import Draft, DraftSource, Verdict

        words = {"overall": "A quiet harbour.", "analysis": "The light is soft.", "issues": [],
                 "guidance": "Step closer.", "suggestions": []}  # fmt: skip
        source, _ = DraftSource.objects.get_or_create(
            project=self.project, name="Bench", backend="rules"
        )
        draft = Draft.objects.create(
            photo=self.photo, kind="guidance", content=words, source=source, backend="rules",
            work_key=uuid4().hex,
        )  # fmt: skip
        verdict = Verdict.objects.create(draft=draft, passed=True, backend="rules")
        drafts = copies(
            cursor, draft, count, photo_id=f"{photos} + n", work_key="gen_random_uuid()::text",
            created_at=AT, kind="CASE WHEN n % 500 = 0 THEN 'gap' ELSE 'guidance' END",
            content="""CASE WHEN n % 500 = 0 THEN '{"gap": "?"}'::jsonb ELSE row.content END""",
        )  # fmt: skip
        copies(cursor, verdict, count, draft_id=f"{drafts} + n", passed="n % 50 > 0", created_at=AT)

    def _log(self, cursor: Any, count: int) -> None:
        from core.audit import record

        entry = record(actor=None, verb="item.settle", scope=self.project.scope, target="item/1")
        copies(
            cursor, entry, count, at=AT, actor_id=self._person("n"), target="'item/' || n",
            verb=f"CASE WHEN n % 2000 = 0 THEN 'project.rename' ELSE {VERBS}[1 + n % 5] END",
        )  # fmt: skip


def copies(cursor: Any, row: Any, count: int, **columns: str) -> int:
    """Insert ``row`` ``count`` times; return the number before the first id, so that copy ``n`` has the
    id that many more. ``columns``: SQL over ``n`` (1 to ``count``), ``row``, and ``known`` (``first``,
    ``total``)."""
    table = row._meta.db_table
    names = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    values = ", ".join(columns.get(name, f"row.{name}") for name in names)
    with _told(f"{count:,} rows of {table}"):
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608 - our own table
        first = int(cursor.fetchone()[0])
        cursor.execute(
            f"""INSERT INTO {table} (id, {", ".join(names)})
            SELECT known.first + n, {values} FROM {table} row, generate_series(1, {count}) n,
                (VALUES ({first}::bigint, {count})) AS known(first, total)
            WHERE row.id = {row.pk} ORDER BY n"""  # noqa: S608
        )
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
        )
    return first


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own table
    return int(cursor.fetchone()[0])


@contextmanager
def _told(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - began:.1f} s", file=sys.stderr)
