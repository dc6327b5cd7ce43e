"""The trainer's diary: one append-only ``events.jsonl`` per run, over all of its attempts.

The trainer writes it without a database; whoever watches reads it with ``tail``. One event is one
line, written by one ``write`` call, so that a reader never sees half of two. A line that a kill cut
short is dropped when the next attempt opens the file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self, get_args

import orjson

EventType = Literal["state", "metric", "log", "checkpoint", "sample"]
TYPES: frozenset[str] = frozenset(get_args(EventType))
# What must survive a power cut at once; the rest is synced every few lines.
_SYNCED_AT_ONCE = frozenset({"state", "checkpoint"})
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Event:
    """One line. ``ts`` is seconds since 1970, ``seq`` counts from 1 over all attempts."""

    seq: int
    ts: float
    type: str
    attempt: int
    data: Mapping[str, Any]


class EventLog:
    """The writing end; one process at a time. Use it as a context manager."""

    def __init__(self, path: Path, *, attempt: int, sync_every: int = 20) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self._attempt = attempt
        self._sync_every = sync_every
        self._unsynced = 0
        _drop_torn_line(self._fd)
        self._seq = _last_seq(self._fd)

    def emit(self, type_: EventType, **data: Any) -> Event:
        """Append one event. NaN and infinity become null. Raises `OSError` when the disk is full."""
        self._seq += 1
        event = Event(self._seq, time.time(), type_, self._attempt, data)
        line = {"seq": event.seq, "ts": event.ts, "type": type_, "attempt": event.attempt, **data}
        self._write(orjson.dumps(line, default=str) + b"\n")
        self._unsynced += 1
        if type_ in _SYNCED_AT_ONCE or self._unsynced >= self._sync_every:
            self.sync()
        return event

    def _write(self, line: bytes) -> None:
        written = os.write(self._fd, line)
        if written != len(line):  # a disk that fills up cuts the line short
            os.ftruncate(self._fd, os.fstat(self._fd).st_size - written)
            os.write(self._fd, line)

    def sync(self) -> None:
        os.fsync(self._fd)
        self._unsynced = 0

    def close(self) -> None:
        if self._fd >= 0:
            self.sync()
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def tail(path: Path, offset: int, *, limit: int = 1 << 20) -> tuple[list[Event], int]:
    """The whole events after byte ``offset`` and the offset to ask from next time.

    Reads at most about ``limit`` bytes. A last line without its end is left for the next call; a
    line that is no event (damage) is skipped.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            chunk = file.read(limit)
            if b"\n" not in chunk and len(chunk) == limit:
                chunk += file.readline()
    except FileNotFoundError:
        return [], offset
    whole, end, _rest = chunk.rpartition(b"\n")
    events = [event for line in whole.split(b"\n") if (event := _parse(line)) is not None]
    return events, offset + len(whole) + len(end)


def _parse(line: bytes) -> Event | None:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, dict) or found.get("type") not in TYPES:
        return None
    try:
        seq, ts = int(found.pop("seq")), float(found.pop("ts"))
        return Event(seq, ts, str(found.pop("type")), int(found.pop("attempt")), found)
    except (KeyError, TypeError, ValueError):
        return None


def _drop_torn_line(fd: int) -> None:
    size = os.fstat(fd).st_size
    keep = size
    while keep > 0:
        start = max(0, keep - _BLOCK)
        newline = os.pread(fd, keep - start, start).rfind(b"\n")
        if newline >= 0:
            keep = start + newline + 1
            break
        keep = start
    if keep != size:
        os.ftruncate(fd, keep)


def _last_seq(fd: int) -> int:
    size, block = os.fstat(fd).st_size, _BLOCK
    while size:
        start = max(0, size - block)
        lines = os.pread(fd, size - start, start).split(b"\n")
        complete = lines if start == 0 else lines[1:]
        for line in reversed(complete):
            if event := _parse(line):
                return event.seq
        if start == 0:
            break
        block *= 4
    return 0
