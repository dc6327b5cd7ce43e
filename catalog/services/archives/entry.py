"""What an archive's entry is, which names and sizes are refused, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Protocol

from django.conf import settings

from core.errors import TooLarge

MAX_ENTRIES = 50_000
# All entries together may unpack to this many times the largest archive allowed.
MAX_GROWTH = 4
# Photos hardly compress; what shrinks this much is a bomb.
MAX_RATIO = 200
_SMALL = 1024 * 1024
_SKIPPED = re.compile(r"(^|/)(__MACOSX/|\.[^/]*$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True)
class Entry:
    """One file of an archive. ``refusal`` says why it may not be opened, if it may not."""

    place: int
    name: str
    size: int
    refusal: str
    open: Callable[[], IO[bytes]]


class Archive(Protocol):
    """Entries in the order of the archive; each must be read before the next is asked for."""

    def entries(self) -> Iterator[Entry]:
        """Every file; folders and a system's own hidden files are left out."""
        ...


def is_skipped(name: str) -> bool:
    """Whether the file is a system's own (``__MACOSX``, ``.DS_Store``) and nobody's photo."""
    return bool(_SKIPPED.search(name.replace("\\", "/")))


def name_problem(name: str) -> str:
    """Why a name is refused; empty when it is harmless."""
    path = name.replace("\\", "/")
    if "\x00" in name or not name.strip():
        return "Its name is empty or holds a zero byte."
    if ".." in path.split("/"):
        return "Its name leads out of the archive (..)."
    if path.startswith("/") or _DRIVE.match(path):
        return "Its name is an absolute path."
    return ""


def size_problem(size: int, packed: int) -> str:
    """Why a size is refused; ``packed`` is what it takes in the archive, 0 where not known."""
    if size > settings.MAX_UPLOAD_BYTES:
        return f"It is larger than {settings.MAX_UPLOAD_BYTES // 1024**2} MiB."
    if packed and size > _SMALL and size / packed > MAX_RATIO:
        return f"It is packed more than {MAX_RATIO} times smaller, as no photo is."
    return ""


def check_count(count: int) -> None:
    """`TooLarge` when an archive lists more entries than we read."""
    if count > MAX_ENTRIES:
        words = f"The archive lists more than {MAX_ENTRIES:,} entries. Split it into smaller ones."
        raise TooLarge(words, field="file", code="too_many_entries")


def check_total(size: int) -> None:
    """`TooLarge` when all entries together would unpack to too much."""
    limit = MAX_GROWTH * settings.MAX_ARCHIVE_BYTES
    if size > limit:
        words = f"The archive unpacks to more than {limit / 1024**3:.3g} GiB. Split it."
        raise TooLarge(words, field="file", code="unpacks_too_large")
