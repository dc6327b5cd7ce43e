"""The kinds of notice, and when each goes out by mail. Every app declares its own in ``<app>/kinds.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import InvalidInput, Misconfigured

NOW, DAILY, OFF = "now", "daily", "off"
WHEN = {NOW: "at once", DAILY: "once a day", OFF: "never"}


@dataclass(frozen=True)
class NoticeKind:
    """``mail`` is when it is mailed to somebody who has chosen nothing; the site always shows it."""

    name: str
    title: str
    mail: str


NOTICE_KINDS: dict[str, NoticeKind] = {}


def notice_kind(name: str, title: str, *, mail: str = OFF) -> NoticeKind:
    """Declare a kind of notice, once."""
    if name in NOTICE_KINDS or mail not in WHEN:
        raise Misconfigured(f"The kind of notice {name!r} is declared twice, or mailed at no time.")
    NOTICE_KINDS[name] = NoticeKind(name, title, mail)
    return NOTICE_KINDS[name]


def parse_choices(given: Any) -> dict[str, str]:
    """When each kind is mailed, by its name; `InvalidInput` names what is wrong."""
    if not isinstance(given, dict):
        raise InvalidInput("Notices are an object of kind and time of mail.", field="notices")
    for name, when in given.items():
        if name not in NOTICE_KINDS:
            words = f"There is no kind of notice {str(name)[:60]!r}."
            raise InvalidInput(words, field="notices")
        if not isinstance(when, str) or when not in WHEN:
            raise InvalidInput(f"A notice is mailed {', '.join(WHEN)}.", field="notices")
    return {name: when for name, when in given.items() if when != NOTICE_KINDS[name].mail}


def known_choices(stored: Any) -> dict[str, str]:
    """What is stored, without kinds and times that we no longer know."""
    if not isinstance(stored, dict):
        return {}
    return {n: when for n, when in stored.items() if n in NOTICE_KINDS and when in list(WHEN)}
