"""The shelf that all worker processes share: what is known of each endpoint lies in Valkey.

A change is made of the record as this process last saw it, and put in its place only if it still is
that one; else the server hands out what is there now, and the change is made again of that. So one that
nobody came between asks the server once. Times are the server's, whose clock comes with every reply.
While Valkey is away each process goes by its own shelf, so that drafting goes on, each process within
the limits.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from inference.shelves import LEASE_S, OwnShelf
from inference.turns import State

if TYPE_CHECKING:
    from redis import Redis

log = logging.getLogger(__name__)
T = TypeVar("T")

# Replies are seconds and microseconds of the clock, whether it was put there, and what is there.
READ = "local t = redis.call('TIME') return {t[1], t[2], 0, redis.call('GET', KEYS[1]) or ''}"
SWAP = """
local t = redis.call('TIME')
local stored = redis.call('GET', KEYS[1]) or ''
if stored ~= ARGV[1] then return {t[1], t[2], 0, stored} end
redis.call('SET', KEYS[1], ARGV[2], 'EX', 3600)
return {t[1], t[2], 1, ''}
"""
PATIENCE_S = 2.0
# How long one does without a server that did not answer.
AWAY_S = 10.0


class ValkeyShelf:
    """States by endpoint at ``url``. Nothing is connected before the first change."""

    def __init__(self, url: str, *, lease_s: float = LEASE_S) -> None:
        self.url = url
        self.lease_s = lease_s
        self._own = OwnShelf()
        self._turn = threading.Lock()  # threads of one process need not fight by the server
        self._away_until = 0.0
        self._last: dict[str, bytes] = {}  # by place, as it was last seen there
        self._ahead_s = 0.0  # of this process's clock

    @cached_property
    def _server(self) -> Redis:
        from redis import Redis

        return Redis.from_url(
            self.url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S
        )

    @cached_property
    def _scripts(self) -> tuple[Any, Any]:
        return self._server.register_script(READ), self._server.register_script(SWAP)

    def change(self, key: str, step: Callable[[State, float], T]) -> T:
        """One step on one endpoint's state, for all processes; for this one if Valkey is away."""
        from redis import RedisError

        if time.monotonic() >= self._away_until:
            try:
                with self._turn:
                    return self._change(key, step)
            except RedisError as error:
                self._away_until = time.monotonic() + AWAY_S
                log.warning("Limits of endpoints are kept by each process alone: %s", error)
        return self._own.change(key, step)

    def _change(self, key: str, step: Callable[[State, float], T]) -> T:
        place = "reframe:gate:" + hashlib.sha256(key.encode()).hexdigest()[:32]
        read, swap = self._scripts
        if place not in self._last:
            self._last[place] = self._heard(read(keys=[place]))[1]
        while True:
            stored = self._last[place]
            state = _state(stored)
            result = step(state, time.monotonic() + self._ahead_s)
            changed = orjson.dumps(state.as_record())
            is_there, found = self._heard(swap(keys=[place], args=[stored, changed]))
            self._last[place] = changed if is_there else found
            if is_there:
                return result

    def _heard(self, reply: Any) -> tuple[bool, bytes]:
        """Whether the new record is there, and else what is; sets the clock."""
        seconds, micros, is_there, found = reply
        self._ahead_s = int(seconds) + int(micros) / 1e6 - time.monotonic()
        return bool(is_there), found


def _state(stored: bytes) -> State:
    """What another version left there, or nobody, counts as nothing known."""
    if not stored:
        return State()
    try:
        return State.from_record(orjson.loads(stored))
    except (ValueError, KeyError, TypeError):
        return State()
