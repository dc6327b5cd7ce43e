"""Telling people what happened, and taking note that they have seen it.

A notice is written in the transaction of its event: if that fails, nobody is told. Nothing is sent
here; a sweep finds what is to be mailed (`accounts.services.notice_mailing`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Notice, Project, User
from accounts.notices import DAILY, NOW, NoticeKind
from accounts.services.mailing import can_mail
from accounts.services.preferences import preferences_of, zone_of
from core.errors import Misconfigured
from inference.visible import visible_text

LONGEST = 300
GATHER = timedelta(minutes=1)  # what happens in one minute goes out in one mail
DIGEST_AT = time(7)  # of the person's own day
TELL = """
INSERT INTO accounts_notice AS told
    (person_id, project_id, kind, text, address, key, event, count, created_at, happened_at,
     mail_due_at)
SELECT person, %(project)s, %(kind)s, %(text)s, %(address)s, %(key)s, %(event)s, 1, now(), now(),
    due
FROM unnest(%(people)s::bigint[], %(dues)s::timestamptz[]) AS wanted(person, due)
WHERE NOT EXISTS (
    SELECT 1 FROM accounts_notice had
    WHERE had.person_id = person AND had.key = %(key)s AND had.event >= %(event)s)
ORDER BY person
ON CONFLICT (person_id, key) WHERE read_at IS NULL DO UPDATE
SET count = told.count + 1, event = excluded.event, text = excluded.text,
    address = excluded.address, happened_at = excluded.happened_at
WHERE told.event < excluded.event
"""


def notify(
    *,
    kind: NoticeKind,
    people: Iterable[int],
    text: str,
    address: str,
    key: str,
    event: int = 0,
    project: Project | None = None,
) -> int:
    """Tell the people (by id) one plain sentence with a place of the site; return how many rows it made
    or raised.

    ``key`` names what it is about. The same ``event`` of a key twice is one; a later one is
    counted in the row that the person has not read yet, or makes a new row.
    """
    if not address.startswith("/") or address.startswith("//"):
        raise Misconfigured("A notice leads to a place of this site.")
    wanted = User.objects.filter(pk__in=set(people), is_active=True, is_imported=False)
    found = list(wanted.order_by("pk"))
    if not found:
        return 0
    now, may_mail = timezone.now(), can_mail()
    values: dict[str, Any] = {
        "people": [each.pk for each in found],
        "dues": [_due(each, kind, now) if may_mail else None for each in found],
        "project": project.pk if project else None, "kind": kind.name, "key": key,
        "text": one_line(text)[:LONGEST], "address": address, "event": event,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TELL, values)
        return int(cursor.rowcount)


def one_line(text: str) -> str:
    """What can be seen of a text, in one line: it may become the subject of a mail."""
    return " ".join(visible_text(text).split())


@transaction.atomic
def mark_read(*, person: User, ids: Iterable[int] | None = None) -> int:
    """Take note that the person has seen these notices of theirs, or all of them."""
    rows = Notice.objects.filter(person=person, read_at=None)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    # What is being written at this moment is news and stays unread.
    held = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
    return Notice.objects.filter(pk__in=held).update(read_at=timezone.now(), mail_due_at=None)


def _due(person: User, kind: NoticeKind, now: datetime) -> datetime | None:
    """When the person wants this kind by mail."""
    when = preferences_of(person).notices.get(kind.name, kind.mail)
    if when == NOW:
        return now + GATHER
    if when != DAILY:
        return None
    today = now.astimezone(zone_of(person))
    at = today.replace(hour=DIGEST_AT.hour, minute=0, second=0, microsecond=0)
    return at if at > today else at + timedelta(days=1)
