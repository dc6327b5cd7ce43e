"""Reading files of any size in little memory: entries of a JSON file, lines of a text file.

One entry or line is held at a time and none may be longer than `MAX_ENTRY`, so that a line of ten
gigabytes is refused after some megabytes were read. Wrong encoding and what is no JSON are
refused with the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import IO, Any

import orjson

from core.errors import InvalidInput, TooLarge

MAX_ENTRY = 16 * 1024 * 1024
CHUNK = 256 * 1024
_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_MARK = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["{}\[\]]', re.DOTALL)
_SCALAR = re.compile(rb"[^,\]}\s]+")
_CLOSES = {b"{": b"}", b"[": b"]"}
NOT_UTF8 = "The file is not in UTF-8 here. Save it as UTF-8 and send it again."


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a file: ``key`` where it stands in an object, ``value`` as JSON gives it, or the
    `InvalidInput` that says why it cannot be read: the entries after it still can."""

    file: str
    line: int
    key: str
    value: Any


def text_lines(stream: IO[bytes]) -> Iterator[tuple[int, str]]:
    """(line number from 1, text without its end), none longer than `MAX_ENTRY` bytes."""
    number = 0
    while line := stream.readline(MAX_ENTRY + 1):
        number += 1
        if len(line) > MAX_ENTRY:
            raise _too_long(number)
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise InvalidInput(NOT_UTF8, line=number, code="encoding") from None
        yield number, text.rstrip("\r\n")


def json_value(raw: bytes, line: int) -> Any:
    """One JSON value; NaN, infinities and broken text are no JSON."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if "utf-8" in str(error).lower() or "surrogate" in str(error).lower():
            raise InvalidInput(NOT_UTF8, line=line, code="encoding") from None
        if re.search(rb"\b(NaN|Infinity)\b", raw):
            words = "NaN or Infinity stands here, which is no number."
            raise InvalidInput(words, line=line) from None
        raise InvalidInput(f"This cannot be read as JSON: {error}.", line=line) from None


def parsed(raw: bytes, line: int) -> Any:
    """The JSON value, or the error that says why there is none."""
    try:
        return json_value(raw, line)
    except InvalidInput as error:
        return error


def json_entries(
    stream: IO[bytes], *, inside: Set[str] = frozenset()
) -> Iterator[tuple[int, str, bytes]]:
    """(line, key, raw value) of each entry of the object or list that the file holds.

    Lists under the keys named in ``inside`` are entered: their entries come one by one under that
    key. A list's entries have the key "".
    """
    scan = _Scan(stream)
    opening = scan.take_opening()
    if opening == b"{":
        yield from _members(scan, inside)
    else:
        yield from _elements(scan, "")
    if scan.peek():
        raise scan.wrong("Something follows after the end of the JSON")


def _members(scan: _Scan, inside: Set[str]) -> Iterator[tuple[int, str, bytes]]:
    while not scan.took(b"}"):
        key = scan.take_key()
        if key in inside and scan.peek() == b"[":
            scan.take(b"[")
            yield from _elements(scan, key)
        else:
            line, raw = scan.take_value()
            yield line, key, raw
        if not scan.took(b",") and scan.peek() != b"}":
            raise scan.wrong("A comma or } is missing")


def _elements(scan: _Scan, key: str) -> Iterator[tuple[int, str, bytes]]:
    while not scan.took(b"]"):
        line, raw = scan.take_value()
        yield line, key, raw
        if not scan.took(b",") and scan.peek() != b"]":
            raise scan.wrong("A comma or ] is missing")


class _Scan:
    """A window over the file that moves on entry by entry."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._buffer = stream.read(CHUNK)
        self._at = 3 if self._buffer.startswith(b"\xef\xbb\xbf") else 0
        self._line = 1

    def wrong(self, words: str) -> InvalidInput:
        return InvalidInput(f"This cannot be read as JSON: {words}.", line=self._line)

    def peek(self) -> bytes:
        """The next byte that is no space; empty at the end."""
        while True:
            match = _SPACE.match(self._buffer, self._at)
            self._move(match.end() if match else self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def took(self, byte: bytes) -> bool:
        if self.peek() != byte:
            return False
        self._move(self._at + 1)
        return True

    def take(self, byte: bytes) -> None:
        if not self.took(byte):
            raise self.wrong(f"{byte.decode()} is missing")

    def take_opening(self) -> bytes:
        first = self.peek()
        if first not in (b"{", b"["):
            words = "The file must hold a JSON object or list."
            raise InvalidInput(words, line=self._line, code="not_json")
        self._move(self._at + 1)
        return first

    def take_key(self) -> str:
        if self.peek() != b'"':
            raise self.wrong("A name in quotes is missing")
        line = self._line
        key = json_value(self._string(), line)
        self.take(b":")
        return str(key)

    def take_value(self) -> tuple[int, bytes]:
        first, line = self.peek(), self._line
        if first in (b"{", b"["):
            return line, self._nested()
        if first == b'"':
            return line, self._string()
        return line, self._scalar()

    def _string(self) -> bytes:
        while True:
            match = _STRING.match(self._buffer, self._at)
            if match:
                return self._cut(match.end())
            self._need_more("A quote is never closed")

    def _scalar(self) -> bytes:
        while True:
            match = _SCALAR.match(self._buffer, self._at)
            if match is None:
                raise self.wrong("A value is missing")
            if match.end() < len(self._buffer) or not self._more():
                return self._cut(match.end())

    def _nested(self) -> bytes:
        open_ones: list[bytes] = []
        offset = 0  # from where the value begins: the window moves when more is read
        while True:
            for match in _MARK.finditer(self._buffer, self._at + offset):
                mark = match.group()
                if mark == b'"':
                    break  # a string that goes on beyond what was read
                offset = match.end() - self._at
                if mark in _CLOSES:
                    open_ones.append(_CLOSES[mark])
                elif not mark.startswith(b'"'):
                    if mark != open_ones.pop():
                        raise self.wrong("Brackets do not match")
                    if not open_ones:
                        return self._cut(match.end())
            self._need_more("A bracket is never closed")

    def _need_more(self, words: str) -> None:
        if len(self._buffer) - self._at > MAX_ENTRY:
            raise _too_long(self._line)
        if not self._more():
            raise self.wrong(words)

    def _cut(self, end: int) -> bytes:
        raw = self._buffer[self._at : end]
        self._move(end)
        return raw

    def _move(self, end: int) -> None:
        self._line += self._buffer.count(b"\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        # Grows with what is held, so that a long entry is not copied a thousand times.
        chunk = self._stream.read(max(CHUNK, len(self._buffer) - self._at))
        if not chunk:
            return False
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        return True


def _too_long(line: int) -> TooLarge:
    words = f"One entry here is longer than {MAX_ENTRY // 1024**2} MiB; no annotation is."
    return TooLarge(words, line=line, code="entry_too_long")
