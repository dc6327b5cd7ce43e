"""``manage.py up`` for real: its own folder, its own port, its own services."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.processes import wait_while

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]


class Site:
    """One ``manage.py up`` over ``folder``."""

    def __init__(self, folder: Path, static: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.log = folder.with_suffix(f".{secrets.token_hex(4)}.out")
        env = os.environ | {"VAR_DIR": str(folder), "STATIC_ROOT": str(static)}
        env |= {"PORT": str(port), "REFRAME_DEMO": "0", "DJANGO_SETTINGS_MODULE": "config.settings"}
        del env["SECRET_KEY"]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"], cwd=ROOT, env=env, stdout=output, stderr=output
            )

    def wait_until_ready(self) -> None:
        ready = wait_while(lambda: self.process.poll() is None and not self.is_whole(), seconds=120)
        assert ready and self.process.poll() is None, self.words()

    def is_whole(self) -> bool:
        return "Stop with Ctrl-C" in self.words()

    def words(self) -> str:
        return self.log.read_text()

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return int(answer.status)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_alive(process: psutil.Process) -> bool:
    """Still running; one that ended but was not yet collected does not count."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [process for process in processes if is_alive(process)]


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("static")


@pytest.fixture
def site(tmp_path: Path, static: Path) -> Iterator[Site]:
    site = Site(tmp_path / "var", static, free_port())
    yield site
    site.end()


def kill_web_and_wait_for_its_return(site: Site) -> None:
    web = next(child for child in site.family() if "gunicorn" in " ".join(child.cmdline()))
    web.kill()
    assert wait_while(lambda: "web ended with -9" not in site.words(), seconds=30)

    def is_down() -> bool:
        try:
            return site.get("/healthz") != 200
        except OSError:
            return True

    assert wait_while(is_down, seconds=60)


def test_a_site_serves_alone_survives_a_kill_and_stops_whole(site: Site, static: Path) -> None:
    site.wait_until_ready()
    assert site.get("/healthz") == site.get("/readyz") == 200
    assert "create_admin" in site.words()
    key = (site.folder / "secret_key").read_text()
    assert (site.folder / "secret_key").stat().st_mode & 0o077 == 0
    refuses_a_second_one(site, static)
    leaves_nothing_when_killed(site)

    again = Site(site.folder, static, site.port)
    again.wait_until_ready()
    assert again.get("/readyz") == 200
    kill_web_and_wait_for_its_return(again)
    family = again.family()
    assert len(family) > 8
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(timeout=60) == 0
    assert alive(family) == []
    assert (site.folder / "secret_key").read_text() == key


def refuses_a_second_one(site: Site, static: Path) -> None:
    second = Site(site.folder, static, free_port())
    assert second.process.wait(timeout=60) == 1
    assert f"already runs in {site.folder} (process {site.process.pid})" in second.words()


def leaves_nothing_when_killed(site: Site) -> None:
    family = site.family()
    site.process.kill()
    site.process.wait()
    assert wait_while(lambda: bool(alive(family)), seconds=90), [
        each.cmdline() for each in alive(family)
    ]


def test_a_taken_port_is_named_and_nothing_is_started(tmp_path: Path, static: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        site = Site(tmp_path / "var", static, port)
        assert site.process.wait(timeout=60) == 1
    assert re.search(rf"Port {port} .* cannot be used: Address already in use.*PORT=", site.words())
    assert not (tmp_path / "var" / "postgres").exists()
