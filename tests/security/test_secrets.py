"""Secrets: none is shipped, a weak one stops the start, and none is found again in what we write."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.services.invitations import write_invitation
from annotation.services.sources import set_source
from curation.models import DatasetVersion
from tests.curation.build import exported
from tests.curation.test_exporting import version as version
from tests.make import PASSWORD, make_user
from tests.people import signed_in
from tests.routes import World
from tests.security.asking import QUERIES, sent, undone
from tests.security.asking import world as world
from tests.test_routes import _url
from workers.demo import cast

pytestmark = pytest.mark.django_db
ROOT = Path(settings.BASE_DIR)
TOKEN_URL = "/api/v1/me/tokens/"


@pytest.mark.parametrize("key", ["", "short", "django-insecure-" + "x1y2z3w4" * 8])
def test_the_web_server_does_not_start_with_a_bad_key(key: str, tmp_path: Path) -> None:
    env = {**os.environ, "SECRET_KEY": key, "VAR_DIR": str(tmp_path)}
    env["DJANGO_SETTINGS_MODULE"] = "config.settings"
    command = [sys.executable, "-c", "import config.wsgi"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode != 0 and "SECRET_KEY" in done.stderr


def test_a_new_installation_knows_nobody(db: None) -> None:
    assert not User.objects.exists()


def test_each_demo_has_passwords_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path
    cast.make_cast()
    first = {user.email: user.password for user in User.objects.all()}
    told = (tmp_path / cast.ACCOUNTS).read_text()
    assert stat.S_IMODE((tmp_path / cast.ACCOUNTS).stat().st_mode) == 0o600
    words = {line.split()[0]: line.split()[1] for line in told.splitlines()[1:]}
    assert all(check_password(words[email], hashed) for email, hashed in first.items())
    User.objects.all().delete()
    cast.make_cast()
    again = (tmp_path / cast.ACCOUNTS).read_text()
    assert not set(words.values()) & set(again.split())


@pytest.fixture
def secrets_used(world: World, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Secrets that went through the site, by every way that takes one, right and wrong."""
    caplog.set_level(logging.DEBUG)
    lead, kim = world.people["lead"], world.people["curator"]
    assert lead and kim
    body = {"name": "laptop", "scope": "write", "days": 7}
    made = signed_in(lead).post(TOKEN_URL, body, content_type="application/json").json()
    token = str(made["secret"])
    _use(token)
    _, link = write_invitation(
        project=world.project, email="nora@example.org", roles=["expert"], by=kim
    )
    Client().get(f"/join/{link}/")
    Client().post("/sign-in/", {"username": lead.email, "password": "a-wrong-password-9"})
    person = make_user("Nora", password=PASSWORD)
    Client().post("/sign-in/", {"username": person.email, "password": PASSWORD})
    return [token, link, PASSWORD, "a-wrong-password-9"]


def _use(token: str) -> None:
    """Reads, writes, refusals and a failure of ours, by token."""
    client = Client(headers={"Authorization": f"Token {token}"}, raise_request_exception=False)
    client.get("/api/v1/me/")
    client.get("/api/v1/projects/lighthouse/jobs/?user__api_tokens__secret_hash=a")
    client.post("/api/v1/projects/lighthouse/campaigns/", {"name": ""})
    client.get("/api/v1/projects/harbour/")
    client.get(f"/api/v1/me/?token={'x' * 10}")
    Client(headers={"Authorization": f"Token {token[:-1]}"}).get("/api/v1/me/")


def test_no_secret_is_found_again(
    world: World, secrets_used: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    places = {"the log": caplog.text, "the database": whole_database(), "files": whole_media()}
    for row in QUERIES:
        with undone():
            client, url = signed_in(world.people["lead"]), _url(row, world)
            client.raise_request_exception = False
            places[url] = sent(client.get, url).body.decode("latin-1")  # type: ignore[attr-defined]
    assert caplog.text and "laptop" in places["the database"]
    found = [(place, s[:6]) for place, text in places.items() for s in secrets_used if s in text]
    assert not found


def whole_database() -> str:
    """Every row of every table, as text."""
    parts = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t")  # noqa: S608
            parts += [str(row[0]) for row in cursor.fetchall()]
    return "\n".join(parts)


def whole_media() -> str:
    root = Path(settings.MEDIA_ROOT)
    return "\n".join(
        each.read_bytes().decode("latin-1") for each in root.rglob("*") if each.is_file()
    )


def test_an_export_holds_nobodys_address_and_no_credential(
    version: DatasetVersion, ben: User, eve: User, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFRAME_KEY_GPT", "sk-very-secret")
    set_source(
        project=version.dataset.project, name="GPT", backend="openai", model="m",
        location="https://models.example.org/v1", credential="REFRAME_KEY_GPT", by=kim,
    )  # fmt: skip
    export = exported(version, image_side=64)
    assert export.state == "ready", export.error
    text = whole_media()
    assert "sft_crop" in text
    secret = [ben.email, eve.email, kim.email, "sk-very-secret", "REFRAME_KEY_GPT"]
    assert [word for word in [*secret, settings.SECRET_KEY] if word in text] == []
