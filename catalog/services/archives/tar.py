"""Tar files, plain or compressed; read forwards in bounded steps."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, cast

from django.conf import settings

from catalog.services.archives.entry import (
    MAX_GROWTH,
    Entry,
    check_count,
    check_total,
    is_skipped,
    name_problem,
    size_problem,
)
from core.errors import InvalidInput, TooLarge

BROKEN = "The tar file is broken: not all of it can be read."
_PACKERS: dict[bytes, Callable[[IO[bytes]], object]] = {
    b"\x1f\x8b": lambda stream: gzip.GzipFile(fileobj=stream),
    b"BZ": bz2.BZ2File,
    b"\xfd7": lzma.LZMAFile,
}
_UNREADABLE = (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError, ValueError)
# A tar's own long headers are read at once; real ones are a few kilobytes.
_MAX_READ = 4 * 1024 * 1024


class _Bounded(io.RawIOBase):
    """The unpacked bytes; asking for too many at once, or too far in, is refused."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._limit = 2 * MAX_GROWTH * settings.MAX_ARCHIVE_BYTES

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _MAX_READ:
            raise TooLarge("The tar file asks for too much memory.", field="file")
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence != 0 or offset > self._limit:
            raise TooLarge("The tar file unpacks to too much.", field="file")
        return self._stream.seek(offset)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def tar_stream(stream: IO[bytes]) -> IO[bytes] | None:
    """The unpacked tar if ``stream`` holds one by its first header, else None."""
    stream.seek(0)
    packer = _PACKERS.get(stream.read(2))
    stream.seek(0)
    unpacked = cast("IO[bytes]", packer(stream)) if packer else stream
    try:
        head = unpacked.read(512)
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
        unpacked.seek(0)
    except _UNREADABLE:
        return None
    return unpacked


class TarArchive:
    """One pass counts and weighs all entries; a second one gives them out."""

    def __init__(self, unpacked: IO[bytes]) -> None:
        self._bounded = cast("IO[bytes]", _Bounded(unpacked))
        total = 0
        for count, member in enumerate(self._members(), start=1):
            check_count(count)
            total += member.size
            check_total(total)

    def entries(self) -> Iterator[Entry]:
        """Every file, in the order of the archive."""
        with self._opened() as tar:
            for place, member in enumerate(self._walk(tar)):
                if member.isdir() or is_skipped(member.name):
                    continue
                opener = partial(_open, tar, member)
                yield Entry(place, member.name, member.size, _refusal(member), opener)

    def _members(self) -> Iterator[tarfile.TarInfo]:
        with self._opened() as tar:
            yield from self._walk(tar)

    def _opened(self) -> tarfile.TarFile:
        self._bounded.seek(0)
        try:
            return tarfile.open(fileobj=self._bounded, mode="r:")
        except _UNREADABLE as error:
            raise InvalidInput(BROKEN, field="file", code="broken_archive") from error

    def _walk(self, tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
        try:
            while (member := tar.next()) is not None:
                tar.members = []  # type: ignore[attr-defined]  # else all entries stay in memory
                yield member
        except _UNREADABLE as error:
            raise InvalidInput(BROKEN, field="file", code="broken_archive") from error


def _refusal(member: tarfile.TarInfo) -> str:
    if not member.isreg():
        return "It is a link or a device, not a file."
    return name_problem(member.name) or size_problem(member.size, 0)


def _open(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    if content is None:
        raise InvalidInput("It is a link or a device, not a file.")
    return content
