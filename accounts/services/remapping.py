"""One's own keys: checked against the registry, so that no key does two things on any page."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from accounts.keys import NAMED, KeyAct, KeyPage, acts_of, all_acts, key_pages
from core.errors import InvalidInput

Own = Mapping[str, str]
_UNKNOWN = "There is no act {!r} that a key could be given to."
_NO_KEY = "A key is one visible sign and not a digit, or one of {}."


def parse_keys(given: Any) -> dict[str, str]:
    """Act to key, only what differs from the default; `InvalidInput` names what is wrong."""
    if not isinstance(given, dict):
        raise InvalidInput("Keys are an object of acts and keys.", field="keys")
    acts = all_acts()
    unknown = sorted(str(name) for name in given if name not in acts)
    if unknown:
        raise InvalidInput(_UNKNOWN.format(unknown[0][:60]), field="keys")
    own = {name: parse_key(acts[name], key) for name, key in given.items()}
    own = {name: key for name, key in own.items() if key != acts[name].key}
    clashes = collisions(own)
    if clashes:
        raise InvalidInput(next(iter(clashes.values())), field="keys")
    return own


def known_keys(stored: Any) -> dict[str, str]:
    """What is stored, less what this version does not know or would refuse."""
    acts = all_acts()
    own: dict[str, str] = {}
    for name, key in stored.items() if isinstance(stored, dict) else ():
        with suppress(InvalidInput):
            own |= {name: parse_key(acts[name], key)} if name in acts else {}
    while clashes := collisions(own):
        del own[next(iter(clashes))]
    return own


def collisions(own: Own) -> dict[str, str]:
    """Act to words, for every act whose key does something else on the same page."""
    found: dict[str, str] = {}
    for page in key_pages() or [KeyPage("", "the work pages")]:
        found |= {n: w for n, w in _collisions_on(page, own).items() if n not in found}
    return found


def own_keys(own: Own, page_name: str) -> dict[str, str]:
    """Default key to own key, of one page, as its script takes them."""
    page = next((p for p in key_pages() if p.name == page_name), KeyPage("", ""))
    return {
        _as_event(act.key): _as_event(own[name])
        for name, act in acts_of(page).items()
        if name in own
    }


def _collisions_on(page: KeyPage, own: Own) -> dict[str, str]:
    holders: dict[str, list[str]] = {}
    acts = acts_of(page)
    for name, act in acts.items():
        for key in {own.get(name, act.key), *act.also}:
            holders.setdefault(key, []).append(name)
    found: dict[str, str] = {}
    for key, names in holders.items():
        # A default that clashes with a default would be our fault; only own keys are told of.
        if len(names) > 1 and any(name in own for name in names):
            first, second = (acts[name].words for name in names[:2])
            where = f" on {page.title}" if page.title else ""
            words = f"The key {shown_key(key)} would do two things{where}: {first}, and {second}."
            found |= dict.fromkeys((n for n in names if n in own), words)
    return found


def shown_key(key: str) -> str:
    """The key as people read it."""
    return key.upper() if len(key) == 1 else key


def parse_key(act: KeyAct, key: Any) -> str:
    """The key as it is stored, if this act may have it at all; collisions are another matter."""
    if not isinstance(key, str):
        raise InvalidInput(_NO_KEY.format(", ".join(NAMED)), field="keys")
    typed = "Space" if key == " " else str(key)
    if typed == act.key or typed in NAMED:
        return typed
    # Digits score; they cannot be given away.
    if len(typed) != 1 or not typed.isprintable() or typed.isspace() or typed.isdigit():
        raise InvalidInput(_NO_KEY.format(", ".join(NAMED)), field="keys")
    if act.with_shift and not typed.isalpha():
        raise InvalidInput(f"“{act.words}” needs a letter: with Shift it does more.", field="keys")
    return typed.lower()


def _as_event(key: str) -> str:
    return " " if key == "Space" else key
