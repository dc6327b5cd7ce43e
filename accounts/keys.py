"""The registry of keys: which acts of the work pages have which key, and which keys stay as they are.

Some acts are on every work page, some on several (`SHARED`); the others belong to one page. Rooms to
the left say which pages there are (`add_pages`), so that a new kind of page brings its own keys. The
`?` sheet, the form of one's own keys and the check for collisions all draw on this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

# Digits score and arrows move; Escape and Tab leave. They cannot be given to another act.
NAMED = ("Enter", "Space", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown")


@dataclass(frozen=True, slots=True)
class KeyAct:
    """Something a key does. ``also``: further keys that do the same and stay; ``with_shift``: the
    same key with Shift does more, so its own key cannot be a sign that Shift changes."""

    name: str
    key: str
    words: str
    also: tuple[str, ...] = ()
    with_shift: bool = False


@dataclass(frozen=True, slots=True)
class KeyPage:
    """A kind of work page. ``acts`` are its own; ``shared`` names the shared ones that it has."""

    name: str
    title: str
    acts: tuple[KeyAct, ...] = ()
    shared: tuple[str, ...] = ()

    def full_name(self, act: KeyAct) -> str:
        """The act's name among all pages."""
        return f"{self.name}.{act.name}"


EVERYWHERE = (
    KeyAct("submit", "Enter", "send the answer"),
    KeyAct("skip", "s", "skip"),
    KeyAct("flag", "f", "flag for the lead"),
    KeyAct("comment", ";", "comment for the lead, without a flag"),
    KeyAct("guidelines", "g", "guidelines"),
    KeyAct("undo", "u", "undo the last answer"),
    KeyAct("surround", "b", "surround of the photo"),
    KeyAct("loupe", "h", "loupe, while it is held"),
    KeyAct("help", "?", "all keys"),
)
SHARED = (
    KeyAct("edit", "e", "edit"),
    KeyAct("again", "r", "draft again"),
    KeyAct("crop", "c", "crop tool, new frame"),
    KeyAct("overlay", "o", "next overlay", with_shift=True),
    KeyAct("zoom", "z", "zoom to 100 %, with Shift the whole photo", with_shift=True),
    KeyAct("facts", "i", "facts of the photo"),
    KeyAct("cannot_judge", "-", "cannot judge"),
)
_sources: list[Callable[[], Iterable[KeyPage]]] = []


def add_pages(source: Callable[[], Iterable[KeyPage]]) -> None:
    """Tell of more work pages; the source is asked when the pages are needed."""
    if source not in _sources:
        _sources.append(source)


def key_pages() -> list[KeyPage]:
    """Every kind of work page there is."""
    return [page for source in _sources for page in source()]


def acts_of(page: KeyPage) -> dict[str, KeyAct]:
    """All acts of a page by their full names."""
    shared = {act.name: act for act in (*EVERYWHERE, *SHARED)}
    common = [act.name for act in EVERYWHERE] + list(page.shared)
    return {name: shared[name] for name in common} | {page.full_name(a): a for a in page.acts}


def all_acts() -> dict[str, KeyAct]:
    """Every act by its full name."""
    found = {act.name: act for act in (*EVERYWHERE, *SHARED)}
    for page in key_pages():
        found |= acts_of(page)
    return found
