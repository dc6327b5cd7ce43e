from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import kombu
import psycopg
import pytest

from core.embedded import postgres, sockets, valkey
from core.errors import Unavailable


@pytest.fixture
def database(tmp_path: Path) -> Iterator[postgres.EmbeddedPostgres]:
    server = postgres.EmbeddedPostgres(tmp_path, is_fast=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[valkey.EmbeddedValkey]:
    server = valkey.EmbeddedValkey(tmp_path)
    server.start()
    yield server
    server.stop()


def test_rows_survive_a_kill(tmp_path: Path) -> None:
    database = postgres.EmbeddedPostgres(tmp_path)
    database.start()
    with psycopg.connect(postgres.url(database.var)) as connection:
        connection.execute("CREATE TABLE photo AS SELECT 7 AS id")
    assert database.process is not None
    os.kill(database.process.pid, signal.SIGKILL)
    database.process.wait()
    database.start()
    with psycopg.connect(postgres.url(database.var)) as connection:
        assert connection.execute("SELECT id FROM photo").fetchone() == (7,)
    database.stop()


def test_a_reused_pid_does_not_stop_the_start(database: postgres.EmbeddedPostgres) -> None:
    database.stop()
    (database.data / "postmaster.pid").write_text(f"{os.getpid()}\n{database.data}\n0\n5432\n")
    database.start()
    with psycopg.connect(postgres.url(database.var)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_leftover_server_is_ended_first(database: postgres.EmbeddedPostgres) -> None:
    second = postgres.EmbeddedPostgres(database.var, is_fast=True)
    second.start()
    assert database.process is not None
    assert database.process.wait(timeout=10) is not None
    second.stop()


def test_a_broken_data_folder_names_the_log(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("11\n")
    with pytest.raises(Unavailable, match=r"postgres\.log"):
        postgres.EmbeddedPostgres(tmp_path).start()


def test_nobody_else_can_enter_the_socket_folder(database: postgres.EmbeddedPostgres) -> None:
    folder = sockets.socket_folder(database.var) / "postgres"
    assert folder.stat().st_mode & 0o077 == 0


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 30)
    folder = sockets.socket_folder(deep)
    assert len(str(folder / "postgres" / ".s.PGSQL.5432")) < 104
    assert folder != sockets.socket_folder(tmp_path / ("other" * 30))
    server = valkey.EmbeddedValkey(deep)
    server.start()
    server.stop()


def test_messages_survive_a_stop(queue: valkey.EmbeddedValkey) -> None:
    with kombu.Connection(valkey.url(queue.var)) as connection:
        connection.SimpleQueue("bell").put({"job": 1})
    queue.stop()
    queue.start()
    with kombu.Connection(valkey.url(queue.var)) as connection:
        assert connection.SimpleQueue("bell").get(timeout=5).payload == {"job": 1}


def test_a_second_valkey_takes_over(queue: valkey.EmbeddedValkey) -> None:
    second = valkey.EmbeddedValkey(queue.var)
    second.start()
    assert queue.process is not None
    assert queue.process.wait(timeout=10) is not None
    assert second.is_ready()
    second.stop()


def test_another_servers_pid_is_left_alone(queue: valkey.EmbeddedValkey, tmp_path: Path) -> None:
    """A stale pid file may name a pid that another installation's Valkey has by now."""
    assert queue.process is not None
    other = valkey.EmbeddedValkey(tmp_path / "other")
    other.data.mkdir(parents=True)
    other.pid_file.write_text(str(queue.process.pid))
    other.start()
    assert queue.is_ready()
    other.stop()
