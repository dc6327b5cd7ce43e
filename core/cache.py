"""What the cache stores, as plain data, and how it is reached.

Django pickles cached values: whoever can write to the cache server could then run code in the web
server. Here a value is bytes, a whole number, or JSON; anything else in the cache counts as absent.
"""

from __future__ import annotations

from typing import Any

import orjson
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

_BYTES, _JSON = b"b", b"j"


class PlainSerializer:
    """The two calls that Django's Redis cache asks for."""

    def dumps(self, value: Any) -> bytes | int:
        """``TypeError`` for what is neither bytes nor JSON. Numbers stay countable by the server."""
        if type(value) is int:
            return value
        return _BYTES + value if isinstance(value, bytes) else _JSON + orjson.dumps(value)

    def loads(self, stored: bytes) -> Any:
        """The value, or None for what another version or somebody else put there."""
        kind, rest = stored[:1], stored[1:]
        if kind == _BYTES:
            return rest
        try:
            return orjson.loads(rest) if kind == _JSON else int(stored)
        except ValueError:
            return None


class SteadyClient(RedisCacheClient):
    """Keeps its clients: Django makes one for every word it says, at half its cost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The client that is meant for reading or for writing."""
        index = 0 if write else 1
        if index not in self._kept:
            self._kept[index] = super().get_client(key, write=write)
        return self._kept[index]


class SteadyRedisCache(RedisCache):
    """Django's Redis cache over a `SteadyClient`."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = SteadyClient
