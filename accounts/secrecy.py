"""Secrets that are shown once and stored only as a hash: invitation links, API tokens."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits in letters that are safe in an address and in a header."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """SHA-256 in hex. The secret is random and long, so that a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
