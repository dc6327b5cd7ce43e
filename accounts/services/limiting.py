"""How often something may be asked for, counted in the cache."""

from __future__ import annotations

from django.core.cache import cache

from accounts.secrecy import hash_of


def is_too_often(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one more; whether it is more than ``most`` since the first of these ``seconds``."""
    place = f"limit:{what}:{hash_of(who)}"
    for _ in range(2):
        cache.add(place, 0, seconds)
        try:
            return int(cache.incr(place)) > most
        except ValueError:  # it ended between the two calls
            continue
    return False
