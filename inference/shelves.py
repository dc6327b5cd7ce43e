"""Where the states of endpoints lie: on a shelf of this process, or on one that processes share.

Whoever runs several processes hands a shared one in by `share_through`, once, at the start.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from inference.turns import State

T = TypeVar("T")
# How long a call that is not heard of keeps its place; its process renews it every third of this.
LEASE_S = 15.0


class Shelf(Protocol):
    """Where states lie. ``change`` calls ``step`` with the state and the shelf's time in seconds, and
    keeps what it made of the state; steps on one key never overlap, and may be called again."""

    lease_s: float

    def change(self, key: str, step: Callable[[State, float], T]) -> T: ...


class OwnShelf:
    """States of this process alone."""

    lease_s = LEASE_S

    def __init__(self) -> None:
        self._states: dict[str, State] = {}
        self._lock = threading.Lock()

    def change(self, key: str, step: Callable[[State, float], T]) -> T:
        """Under one lock."""
        with self._lock:
            return step(self._states.setdefault(key, State()), time.monotonic())


_shared: list[Shelf] = [OwnShelf()]


def share_through(shelf: Shelf) -> None:
    """From now on the gates of this process keep their states there."""
    _shared[0] = shelf


def shared_shelf() -> Shelf:
    """Where this process keeps states."""
    return _shared[0]
