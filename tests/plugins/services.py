"""Fixtures: the embedded services, the media folder, and a real Celery worker."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from core.embedded import postgres, valkey
from core.processes import start_child, stop_child, wait_while

QUEUES = ("default", "drafts", "gpu")
IN_HAND = ("active", "reserved")


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


@pytest.fixture(scope="session")
def celery_worker(django_db_setup: None) -> Iterator[str]:
    """The name of one Celery worker process over the test database, two threads.

    It reads no queue until a test asks for :func:`worker`, so that it does no job of another test.
    """
    name = f"test@{os.getpid()}"
    process = _start_worker(name)
    is_up = wait_while(
        lambda: process.poll() is None and not _inspect(name, "ping", timeout=1), seconds=60
    )
    log = Path(settings.VAR_DIR) / "worker.log"
    assert is_up and process.poll() is None, log.read_text()
    _control("cancel_consumer", name)
    yield name
    stop_child(process, grace=5)


@pytest.fixture
def worker(celery_worker: str, transactional_db: None) -> Iterator[None]:
    """Real background work: jobs that are sent are done by another process.

    Rows must be committed to be seen there, hence the transactional database. Afterwards the
    worker reads no more, the queues are emptied and the work in hand is waited for.
    """
    current_app.control.purge()
    _control("add_consumer", celery_worker)
    yield
    _control("cancel_consumer", celery_worker)
    current_app.control.purge()
    wait_while(lambda: any(_inspect(celery_worker, each) for each in IN_HAND), seconds=60)


def _control(command: str, worker: str) -> None:
    for queue in QUEUES:
        getattr(current_app.control, command)(queue, destination=[worker], reply=True, timeout=20)


def _start_worker(name: str) -> subprocess.Popen[bytes]:
    url = postgres.url(Path(settings.VAR_DIR), connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-n", name]
    command += ["-Q", ",".join(QUEUES), "-P", "threads", "-c", "2", "-l", "WARNING"]
    command += ["--without-gossip", "--without-mingle"]
    with (Path(settings.VAR_DIR) / "worker.log").open("ab") as output:
        return start_child(command, output=output, env={**os.environ, "DATABASE_URL": url})


def _inspect(worker: str, question: str, *, timeout: float = 20) -> object:
    answer = getattr(current_app.control.inspect([worker], timeout=timeout), question)()
    return (answer or {}).get(worker)


@pytest.fixture(scope="session")
def eventually() -> object:
    """``eventually(lambda: ...)`` waits until the condition holds, 60 seconds at most."""

    def wait(condition: object, *, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not condition():  # type: ignore[operator]
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.05)

    return wait
