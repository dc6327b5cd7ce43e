"""Zip files. The directory is counted before Python's reader builds an object for every entry."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import IO

from catalog.services.archives.entry import (
    MAX_ENTRIES,
    Entry,
    check_count,
    check_total,
    is_skipped,
    name_problem,
    size_problem,
)
from core.errors import InvalidInput

BROKEN = "The zip file is broken: its directory cannot be read."
_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_HEADER = b"PK\x01\x02"
_MAX_COMMENT = 65_535
_ENCRYPTED = 0x1


class ZipArchive:
    """Limits are checked when it is opened; see `catalog.services.archives`."""

    def __init__(self, stream: IO[bytes]) -> None:
        check_count(count_entries(stream, limit=MAX_ENTRIES))
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise InvalidInput(BROKEN, field="file", code="broken_archive") from error
        check_total(sum(info.file_size for info in self._zip.infolist()))

    def entries(self) -> Iterator[Entry]:
        """Every file, in the order of the directory."""
        for place, info in enumerate(self._zip.infolist()):
            if info.is_dir() or is_skipped(info.filename):
                continue
            refusal = _refusal(info)
            yield Entry(place, info.filename, info.file_size, refusal, partial(self._open, info))

    def _open(self, info: zipfile.ZipInfo) -> IO[bytes]:
        try:
            return self._zip.open(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise InvalidInput("Its entry in the archive is broken.") from error


def _refusal(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        return "It is a link or a device, not a file."
    if info.flag_bits & _ENCRYPTED:
        return "It is locked with a password."
    return name_problem(info.orig_filename) or size_problem(info.file_size, info.compress_size)


def count_entries(stream: IO[bytes], *, limit: int) -> int:
    """How many headers the directory really holds, counted up to one above ``limit``.

    The number that the file itself states is not believed.
    """
    start, size = _directory(stream)
    stream.seek(start)
    end, count = start + size, 0
    at = start
    while at + 46 <= end and count <= limit:
        stream.seek(at)
        head = stream.read(46)
        if len(head) < 46 or not head.startswith(_HEADER):
            break
        at += 46 + sum(struct.unpack("<3H", head[28:34]))
        count += 1
    return count


def _directory(stream: IO[bytes]) -> tuple[int, int]:
    """Where the central directory starts and its size in bytes."""
    length = stream.seek(0, 2)
    tail_at = max(0, length - _MAX_COMMENT - 22)
    stream.seek(tail_at)
    tail = stream.read()
    found = tail.rfind(_END)
    if found < 0 or len(tail) < found + 22:
        raise InvalidInput(BROKEN, field="file", code="broken_archive")
    end_at = tail_at + found
    size = struct.unpack("<I", tail[found + 12 : found + 16])[0]
    if size == 0xFFFFFFFF or tail[max(0, found - 20) : found].startswith(_LOCATOR):
        end_at, size = _directory64(stream, end_at, size)
    if size > end_at:
        raise InvalidInput(BROKEN, field="file", code="broken_archive")
    return end_at - size, size


def _directory64(stream: IO[bytes], end_at: int, size: int) -> tuple[int, int]:
    # As Python's reader does: the 64-bit record stands right before its locator.
    at = end_at - 20 - 56
    if at < 0:
        return end_at, size
    stream.seek(at)
    record = stream.read(56)
    if not record.startswith(_END64):
        return end_at, size
    return at, int(struct.unpack("<Q", record[40:48])[0])
