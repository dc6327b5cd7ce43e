"""Mailing notices: what is due, one mail a person, by a job.

A server that is away is asked again every ten minutes; after two days the mail is given up. The
notice stays on the site in any case. Killed between the server's word and our commit, a job sends
that one mail again.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.kinds import MAIL_NOTICES
from accounts.models import Notice, User
from accounts.selectors.notices import unread_of
from accounts.services.mailing import Delivery, can_mail, mail_notices
from core.errors import Unavailable
from core.jobs import JobRun, start

TRY_AGAIN = timedelta(minutes=10)
GIVE_UP = timedelta(days=2)
MOST_PEOPLE = 500
AWAY = "The mail server did not take the mail; it is tried again in ten minutes."


def wake_due_mails() -> int:
    """For the sweep: start the job if any notice is to be mailed now."""
    if not Notice.objects.filter(mail_due_at__lte=timezone.now()).exists():
        return 0
    start(MAIL_NOTICES, by=None, key="notices")
    return 1


def mail_due_notices(run: JobRun) -> dict[str, Any]:
    """Handler: one mail to each person for whom something is due."""
    due = Notice.objects.filter(mail_due_at__lte=timezone.now())
    people = due.order_by("person").values_list("person", flat=True).distinct()[:MOST_PEOPLE]
    outcomes: Counter[Delivery | None] = Counter()
    for person in User.objects.filter(pk__in=list(people)).order_by("pk"):
        run.check()
        outcome = _mail(person)
        if outcome is Delivery.AWAY:
            _postpone(due)
            raise Unavailable(AWAY)
        outcomes[outcome] += 1
    return {each.value: n for each, n in outcomes.items() if each}


def _mail(person: User) -> Delivery | None:
    """What became of the person's mail; None where there is none to send. Its rows are held
    meanwhile, so that no other worker sends it too."""
    with transaction.atomic():
        due = Notice.objects.filter(person=person, mail_due_at__lte=timezone.now())
        held = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True))
        mine = Notice.objects.filter(pk__in=held)
        # Who left the project, and who cannot sign in, is not written to.
        told = list(unread_of(person).filter(pk__in=held).order_by("pk"))
        may = bool(told) and person.is_active and can_mail()
        outcome = mail_notices(person=person, notices=told) if may else None
        if outcome in (Delivery.LATER, Delivery.AWAY):
            _postpone(mine)
            return outcome
        mine.update(mail_due_at=None)
        if outcome is Delivery.TAKEN:
            mine.filter(pk__in=[row.pk for row in told]).update(mailed_at=timezone.now())
    return outcome


def _postpone(rows: QuerySet[Notice]) -> None:
    now = timezone.now()
    rows.filter(created_at__lt=now - GIVE_UP).update(mail_due_at=None)
    rows.filter(mail_due_at__isnull=False).update(mail_due_at=now + TRY_AGAIN)
