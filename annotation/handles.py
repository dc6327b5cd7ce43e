"""What an assignment is called outside the house.

Its id would say when its slot was made: later than its neighbours', if it belongs to a copy, so that
whoever reads their own traffic could tell gold and repeated items. A handle says nothing: it is the
id, enciphered under a key made from ``SECRET_KEY`` (a tag by a keyed hash, and the id masked by a hash
of the tag). One assignment always has the same handle, nobody can make one up, and no row holds it.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

from django.conf import settings

PATTERN = "[0-9a-f]{32}"
_HALF = 8  # bytes


def handle_of(assignment_id: int) -> str:
    """The handle of an assignment."""
    plain = assignment_id.to_bytes(_HALF, "big")
    tag = _hash(plain, b"tag")
    return (tag + _masked(plain, tag)).hex()


def id_of(handle: str) -> int:
    """The assignment's id; `ValueError` for what was never a handle."""
    whole = bytes.fromhex(handle)
    if len(whole) != 2 * _HALF:
        raise ValueError("This names no assignment.")
    tag, rest = whole[:_HALF], whole[_HALF:]
    plain = _masked(rest, tag)
    if _hash(plain, b"tag") != tag:
        raise ValueError("This names no assignment.")
    return int.from_bytes(plain, "big")


class HandleConverter:
    """In addresses: views get the id, `reverse` takes it."""

    regex = PATTERN

    def to_python(self, value: str) -> int:
        """The id; no such address if there is none."""
        return id_of(value)

    def to_url(self, value: int) -> str:
        """The handle."""
        return handle_of(value)


def _masked(half: bytes, tag: bytes) -> bytes:
    mask = int.from_bytes(_hash(tag, b"mask"), "big")
    return (int.from_bytes(half, "big") ^ mask).to_bytes(_HALF, "big")


def _hash(data: bytes, use: bytes) -> bytes:
    return blake2b(data, digest_size=_HALF, key=_key(settings.SECRET_KEY), person=use).digest()


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return blake2b(secret.encode(), digest_size=32, person=b"handles").digest()
