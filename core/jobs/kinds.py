"""The kinds of job. Each app declares its own in ``<app>/kinds.py``; `workers` holds the handlers."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import Misconfigured


@dataclass(frozen=True)
class Kind:
    """``queue`` is default, drafts or gpu; ``lease_s`` how long a silent worker keeps the job;
    ``is_told`` says that its owner need not wait for it and is told when it ends."""

    name: str
    title: str
    queue: str = "default"
    lease_s: int = 60
    max_attempts: int = 3
    is_told: bool = False


KINDS: dict[str, Kind] = {}


def kind(
    name: str,
    title: str,
    *,
    queue: str = "default",
    lease_s: int = 60,
    max_attempts: int = 3,
    is_told: bool = False,
) -> Kind:
    """Declare a kind of job, once."""
    if name in KINDS:
        raise Misconfigured(f"The job kind {name!r} is declared twice.")
    KINDS[name] = Kind(name, title, queue, lease_s, max_attempts, is_told)
    return KINDS[name]
