"""Importers: one file here adds one format of annotations that can be read.

How to add one: a file ``curation/importers/NAME.py`` with one subclass of `Importer`. Set ``name``
(stable, stored with imports), ``title`` and ``description`` (shown), ``files`` (which files it wants,
in words) and ``endings``; say in ``entries`` where one entry of a file ends and the next begins
(`json_entries`, `text_lines`), and in ``record`` what one entry says of one photo. Page, API, command,
job, progress, resuming, errors by line, raters, attaching to photos and the contract tests come by
themselves.

Rules: ``record`` raises `InvalidInput` in words for what it cannot read, and returns None for what it
leaves out knowingly (``left_out`` counts what of a photo it left out). Boxes are pixels of the source's photo, made by ``measures.boxes.conversions``
only. The same files and options give the same records in the same order: a killed import goes on by
counting them. Nothing held may grow with the file but small tables by photo. ``example`` is a small
file set for the contract tests and the manual. Importing the file is cheap.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import ClassVar

from core.errors import InvalidInput, TooLarge
from core.registry import Registry
from curation.importers._options import Absent, Edges, Options
from curation.importers._records import (
    Record,
    RecordBox,
    RecordElement,
    RecordPair,
    RecordQuestion,
    RecordRating,
    Size,
    listed,
    photo_size,
)
from curation.importers._streams import Entry, json_entries, parsed, text_lines


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line of one file; line 0 means the file as a whole."""

    file: str
    line: int
    about: str
    message: str


class Files:
    """The files of an import by the name they came under; bytes lie on this machine's disk."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = dict(sorted(paths.items()))

    def __len__(self) -> int:
        return len(self._paths)

    def names(self, *endings: str) -> list[str]:
        """Names that end so, sorted; all of them without an ending."""
        return [name for name in self._paths if not endings or name.lower().endswith(endings)]

    def named(self, *names: str) -> list[str]:
        """Files whose bare name is one of these, in the order of ``names``."""
        bare = {name: PurePosixPath(name).name for name in self._paths}
        return [path for wanted in names for path, last in bare.items() if last == wanted]

    @contextmanager
    def open(self, name: str) -> Iterator[BufferedReader]:
        """The file's bytes."""
        with self._paths[name].open("rb") as stream:
            yield stream

    def path(self, name: str) -> Path:
        """Where the file lies on this machine."""
        return self._paths[name]


class Importer(ABC):
    """The contract; see the page above."""

    do_not_call_in_templates = True  # pages list the classes
    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str] = ""
    files: ClassVar[str] = ""
    endings: ClassVar[tuple[str, ...]] = (".json",)
    options_model: ClassVar[type[Options]] = Options
    # False where a source lists ratings by position, which tells nothing about who gave them.
    raters_are_people: ClassVar[bool] = True
    # Whether several entries may speak of one photo; else the second is refused as a duplicate.
    photos_repeat: ClassVar[bool] = False
    example: ClassVar[Mapping[str, str]] = {}
    # Options other than the defaults that the example needs.
    example_options: ClassVar[Mapping[str, object]] = {}

    def __init__(self, files: Files, options: Options) -> None:
        self.given = files
        self.options = options
        # How much ``record`` left out knowingly; shown with the import.
        self.left_out = 0

    @abstractmethod
    def entries(self) -> Iterator[Entry]:
        """Every entry of every file, streamed, in an order that is always the same."""

    @abstractmethod
    def record(self, entry: Entry) -> Record | None:
        """What the entry says, or None when it is left out knowingly."""

    def records(self) -> Iterator[Record | Fault]:
        """Every record, and a fault in the place of each entry that cannot be read."""
        entries = self.entries()
        while True:
            try:
                entry = next(entries, None)
            except (InvalidInput, TooLarge) as error:
                # The file is broken from here on: what follows cannot be told apart.
                yield Fault(error.field, error.line or 0, "", error.message)
                return
            if entry is None:
                return
            yield from self._read(entry)

    def _read(self, entry: Entry) -> Iterator[Record | Fault]:
        try:
            record = self.record(entry)
        except InvalidInput as error:
            line = entry.line if error.line is None else error.line
            yield Fault(entry.file, line, entry.key[:255], error.message)
            return
        if record is not None:
            record.line, record.file = record.line or entry.line, record.file or entry.file
            yield record

    def read_json(self, name: str, *, inside: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Entries of a JSON file; see `json_entries`."""
        with self.given.open(name) as stream, _in_file(name):
            seen: set[str] = set()
            for line, key, raw in json_entries(stream, inside=inside):
                if key and key not in inside and key in seen:
                    words = f"{key[:80]!r} stands in the file twice."
                    raise InvalidInput(words, line=line, code="duplicate")
                seen.add(key)
                yield Entry(name, line, key, parsed(raw, line))

    def read_lines(self, name: str, *, keep_empty: bool = False) -> Iterator[Entry]:
        """Lines of a text file, those that are not empty by default."""
        with self.given.open(name) as stream, _in_file(name):
            for line, text in text_lines(stream):
                if keep_empty or text.strip():
                    yield Entry(name, line, "", text)

    def in_file(self, name: str, entries: Iterator[Entry]) -> Iterator[Entry]:
        """The same entries; what is wrong with the file as a whole is said with its name."""
        with _in_file(name):
            yield from entries

    def side_entries(self, *names: str) -> dict[str, Entry]:
        """The entries of small files beside the main one, by photo; empty when none was sent."""
        return {
            entry.key: entry for name in self.given.named(*names) for entry in self.read_json(name)
        }

    @cached_property
    def sizes(self) -> dict[str, Size]:
        """Sizes of the photos from ``image_sizes.json``, ``{photo: [width, height]}``, if it came."""
        found = {}
        for name in self.given.names("image_sizes.json", "image_sizes_inferred.json"):
            for entry in self.read_json(name):
                with _in_file(name, entry.line):
                    found[entry.key] = photo_size(*listed("The size", entry.value, count=2))
        return found

    @cached_property
    def parts(self) -> dict[str, str]:
        """Which part (train, test) a photo belongs to, from a ``*data_split.json`` if one came."""
        found: dict[str, str] = {}
        names = self.given.names("data_split.json")
        for name in sorted(names, key=lambda each: not each.endswith("original_data_split.json"))[
            :1
        ]:
            for entry in self.read_json(name):
                if not isinstance(entry.value, list):
                    words = "A split file names lists of photos, such as train and test."
                    raise InvalidInput(words, field=name, line=entry.line)
                found |= {str(photo): entry.key[:32] for photo in entry.value}
        return found


@contextmanager
def _in_file(name: str, line: int | None = None) -> Iterator[None]:
    """Errors of a stream know their line, not their file."""
    try:
        yield
    except (InvalidInput, TooLarge) as error:
        error.field = name
        error.line = line if error.line is None else error.line
        raise


registry: Registry[Importer] = Registry(__name__, Importer)  # type: ignore[type-abstract]

__all__ = [
    "Absent",
    "Edges",
    "Entry",
    "Fault",
    "Files",
    "Importer",
    "Options",
    "Record",
    "RecordBox",
    "RecordElement",
    "RecordPair",
    "RecordQuestion",
    "RecordRating",
    "Size",
    "registry",
]
