"""A small file that says "alive, and this far": read by whoever watches a run from outside.

A thread rewrites it every few seconds, so that it also beats while a model loads; ``stepped_at``
tells a trainer that hangs from one that works.
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson


@dataclass(frozen=True, slots=True)
class Beat:
    """``ts`` and ``stepped_at`` are seconds since 1970; ``total`` is 0 until it is known."""

    ts: float
    phase: str
    step: int = 0
    total: int = 0
    stepped_at: float = 0.0


class Heartbeat:
    """Beats from ``__enter__`` to ``__exit__``; ``say`` sets what is told."""

    def __init__(self, path: Path, *, every_s: float = 2.0) -> None:
        self._path = path
        self._every_s = every_s
        self._beat = Beat(ts=time.time(), phase="starting")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def say(self, *, phase: str | None = None, step: int | None = None, total: int = 0) -> None:
        """Change what the next beat tells; a step also sets ``stepped_at``."""
        beat = replace(self._beat, phase=phase or self._beat.phase)
        if step is not None:
            beat = replace(beat, step=step, total=total or beat.total, stepped_at=time.time())
        self._beat = beat

    def _run(self) -> None:
        while not self._over.wait(self._every_s):
            self._write()

    def _write(self) -> None:
        part = self._path.with_name(f".{self._path.name}.part")
        try:
            part.write_bytes(orjson.dumps(asdict(replace(self._beat, ts=time.time()))))
            part.replace(self._path)
        except OSError:  # a full disk is reported where it hurts: at the checkpoint or the diary
            part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        self._write()
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._write()


def read_beat(path: Path) -> Beat | None:
    """The last beat, or None when there is none yet."""
    try:
        return Beat(**orjson.loads(path.read_bytes()))
    except (OSError, orjson.JSONDecodeError, TypeError):
        return None
