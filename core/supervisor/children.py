"""Keeps programs running: restarts the dead with growing delays, gives up on the hopeless."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from core.errors import Unavailable
from core.processes import kill_group, start_child, wait_or_kill
from core.supervisor.programs import ROOT, Program

QUICK_DEATH_SECONDS = 10.0
MOST_QUICK_DEATHS = 5
GRACE_SECONDS = 15.0
LARGEST_LOG = 10 * 1024 * 1024


class Child:
    """One program, its process and its record of early deaths."""

    def __init__(self, program: Program, log: Path, env: dict[str, str]) -> None:
        self.program = program
        self.log = log
        self.env = {**os.environ, **env, **program.env}
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.quick_deaths = 0
        self.due = 0.0

    def start(self) -> None:
        """Start the program; its output goes to the end of its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as output:
            self.process = start_child(
                self.program.command,
                on_parent_death=self.program.on_parent_death,
                output=output,
                env=self.env,
                cwd=ROOT,
            )
        self.started = time.monotonic()

    def look(self) -> str:
        """Start again when due; returns a sentence when something happened, else nothing."""
        if self.process is None:
            if time.monotonic() >= self.due:
                self.start()
            return ""
        code = self.process.poll()
        return "" if code is None else self._bury(code)

    def _bury(self, code: int) -> str:
        is_quick = time.monotonic() - self.started < QUICK_DEATH_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if is_quick else 0
        assert self.process is not None  # noqa: S101 - the caller has just polled it
        # What the dead one started goes with it, or its successor meets its ghosts.
        kill_group(self.process.pid)
        self.process = None
        if self.quick_deaths >= MOST_QUICK_DEATHS:
            raise Unavailable(
                f"{self.program.name} ended {self.quick_deaths} times right after its start "
                f"(last with {code}). Its reasons stand in {self.log}."
            )
        delay = 2**self.quick_deaths - 1
        self.due = time.monotonic() + delay
        return f"{self.program.name} ended with {code}; it starts again in {delay} s ({self.log})"


class Supervisor:
    """Holds all children; ``say`` prints a line for the person at the terminal."""

    def __init__(self, var: Path, env: dict[str, str], say: Callable[[str], None]) -> None:
        self.var = var
        self.env = env
        self.say = say
        self.children: list[Child] = []

    def start(self, program: Program) -> Child:
        """Start a program and keep it alive from now on."""
        child = Child(program, self.var / "log" / f"{program.name}.log", self.env)
        self.children.append(child)
        child.start()
        self._remember()
        return child

    def look(self) -> None:
        """One round over all children; raises `Unavailable` when one is hopeless."""
        before = [child.process for child in self.children]
        for child in self.children:
            if words := child.look():
                self.say(words)
        if before != [child.process for child in self.children]:
            self._remember()

    def stop(self) -> None:
        """Ask all to end, last started first asked, wait, and kill what is left."""
        running = [child for child in reversed(self.children) if child.process is not None]
        for child in running:
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(child.program.ask)
        end = time.monotonic() + GRACE_SECONDS
        for child in running:
            if child.process is not None:
                wait_or_kill(child.process, grace=max(0.0, end - time.monotonic()))
                kill_group(child.process.pid)
        self.children = []
        _memory(self.var).unlink(missing_ok=True)

    def _remember(self) -> None:
        pids = [child.process.pid for child in self.children if child.process is not None]
        lines = [[pid, _born(pid)] for pid in pids]
        _memory(self.var).parent.mkdir(parents=True, exist_ok=True)
        _memory(self.var).write_text(json.dumps(lines))


def end_leftovers(var: Path) -> None:
    """Kill what a killed supervisor left behind, if it is still the same process."""
    try:
        lines = json.loads(_memory(var).read_text())
    except (OSError, ValueError):
        return
    for pid, born in lines:
        if born and _born(pid) == born:
            kill_group(pid)
    _memory(var).unlink(missing_ok=True)


def _memory(var: Path) -> Path:
    return var / "run" / "children.json"


def _born(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0
