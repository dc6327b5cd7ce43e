"""Engines: one file here adds one place where a trainer can run.

Write ``training/engines/NAME.py`` with exactly one concrete subclass of `Engine`. Everything that
a run reports (events, heartbeat, checkpoints) travels through its folder and is the same for all
engines; an engine only starts, looks, and ends. A ``ref`` is a plain JSON object that the run's row
keeps, enough for another process, or the same one after a restart, to find the trainer again.

Rules of the contract, all tested:

- Importing the file is cheap: no torch, no network, no query.
- ``submit`` starts at most one trainer per key, whoever calls it how often, and returns the ref.
- ``status`` never starts, ends or waits for anything.
- ``signal(ref, "stop", grace_s)`` returns at once; the trainer saves a checkpoint and exits, and
  the engine itself ends whatever is left after ``grace_s``.
- ``kill`` returns once no process of the run is left, or raises `Unavailable`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from core.registry import Registry

__all__ = ["Engine", "LogChunk", "Ref", "Status", "registry"]

Ref = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Status:
    """``lost``: nothing runs and no exit code was left (killed with its guard, or the machine
    restarted). A negative ``exit_code`` is the signal that ended the trainer. Times are seconds
    since 1970. The trainer's own last event, where there is one, knows better why it ended.
    """

    phase: Literal["queued", "running", "ended", "lost"]
    exit_code: int | None = None
    started: float | None = None
    ended: float | None = None

    @property
    def is_over(self) -> bool:
        return self.phase in {"ended", "lost"}


@dataclass(frozen=True, slots=True)
class LogChunk:
    """Text of the trainer's log and the byte offset to ask from next time."""

    text: str
    offset: int


class Engine(ABC):
    """One place to run trainers."""

    name: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def prepare(self, spec_path: Path, *, timeout_s: float = 600) -> dict[str, Any]:
        """A dry run of the spec: its report, or `InvalidInput` with the field at fault."""

    @abstractmethod
    def submit(self, spec_path: Path, key: str) -> Ref:
        """Start the trainer of this spec unless ``key`` was started before."""

    @abstractmethod
    def status(self, ref: Ref) -> Status:
        """How it stands now."""

    @abstractmethod
    def logs(self, ref: Ref, offset: int = 0) -> LogChunk:
        """What the trainer printed after ``offset``; at most some hundred kilobytes at once."""

    @abstractmethod
    def signal(self, ref: Ref, what: Literal["stop"], grace_s: float) -> None:
        """Ask the trainer to save and stop; after ``grace_s`` seconds it is ended."""

    @abstractmethod
    def kill(self, ref: Ref) -> None:
        """End every process of this attempt now."""


registry: Registry[Engine] = Registry(__name__, Engine)  # type: ignore[type-abstract]
