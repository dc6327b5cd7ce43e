"""The kinds of job. Each app declares its own in ``<app>/kinds.py``; `workers` holds the handlers."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import Misconfigured


@dataclass(frozen=True)
class Kind:
    """``queue`` is default, drafts or gpu; ``lease_s`` how long a silent worker keeps the job."""

    name: str
    title: str
    queue: str = "default"
    lease_s: int = 60
    max_attempts: int = 3


KINDS: dict[str, Kind] = {}


def kind(
    name: str, title: str, *, queue: str = "default", lease_s: int = 60, max_attempts: int = 3
) -> Kind:
    """Declare a kind of job, once."""
    if name in KINDS:
        raise Misconfigured(f"The job kind {name!r} is declared twice.")
    KINDS[name] = Kind(name, title, queue, lease_s, max_attempts)
    return KINDS[name]
