"""Logs hold no secret of a mailed link: ours, Django's about refused requests, and gunicorn's."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.secrecy import new_secret
from core.embedded import postgres
from core.logs import SecretFilter, without_secrets
from core.processes import start_child, stop_child
from core.supervisor import programs

# Everything gunicorn can be asked to write about a request.
FORMAT = '%(r)s %(U)s %(q)s %(f)s %({raw_uri}e)s %({cookie}i)s %({authorization}i)s "%(s)s"'


def test_what_follows_is_taken_out_and_nothing_else() -> None:
    assert without_secrets("GET /join/a-b_c/ HTTP/1.1") == "GET /join/... HTTP/1.1"
    assert without_secrets("/reset/MQ/x1-2/?a=b") == "/reset/...?a=b"
    for text in ("/join/ ", "/p/join-us/", "/photos/7/"):
        assert without_secrets(text) == text


@pytest.mark.django_db
def test_a_refused_link_is_not_written_down(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(SecretFilter())
    secret = new_secret()
    with caplog.at_level(logging.DEBUG):
        for place in (f"/join/{secret}/", f"/reset/MQ/{secret}/", f"/join/{secret}/more/"):
            for send in (Client().post, Client().delete, Client().get):
                send(place)
    assert "/join/..." in caplog.text and "/reset/..." in caplog.text
    assert secret not in caplog.text


def test_every_handler_has_the_filter() -> None:
    handlers: Any = settings.LOGGING["handlers"]
    assert handlers and all("secrets" in each["filters"] for each in handlers.values())


@pytest.fixture
def web(tmp_path: Path, transactional_db: None) -> Iterator[tuple[str, Path]]:
    """The web server as it is started, with every log turned on: its address and its log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "web.log"
    program, env = programs.web("127.0.0.1", port), dict(os.environ)
    env["DATABASE_URL"] = postgres.url(Path(settings.VAR_DIR), connection.settings_dict["NAME"])
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings", **program.env, "LOG_LEVEL": "DEBUG"}
    command = [*program.command, "--access-logfile", "-", "--access-logformat", FORMAT]
    command += ["--workers", "1", "--log-level", "debug"]
    with log.open("ab") as output:
        process: subprocess.Popen[bytes] = start_child(command, output=output, env=env)
    yield f"http://127.0.0.1:{port}", log
    stop_child(process, grace=5)


def ask(url: str, **headers: str) -> int:
    try:
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_the_web_servers_log_has_no_secret(
    web: tuple[str, Path], eventually: Callable[..., None]
) -> None:
    address, log = web
    eventually(lambda: ask(f"{address}/healthz") == 200)
    secret, token, session = new_secret(), new_secret(), new_secret()
    headers = {"Authorization": f"Token {token}", "Cookie": f"sessionid={session}"}
    for place in (f"/join/{secret}/", f"/reset/MQ/{secret}/", "/api/v1/me/"):
        ask(f"{address}{place}", Referer=f"{address}/join/{secret}/", **headers)
    eventually(lambda: "GET /api/v1/me/" in log.read_text())
    said = log.read_text()
    assert "GET /join/... HTTP" in said and "GET /reset/... HTTP" in said
    assert [word for word in (secret, token, session) if word in said] == []
