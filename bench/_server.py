"""The site as it runs in production, over services of its own in a folder of its own: gunicorn (two
processes of four threads), a worker and the clock, each of which can be killed and started again.

Importing this is cheap; Django is set up when the services run.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


class Server:
    """``web``, ``worker`` and ``beat`` by name; ``database`` is the number of PostgreSQL's process."""

    def __init__(self, folder: Path, database: int) -> None:
        from core.supervisor import programs

        self.folder, self.database = folder, database
        self.port = free_port()
        self.programs = {
            "web": programs.web("127.0.0.1", self.port),
            "worker": programs.workers()[0],
            "beat": programs.beat(str(folder / "beat")),
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """From the main thread; the web answers when this returns."""
        from core.processes import start_child

        program = self.programs[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = start_child(
                program.command, env={**os.environ, **program.env}, output=log, cwd=ROOT
            )
        if name == "web":
            self._wait()

    def kill(self, name: str) -> None:
        """SIGKILL for all of its processes, then started again at the same address."""
        from core.processes import kill_group

        process = self.running.pop(name)
        kill_group(process.pid)
        process.wait()
        self.start(name)

    def stop(self) -> None:
        """End what still runs."""
        from core.processes import stop_child

        for name, process in reversed(self.running.items()):
            stop_child(process, grace=10, ask=self.programs[name].ask)

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.2)
        raise SystemExit(f"The web server did not start:\n{(self.folder / 'web.log').read_text()}")


@contextlib.contextmanager
def serving(folder: Path, *names: str, has_pages: bool = False) -> Iterator[Server]:
    """PostgreSQL and Valkey, the tables, and these programs; all ended afterwards. ``has_pages``: with
    the scripts and styles that pages ask for."""
    os.environ |= {
        "VAR_DIR": str(folder), "SECRET_KEY": secrets.token_hex(32), "HTTPS": "0",
        "ENV_FILE": str(folder / "no.env"), "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "WARNING", "STATIC_ROOT": str(folder / "static"),
    }  # fmt: skip
    for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL"):
        os.environ.pop(name, None)
    from core.embedded import postgres, valkey

    database, queue = postgres.EmbeddedPostgres(folder), valkey.EmbeddedValkey(folder)
    queue.start()
    database.start()
    assert database.process is not None
    server = Server(folder, database.process.pid)
    try:
        _migrate(has_pages=has_pages)
        for name in names:
            server.start(name)
        yield server
    finally:
        server.stop()
        database.stop()
        queue.stop()


def _migrate(*, has_pages: bool) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    if has_pages:
        call_command("collectstatic", interactive=False, verbosity=0)


def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bench_project(photos: int = 500) -> Any:
    """The project with so many photos that are ready, made at the first call; no files."""
    from accounts.models import Project
    from catalog.models import Photo

    project, is_new = Project.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    if is_new:
        Photo.objects.bulk_create(
            Photo(
                project=project, state="ready", original=f"originals/{at}.jpg", bytes=1,
                content_hash=f"{at:064x}", media_type="image/jpeg", width=3000, height=2000,
            )
            for at in range(photos)
        )  # fmt: skip
    return project


def bench_person(project: Any, name: str, role: str = "expert") -> Any:
    """Somebody of the project, made at the first call."""
    from accounts.models import Membership, User

    person, is_new = User.objects.get_or_create(email=f"{name}@example.org")
    if is_new:
        Membership.objects.create(user=person, project=project, role=role)
    return person


def session_of(person: Any) -> str:
    """The key of a session in which this person is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.cached_db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backend.PersonBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)
