"""Archives from outside: opened with limits, read entry by entry, never unpacked by name.

An entry's name is only shown. What a bomb needs (many entries, many bytes, a high ratio, links,
archives in archives) is refused before anything is taken.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from catalog.services.archives.entry import MAX_ENTRIES, Archive, Entry
from catalog.services.archives.tar import TarArchive, tar_stream
from catalog.services.archives.zip import ZipArchive
from core.errors import InvalidInput

__all__ = ["MAX_ENTRIES", "Archive", "Entry", "check_archive", "open_archive"]

NOT_AN_ARCHIVE = "This is neither a zip nor a tar file. Send .zip, .tar, .tar.gz or .tar.xz."


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """A zip or tar by its content; `InvalidInput` or `TooLarge` when its limits do not hold."""
    with path.open("rb") as stream:
        yield _opened(stream)


def check_archive(stream: IO[bytes]) -> None:
    """Refuse at the door what is no archive or lists too much; reads only a zip's directory or
    a tar's first header."""
    if zipfile.is_zipfile(stream):
        ZipArchive(stream)
    elif tar_stream(stream) is None:
        raise InvalidInput(NOT_AN_ARCHIVE, field="file", code="not_an_archive")
    stream.seek(0)


def _opened(stream: IO[bytes]) -> Archive:
    if zipfile.is_zipfile(stream):
        return ZipArchive(stream)
    content = tar_stream(stream)
    if content is None:
        raise InvalidInput(NOT_AN_ARCHIVE, field="file", code="not_an_archive")
    return TarArchive(content)
