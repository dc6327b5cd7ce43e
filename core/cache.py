"""What the cache stores, as plain data.

Django pickles cached values: whoever can write to the cache server could then run code in the web
server. Here a value is bytes, a whole number, or JSON; anything else in the cache counts as absent.
"""

from __future__ import annotations

from typing import Any

import orjson

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
