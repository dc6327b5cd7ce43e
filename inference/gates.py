"""The gate before an endpoint: everyone who shares the endpoint passes it with every single call.

It holds the limits of `inference.limits`, the endpoint's own wish to be left alone (Retry-After) and
the breaker of `inference.breaker`; the state lies on a shelf that processes may share. Tickets are
leases that are renewed while a call lasts, so that a killed process's places come free by themselves.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar
from uuid import uuid4

from core.errors import ReframeError
from inference.errors import EndpointResting
from inference.limits import Limits
from inference.shelves import Shelf, shared_shelf
from inference.turns import Turn, enter, keep, leave, resting

T = TypeVar("T")
# A longer rest than this is not sat out by a thread.
LONG_REST_S = 5.0


class Pass:
    """Given to whoever passed; ``tokens`` is to be set to what the call really took. ``opened`` says
    that the endpoint rests since the call ended."""

    def __init__(self) -> None:
        self.tokens = 0
        self.opened = False


class Gate:
    """The gate of one endpoint, for all threads. ``name`` is how people know the endpoint."""

    def __init__(self, key: str, name: str, limits: Limits, shelf: Shelf | None = None) -> None:
        self.key = key
        self.name = name
        self.limits = limits
        self._shelf = shelf
        self._moved = threading.Condition()
        self._waits: dict[str, str] = {}
        self._is_shut = False
        self._keeper = _Keeper(self)

    @property
    def shelf(self) -> Shelf:
        """The one it was made with, else the one that this process shares."""
        return self._shelf or shared_shelf()

    @contextmanager
    def passing(self, tokens: int = 0) -> Iterator[Pass]:
        """Wait for a turn, hold it during the block, give it back with how the block ended.

        `EndpointResting` if the turn does not come in time, or if the failure of the block was the
        one that made the endpoint rest: then the call itself is not to blame.
        """
        ticket = uuid4().hex[:12]
        self._wait_for_turn(ticket, tokens)
        passed = Pass()
        try:
            with self._held(ticket, passed):
                yield passed
        except ReframeError as error:
            if not passed.opened:
                raise
            rest = self._change(resting) or Turn()
            raise self._resting(replace(rest, reason=error.message)) from error

    @contextmanager
    def _held(self, ticket: str, passed: Pass) -> Iterator[None]:
        failure: ReframeError | None = None
        try:
            with self._keeper.holding(ticket):
                yield
        except ReframeError as error:
            failure = error
            raise
        finally:
            passed.opened = self._change(leave, ticket, self.limits, failure, passed.tokens)
            with self._moved:
                self._moved.notify()

    def rest(self) -> Turn | None:
        """Why nobody may ask the endpoint now, and for about how long; None when one may."""
        turn = self._change(resting)
        return turn and replace(turn, reason=self._words(turn))

    @property
    def is_dead(self) -> str:
        """Why the breaker is not closed, in words; empty while the endpoint answers."""
        because = self._change(
            lambda state, now: "" if state.breaker.is_closed else state.breaker.because
        )
        return because and f"{self.name}: {because}"

    def wake(self) -> None:
        """Somebody wants to know now: a breaker's rest ends and the next call is its probe."""
        self._change(lambda state, now: state.breaker.wake(now))

    def shut(self) -> None:
        """Send away all who wait, and who would have to: nothing more is to be asked through here."""
        with self._moved:
            self._is_shut = True
            self._moved.notify_all()

    @property
    def holds_up(self) -> str:
        """Why calls of this process wait at the gate, longer than in any queue; empty if none does."""
        with self._moved:
            return next(iter(self._waits.values()), "")

    def keep(self, tickets: set[str]) -> None:
        """Renew the leases of calls that last."""
        self._change(keep, tickets, self.shelf.lease_s)

    def _wait_for_turn(self, ticket: str, tokens: int) -> None:
        end = time.monotonic() + self.limits.patience_s
        try:
            while True:
                turn = self._change(enter, ticket, self.limits, tokens, self.shelf.lease_s)
                if turn.may_go:
                    return
                left = 0.0 if self._is_shut else end - time.monotonic()
                if _is_too_long(turn, left):
                    raise self._resting(turn)
                self._wait(ticket, replace(turn, wait_s=min(turn.wait_s, left)))
        finally:
            with self._moved:
                self._waits.pop(ticket, None)

    def _wait(self, ticket: str, turn: Turn) -> None:
        """Until somebody leaves, or about as long as it takes; not all at the same moment."""
        jitter = random.uniform(0.0, min(0.02 + 0.2 * turn.wait_s, 2.0))  # noqa: S311 - no secret
        with self._moved:
            if not turn.is_queue:
                self._waits[ticket] = self._words(turn)
            if not self._is_shut:
                self._moved.wait(turn.wait_s + jitter)

    def _resting(self, turn: Turn) -> EndpointResting:
        return EndpointResting(self._words(turn), detail={"retry_after_s": round(turn.wait_s, 3)})

    def _words(self, turn: Turn) -> str:
        return f"Waiting for {self.name}: {turn.reason}"

    def _change(self, step: Callable[..., T], *given: Any) -> T:
        return self.shelf.change(self.key, lambda state, now: step(state, now, *given))


def _is_too_long(turn: Turn, left: float) -> bool:
    """In a queue one stays to the end: somebody may leave at any moment."""
    if turn.is_queue:
        return left <= 0
    return turn.wait_s > (min(left, LONG_REST_S) if turn.is_rest else left)


class _Keeper:
    """A thread that renews tickets as long as any is held."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._held: set[str] = set()
        self._change = threading.Condition()
        self._is_running = False

    @contextmanager
    def holding(self, ticket: str) -> Iterator[None]:
        """The ticket stays valid during the block."""
        with self._change:
            self._held.add(ticket)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._renew, name="gate", daemon=True).start()
        try:
            yield
        finally:
            with self._change:
                self._held.discard(ticket)

    def _renew(self) -> None:
        while True:
            time.sleep(self._gate.shelf.lease_s / 3)
            with self._change:
                held = set(self._held)
                if not held:
                    self._is_running = False
                    return
            self._gate.keep(held)
