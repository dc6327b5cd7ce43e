"""The work pages and their keys, one for each item type."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.keys import KeyPage
from annotation.item_types import registry


def work_pages() -> Iterable[KeyPage]:
    """The page of every item type, once where types share one; a file in ``item_types`` adds one."""
    pages = {
        kind.script: KeyPage(kind.script, kind.title, kind.keys, kind.shared_keys)
        for kind in registry
    }
    return pages.values()
