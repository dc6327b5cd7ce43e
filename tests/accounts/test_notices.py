"""Notices: once per event, gathered while unread, seen by one person alone, by mail as chosen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.kinds import INVITATION_ACCEPTED, JOB_ENDED, JOB_FAILED
from accounts.models import Notice, Project, User
from accounts.services.notice_mailing import wake_due_mails
from accounts.services.notifying import mark_read, notify
from accounts.services.preferences import change_preferences
from core.errors import InvalidInput, Misconfigured
from core.jobs import start
from core.jobs.running import claim
from core.models import Job, JobState
from curation.kinds import EXPORT
from tests.jobs import run
from tests.people import signed_in
from tests.servers.mail import MailServer, mail_server

pytestmark = pytest.mark.django_db


def told(*people: User, event: int = 0, key: str = "item/5", **more: Any) -> int:
    given = {"kind": JOB_FAILED, "text": "It failed", "address": "/work/", **more}
    return notify(people=[each.pk for each in people], key=key, event=event, **given)


def test_the_same_event_twice_is_one_notice(ben: User, eve: User) -> None:
    assert told(ben, eve, event=3) == 2
    assert told(ben, eve, event=3) == told(ben, event=2) == 0
    assert told(ben, event=4) == 1
    assert list(Notice.objects.order_by("pk").values_list("count", flat=True)) == [2, 1]
    mark_read(person=ben)
    assert told(ben, event=4) == 0, "read or not, it was told"
    assert told(ben, event=5) == 1
    assert Notice.objects.filter(person=ben, read_at=None).get().count == 1


def test_an_address_is_a_place_of_ours(ben: User) -> None:
    for address in ("https://evil.example", "//evil.example", ""):
        with pytest.raises(Misconfigured):
            told(ben, address=address)


def test_the_page_shows_unread_ones_first_and_opening_reads(ben: User) -> None:
    told(ben, key="a", text="Older")
    mark_read(person=ben)
    told(ben, key="b", text="Newer", address="/work/hours/")
    client = signed_in(ben)
    page = client.get("/account/notices/").content.decode()
    assert page.index("Unread") < page.index("Newer") < page.index("Read before")
    assert 'aria-label="Notices, 1 unread"' in page
    newest = Notice.objects.latest("pk")
    assert client.get(f"/account/notices/{newest.pk}/")["Location"] == "/work/hours/"
    assert "unread" not in client.get("/work/hours/").content.decode()


def test_nobody_reads_or_opens_anothers(ben: User, eve: User) -> None:
    told(ben)
    notice = Notice.objects.get()
    client = signed_in(eve)
    assert client.get(f"/account/notices/{notice.pk}/").status_code == 404
    client.post("/account/notices/read/", {"notice": notice.pk})
    client.patch("/api/v1/me/notices/", {"ids": [notice.pk]}, content_type="application/json")
    assert client.get("/api/v1/me/notices/").json()["results"] == []
    notice.refresh_from_db()
    assert notice.read_at is None


def test_who_left_the_project_sees_nothing_of_it(project: Project, ben: User) -> None:
    told(ben, project=project)
    assert signed_in(ben).get("/api/v1/me/notices/count/").json() == {"unread": 1}
    project.memberships.filter(user=ben).delete()
    assert signed_in(ben).get("/api/v1/me/notices/count/").json() == {"unread": 0}


def test_the_api_lists_and_reads(ben: User) -> None:
    for number in range(3):
        told(ben, key=f"item/{number}")
    client = signed_in(ben)
    first = client.get("/api/v1/me/notices/?unread=true").json()["results"][0]
    assert first["text"] == "It failed" and first["read_at"] is None
    body = {"ids": [first["id"]]}
    left = client.patch("/api/v1/me/notices/", body, content_type="application/json").json()
    assert left == {"unread": 2}
    body = {"all": True}
    left = client.patch("/api/v1/me/notices/", body, content_type="application/json").json()
    assert left == {"unread": 0}


def test_the_owner_of_a_job_is_told_of_its_end(project: Project, kim: User, ben: User) -> None:
    for owner in (kim, ben):  # Ben is an expert: he may not see jobs
        job = start(EXPORT, by=owner, scope=project.scope)
        held = claim(job.pk)
        assert held and held.finish(JobState.FAILED, error="The disk is full.")
    notice = Notice.objects.get()
    assert (notice.person, notice.text) == (kim, "Write an export: failed. The disk is full.")
    assert notice.address == f"/p/lighthouse/jobs/{Job.objects.get(owner=kim).pk}/"


# --- by mail --------------------------------------------------------------------------------


@pytest.fixture
def server(settings: LazySettings) -> Iterator[MailServer]:
    """A real server, and settings that name it."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def made_due() -> None:
    Notice.objects.exclude(mail_due_at=None).update(mail_due_at=timezone.now())


