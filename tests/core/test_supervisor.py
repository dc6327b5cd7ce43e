from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from core.errors import Conflict, Unavailable
from core.processes import start_child, wait_while
from core.supervisor import demo, ground, programs
from core.supervisor.children import Supervisor, end_leftovers
from core.supervisor.programs import Program

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Supervisor:
    return Supervisor(tmp_path, {}, said.append)


def test_a_program_that_cannot_start_is_given_up(supervisor: Supervisor, said: list[str]) -> None:
    child = supervisor.start(Program("broken", ["sh", "-c", "echo no power; exit 3"]))

    def rounds() -> None:
        for _ in range(500):
            child.due = 0.0  # do not wait for the growing delays
            supervisor.look()
            if child.process is not None:
                child.process.wait()

    with pytest.raises(Unavailable, match=r"broken ended 5 times.*last with 3.*broken\.log"):
        rounds()
    assert [line.split(";")[1].split("(")[0].strip() for line in said] == [
        f"it starts again in {delay} s" for delay in (1, 3, 7, 15)
    ]
    assert child.log.read_text().count("no power") == 5


def test_stopping_ends_grandchildren_too(supervisor: Supervisor) -> None:
    child = supervisor.start(Program("parent", ["sh", "-c", "sleep 600 & wait"]))
    assert child.process is not None
    wait_while(lambda: not psutil.Process(child.process.pid).children(), seconds=10)
    family = psutil.Process(child.process.pid).children()
    supervisor.stop()
    assert family
    assert wait_while(lambda: any(process.is_running() for process in family), seconds=10)


def test_leftovers_are_ended_but_a_reused_pid_is_not(tmp_path: Path) -> None:
    leftover, innocent = start_child(["sleep", "600"]), start_child(["sleep", "600"])
    born = psutil.Process(leftover.pid).create_time()
    (tmp_path / "run").mkdir()
    lines = [[leftover.pid, born], [innocent.pid, 12345.0], [2**22 - 1, 1.0]]
    (tmp_path / "run" / "children.json").write_text(json.dumps(lines))
    end_leftovers(tmp_path)
    assert leftover.wait(timeout=10) == -9
    assert innocent.poll() is None
    innocent.kill()
    innocent.wait()


def test_a_child_dies_with_its_parent() -> None:
    code = (
        "import os; from core.processes import start_child; "
        "print(start_child(['sleep', '600']).pid, flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    pid = int(done.stdout)

    def is_running() -> bool:
        try:
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    assert wait_while(is_running, seconds=10)


def test_one_supervisor_per_folder(tmp_path: Path) -> None:
    refused = pytest.raises(Conflict, match=str(os.getpid()))
    with ground.only_one(tmp_path), refused, ground.only_one(tmp_path):
        pass
    with ground.only_one(tmp_path):
        pass


def test_the_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    ground.ensure_secret_key(path)
    key = path.read_text()
    ground.ensure_secret_key(path)
    assert path.read_text() == key
    assert len(key) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_roles_of_the_image_are_the_programs_of_the_site() -> None:
    names = {"web", "beat", *(program.name for program in programs.workers())}
    script = (ROOT / "docker" / "entrypoint.sh").read_text()
    assert names == {"web", "beat", "worker-default", "worker-drafts", "worker-gpu"}
    assert all(f"core.supervisor {role}" in script for role in ("web", "beat", "worker-gpu"))


def test_an_unknown_role_lists_the_known_ones() -> None:
    command = [sys.executable, "-m", "core.supervisor", "cook"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 64
    assert "worker-gpu" in done.stderr


@pytest.mark.django_db
def test_no_demo_when_it_is_not_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "get_commands", lambda: {"load_demo": "workers"})
    assert demo.is_wanted(tmp_path)
    (tmp_path / demo.LOADED).touch()
    assert not demo.is_wanted(tmp_path)
    monkeypatch.setenv("REFRAME_DEMO", "0")
    (tmp_path / demo.LOADED).unlink()
    assert not demo.is_wanted(tmp_path)
