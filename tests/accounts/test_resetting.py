"""A forgotten password: a link by mail, and no word about who has an account."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services import resetting
from core.models import AuditEntry, Job
from tests.jobs import run
from tests.make import PASSWORD, make_user
from tests.people import signed_in

pytestmark = pytest.mark.django_db
BETTER = "another-good-one-3"


@pytest.fixture(autouse=True)
def fresh_counts(db: None) -> None:
    cache.clear()


@pytest.fixture
def nora(db: None) -> User:
    return make_user("Nora", password=PASSWORD)


def asked(email: str, client: Client | None = None) -> Any:
    """What the page answers; the mails are written."""
    answer = (client or Client()).post("/forgot-password/", {"email": email})
    for job in Job.objects.filter(state="queued"):
        run(job)
    return answer


def words(answer: Any) -> str:
    """The page without its CSRF token, which differs each time."""
    return re.sub(r'"\w{64}"', "", answer.content.decode())


def link_to(person: User) -> str:
    mail.outbox.clear()
    asked(person.email)
    (line,) = [each for each in mail.outbox[0].body.splitlines() if "/reset/" in each]
    return line.partition("8000")[2]


def test_a_link_leads_to_a_new_password(nora: User, client: Client) -> None:
    page = client.get(link_to(nora), follow=True)
    assert page.redirect_chain[-1][0] == "/reset/" and nora.email in page.content.decode()
    done = client.post("/reset/", {"password": BETTER})
    assert done["Location"] == "/sign-in/"
    nora.refresh_from_db()
    assert nora.check_password(BETTER)
    assert AuditEntry.objects.filter(actor=nora, verb="password.reset").exists()


def test_nobody_is_signed_in_by_it_and_others_are_signed_out(nora: User, client: Client) -> None:
    there = signed_in(nora)
    client.get(link_to(nora))
    client.post("/reset/", {"password": BETTER})
    assert client.get("/account/").status_code == there.get("/account/").status_code == 302


def test_the_mail_is_plain_and_goes_to_the_account_alone(nora: User) -> None:
    asked(" Nora@Example.org ")
    (sent,) = mail.outbox
    assert sent.recipients() == [nora.email]
    assert sent.message().get_content_type() == "text/plain" and "60 minutes" in sent.body


@pytest.mark.parametrize("change", [{}, {"is_active": False}, {"password": "!unusable"}])
def test_the_answer_is_the_same_whether_there_is_an_account(nora: User, change: Any) -> None:
    answers = [asked("nobody@example.org"), asked(nora.email)]
    User.objects.update(**change)
    mail.outbox.clear()
    answers.append(asked(nora.email))
    assert len({words(each) for each in answers}) == 1
    assert {each.status_code for each in answers} == {200}
    assert len(mail.outbox) == (not change)


def test_the_link_is_stored_nowhere(nora: User) -> None:
    token = link_to(nora).strip("/").rpartition("/")[2]
    assert token not in str([*Job.objects.values(), *AuditEntry.objects.values()])


def test_a_link_works_once(nora: User, client: Client) -> None:
    link = link_to(nora)
    client.get(link)
    client.post("/reset/", {"password": BETTER})
    for again in (client, Client()):
        assert again.get(link, follow=True).status_code == 404
        assert again.post("/reset/", {"password": PASSWORD}).status_code == 404


@pytest.mark.parametrize("event", ["time", "password", "sign-in", "disabled"])
def test_a_link_ends_by_itself(nora: User, client: Client, settings: Any, event: str) -> None:
    link = link_to(nora)
    if event == "time":
        settings.PASSWORD_RESET_TIMEOUT = -1
    elif event == "password":
        nora.set_password(BETTER)
        nora.save()
    elif event == "sign-in":
        User.objects.update(last_login=timezone.now() + timedelta(seconds=1))
    else:
        User.objects.update(is_active=False)
    assert client.get(link, follow=True).status_code == 404


def test_a_link_is_good_for_its_own_account_only(nora: User, client: Client) -> None:
    olaf = make_user("Olaf", password=PASSWORD)
    _, token = link_to(nora).strip("/").rsplit("/", 1)
    uid = link_to(olaf).strip("/").split("/")[1]
    for place in (f"/reset/{uid}/{token}/", "/reset/x/y/", f"/reset/{'A' * 500}/{token}/"):
        assert client.get(place, follow=True).status_code == 404


def test_a_weak_password_is_refused_and_the_link_still_works(nora: User, client: Client) -> None:
    client.get(link_to(nora))
    refused = client.post("/reset/", {"password": "nora@exam"})
    assert (refused.status_code, "too short" in refused.content.decode()) == (400, True)
    assert client.post("/reset/", {"password": BETTER}).status_code == 302


def test_who_guessed_too_often_may_sign_in_with_the_new_one(nora: User, client: Client) -> None:
    form = {"username": nora.email, "password": "wrong"}
    assert [client.post("/sign-in/", form).status_code for _ in range(10)][-1] == 429
    client.get(link_to(nora))
    client.post("/reset/", {"password": BETTER})
    assert client.post("/sign-in/", {**form, "password": BETTER}).status_code == 302


def test_an_address_gets_few_mails_and_the_answer_does_not_tell(nora: User) -> None:
    answers = [asked(nora.email) for _ in range(6)]
    assert len(mail.outbox) == resetting.MOST_FOR_ONE_ADDRESS
    assert len({words(each) for each in answers}) == 1


def test_one_place_asks_for_few(nora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resetting, "MOST_FROM_ONE_PLACE", 3)
    codes = [asked(f"{at}@example.org").status_code for at in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_a_mail_that_is_not_taken_is_tried_again(
    nora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any) -> int:
        raise OSError("no route")

    monkeypatch.setattr("accounts.services.mailing.send_mail", refuse)
    asked(nora.email)
    job = Job.objects.get()
    assert (job.state, job.not_before is not None) == ("queued", True)


def test_without_mail_the_page_says_what_to_do(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "changepassword" in client.get("/forgot-password/").content.decode()


def test_what_is_no_address_is_refused(client: Client) -> None:
    assert client.post("/forgot-password/", {"email": "nora"}).status_code == 400
    assert not Job.objects.exists()


def test_the_console_takes_mails_in_development(
    nora: User, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    asked(nora.email)
    assert "/reset/" in capsys.readouterr().out