def mailed() -> Job:
    """What the sweep starts, worked off."""
    made_due()
    assert wake_due_mails() == 1
    return run(Job.objects.filter(kind="accounts.mail_notices").latest("created_at"))


def test_one_mail_a_person_with_what_is_due(server: MailServer, ben: User, eve: User) -> None:
    told(ben, eve, key="a", text="First")
    told(ben, key="b", text="Second")
    told(ben, key="c", kind=JOB_ENDED)  # by default never by mail
    mailed()
    mails = {mail["To"]: mail for mail in server.received}
    words = mails[ben.email].get_payload(decode=True).decode().splitlines()  # type: ignore[union-attr]
    assert mails[ben.email]["Subject"] == "2 notices from Reframe"
    assert mails[eve.email]["Subject"] == "First"
    assert words[3] == "Second" and words[4].startswith("http")
    assert "/account/notices/settings/>" in mails[ben.email]["List-Unsubscribe"]
    made_due()
    assert wake_due_mails() == 0, "nothing goes out twice"


def test_what_was_read_or_refused_or_left_is_not_mailed(
    server: MailServer, project: Project, ben: User, eve: User
) -> None:
    told(ben)
    mark_read(person=ben)
    User.objects.filter(pk=eve.pk).update(email="refused@example.org")
    told(eve, project=project)
    assert mailed().result == {"refused": 1}
    told(ben, project=project, key="other")
    project.memberships.filter(user=ben).delete()
    assert mailed().result == {} and server.received == []


def test_a_server_that_is_away_is_asked_again(server: MailServer, ben: User, eve: User) -> None:
    User.objects.filter(pk=eve.pk).update(email="later@example.org")
    told(ben, eve)
    assert mailed().result == {"taken": 1, "later": 1}
    waiting = Notice.objects.get(person=eve)
    assert waiting.mail_due_at is not None and waiting.mailed_at is None
    server.shutdown()
    server.server_close()
    assert "ten minutes" in mailed().error
    Notice.objects.update(created_at=timezone.now() - timedelta(days=3))
    mailed()
    assert not Notice.objects.exclude(mail_due_at=None).exists(), "given up"


def test_no_text_becomes_a_header(server: MailServer, ben: User) -> None:
    told(ben, text="Hurt\r\nBcc: evil@example.org\r\n\r\n<b>")
    mailed()
    (mail,) = server.received
    assert mail["Bcc"] is None and mail["Subject"] == "Hurt Bcc: evil@example.org <b>"


def test_everybody_chooses(server: MailServer, ben: User) -> None:
    client = signed_in(ben)
    form = client.get("/account/notices/settings/").context["form"]
    chosen = dict.fromkeys(form.fields, "off") | {"invitation_accepted": "daily"}
    assert client.post("/account/notices/settings/", chosen).status_code == 302
    ben.refresh_from_db()
    told(ben)
    told(ben, kind=INVITATION_ACCEPTED, key="b")
    waits = Notice.objects.exclude(mail_due_at=None).get()
    assert waits.kind == "invitation_accepted" and waits.mail_due_at.hour == 7
    refused = client.post("/account/notices/settings/", {**chosen, "job_failed": "often"})
    assert refused.status_code == 400


def test_wrong_choices_are_refused(ben: User) -> None:
    for wrong in ([], {"unknown": "now"}, {"job_ended": "often"}, {"job_ended": 3}):
        with pytest.raises(InvalidInput):
            change_preferences(person=ben, given={"notices": wrong})


def test_without_a_server_nothing_waits(settings: LazySettings, ben: User) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    told(ben)
    assert Notice.objects.get().mail_due_at is None
    page = signed_in(ben).get("/account/notices/settings/").content.decode()
    assert "sends no mail" in page
