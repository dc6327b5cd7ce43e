"""Exporters: one file here adds one format in which a frozen version can be written.

An exporter gets an `ExportJob` (the frozen samples streamed in order, a folder on disk, pictures
on demand) and writes files into the folder; what it returns is counted. Checksums, manifest, card,
credits, archive, storage and progress come by themselves. The same version and options must give
the same bytes: no clock, no randomness, no row id. Nothing held may grow with the rows. Importing
the file is cheap: libraries that are heavy are imported inside functions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from core.registry import Registry
from curation.models import DatasetVersion, Sample


class Options(BaseModel):
    """What every format lets one choose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    image_side: int = Field(
        default=1024, ge=64, le=4096, title="Longest side of the pictures, pixels",
        description="Pictures are scaled down, never up.",
    )  # fmt: skip
    with_rationale: bool = Field(
        default=False, title="Rationale after the box",
        description="On: the answer is the box, then why. Off: the box alone.",
    )  # fmt: skip


@dataclass(frozen=True)
class ExportJob:
    """What an exporter works with.

    ``samples(kind, split)`` streams rows in order, those of one photo together. ``picture(sample)``
    writes the sample's picture once, under its content hash, and gives its name relative to
    ``folder``; ``picture_bytes(sample)`` gives the same JPEG to be put inside a file. ``view`` and
    ``view_bytes`` are the same for the photo at another side, 0 for all its pixels. ``tick`` says
    that another row is done, and may raise to stop.
    """

    version: DatasetVersion
    options: Options
    folder: Path
    samples: Callable[[str, str], Iterator[Sample]]
    picture: Callable[[Sample], str]
    picture_bytes: Callable[[Sample], bytes]
    view: Callable[[Sample, int], str]
    view_bytes: Callable[[Sample, int], bytes]
    tick: Callable[[], None]


class Exporter(ABC):
    """The contract; see the page above. ``card_note`` goes into the dataset card (Markdown)."""

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str] = ""
    card_note: ClassVar[str] = ""
    options_model: ClassVar[type[Options]] = Options

    @abstractmethod
    def write(self, job: ExportJob) -> dict[str, int]:
        """Write the files; rows by file name. A kind and split without samples gets no file."""


registry: Registry[Exporter] = Registry(__name__, Exporter)  # type: ignore[type-abstract]
