"""Exporters: one file here adds one format in which a frozen version can be written.

An exporter gets an `ExportJob` (the frozen samples streamed in order, a folder on disk, pictures
on demand) and writes files into the folder; what it returns is counted. Checksums, manifest, card,
archive, storage and progress come by themselves. The same version and options must give the same
bytes: no clock, no randomness, no row id. Importing the file is cheap.
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
        description="The answer is the box, then why; off: the box alone.",
    )  # fmt: skip


@dataclass(frozen=True)
class ExportJob:
    """What an exporter works with. ``picture`` gives the file name (relative, by content hash) of a
    sample's picture, written once; ``tick`` keeps the job alive and may raise to stop it."""

    version: DatasetVersion
    options: Options
    folder: Path
    samples: Callable[[str, str], Iterator[Sample]]
    picture: Callable[[Sample], str]
    tick: Callable[[], None]


class Exporter(ABC):
    """The contract; see the page above."""

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str] = ""
    options_model: ClassVar[type[Options]] = Options

    @abstractmethod
    def write(self, job: ExportJob) -> dict[str, int]:
        """Write the files; rows by file name."""


registry: Registry[Exporter] = Registry(__name__, Exporter)  # type: ignore[type-abstract]
