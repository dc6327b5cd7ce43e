"""Fixtures: the embedded services, the media folder, and a real Celery worker."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from core.embedded import postgres, valkey
from core.processes import start_child, stop_child, wait_while

QUEUES = ("default", "drafts", "gpu")
NUMBERS = count(1)
SWEEP_S = 3


@pytest.fixture(scope="session")
def services() -> Iterator[None]:
    """PostgreSQL and Valkey of this process, started once and stopped at the end."""
    database = postgres.EmbeddedPostgres(settings.VAR_DIR, is_fast=True)
    queue = valkey.EmbeddedValkey(settings.VAR_DIR, is_fast=True)
    queue.start()
    database.start()
    yield
    database.stop()
    queue.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    services: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """pytest-django asks for this before it makes the test database."""


@pytest.fixture(autouse=True)
def media_folder() -> Iterator[Path]:
    """Where this test's files go; the worker sees the same folder. Emptied after each test."""
    folder = Path(settings.MEDIA_ROOT)
    yield folder
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def celery_worker(transactional_db: None) -> Iterator[str]:
    """The name of a Celery worker process over the test database, all queues, two threads.

    It lives as long as the test, so that it never does a job of another one. Rows must be
    committed to be seen there, hence the transactional database.
    """
    current_app.control.purge()
    name = f"test-{next(NUMBERS)}@{os.getpid()}"
    process = _start_worker(name)
    is_up = wait_while(lambda: process.poll() is None and not _is_listening(), seconds=60)
    if not is_up or process.poll() is not None:
        process.send_signal(signal.SIGUSR1)  # Celery writes down what its threads do
        time.sleep(2)
        stop_child(process, grace=5)
        raise AssertionError((Path(settings.VAR_DIR) / "worker.log").read_text()[-20_000:])
    yield name
    stop_child(process, grace=30)
    current_app.control.purge()


@pytest.fixture
def worker(celery_worker: str) -> Iterator[None]:
    """Real background work: jobs that are sent are done by another process, and what missed its
    bell is found by the sweep, as beat has it done in an installation."""
    is_over = threading.Event()
    clock = threading.Thread(target=_ring, args=(is_over,), daemon=True)
    clock.start()
    yield
    is_over.set()
    clock.join(30)


def _ring(is_over: threading.Event) -> None:
    from workers.sweeping import sweep_everything

    try:
        while not is_over.wait(SWEEP_S):
            sweep_everything()
    finally:
        connection.close()


def _start_worker(name: str) -> subprocess.Popen[bytes]:
    url = postgres.url(Path(settings.VAR_DIR), connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-n", name]
    command += ["-Q", ",".join(QUEUES), "-P", "threads", "-c", "2", "-l", "WARNING"]
    command += ["--without-gossip", "--without-mingle"]
    with (Path(settings.VAR_DIR) / "worker.log").open("ab") as output:
        return start_child(command, output=output, env={**os.environ, "DATABASE_URL": url})


def _is_listening() -> bool:
    """Somebody waits at the broker for jobs. A ping may get lost, and all later ones with it."""
    with current_app.connection_for_read() as broker:
        return any("b" in each["flags"] for each in broker.default_channel.client.client_list())


@pytest.fixture(scope="session")
def eventually() -> object:
    """``eventually(lambda: ...)`` waits until the condition holds, 60 seconds at most."""

    def wait(condition: object, *, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not condition():  # type: ignore[operator]
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.05)

    return wait
