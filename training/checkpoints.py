"""Complete or not there: a folder of weights counts only once it is sealed.

``reframe.json`` is written last, atomically, and lists every other file with size and sha256. A
folder without it, or whose files differ from it, is never resumed from, promoted or evaluated.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from core.errors import InvalidInput
from training.files import write_atomically

SEAL = "reframe.json"
_NAME = re.compile(r"checkpoint-(\d+)")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A sealed folder and the step (from 1) after which it was written."""

    path: Path
    step: int


@dataclass(frozen=True, slots=True)
class Seal:
    """``digest`` is the sha256 over names and sha256 of all files; ``size`` their bytes together."""

    digest: str
    size: int


def seal(folder: Path, facts: Mapping[str, Any]) -> Seal:
    """Hash and sync every file below ``folder``, then write the seal with ``facts`` beside them."""
    (folder / SEAL).unlink(missing_ok=True)
    files = {str(path.relative_to(folder)): _measure(path) for path in _files(folder)}
    listed = "".join(f"{told['sha256']}  {name}\n" for name, told in files.items())
    sealed = Seal(
        hashlib.sha256(listed.encode()).hexdigest(), sum(told["bytes"] for told in files.values())
    )
    content = {**facts, "digest": sealed.digest, "bytes": sealed.size, "files": files}
    write_atomically(folder / SEAL, orjson.dumps(content, option=orjson.OPT_INDENT_2))
    return sealed


def read_seal(folder: Path) -> dict[str, Any]:
    """The facts and files. Raises `InvalidInput` when the folder is not sealed."""
    try:
        found = orjson.loads((folder / SEAL).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise InvalidInput(
            f"{folder} is not a complete checkpoint: it has no readable {SEAL}. "
            "Choose one that the run lists.",
            field="start_from",
        ) from error
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        raise InvalidInput(f"{folder / SEAL} is not a list of files.", field="start_from")
    return found


def is_complete(folder: Path, *, deep: bool = False) -> bool:
    """Sealed, and all files there at their size; ``deep`` also compares their sha256."""
    try:
        files = read_seal(folder)["files"]
    except InvalidInput:
        return False
    return all(_matches(folder / name, told, deep=deep) for name, told in files.items())


def is_adapter(folder: Path | None) -> bool:
    """Whether the folder holds a LoRA adapter and not a whole model."""
    return folder is not None and (folder / "adapter_config.json").is_file()


def adapter_base(folder: Path) -> Path:
    """The folder of the model that a sealed adapter was trained on."""
    base = Path(str(read_seal(folder).get("base_model", "")))
    if not (base / "config.json").is_file():
        raise InvalidInput(
            f"The adapter {folder} was trained on {base}, which is no longer there.",
            field="start_from",
        )
    return base


def list_complete(folder: Path) -> list[Checkpoint]:
    """The complete ``checkpoint-N`` folders below ``folder``, oldest first."""
    return [found for found in _numbered(folder) if is_complete(found.path)]


def last_complete(folder: Path) -> Checkpoint | None:
    """The newest checkpoint whose every byte is as sealed."""
    for found in reversed(list_complete(folder)):
        if is_complete(found.path, deep=True):
            return found
    return None


def prune(folder: Path, *, keep: int) -> list[Checkpoint]:
    """Delete all but the newest ``keep`` complete checkpoints; returns what was deleted."""
    surplus = list_complete(folder)[: -max(keep, 1)]
    for old in surplus:
        discard(old.path)
    return surplus


def discard_incomplete(folder: Path) -> list[Path]:
    """Delete what a kill left half-written; returns what was deleted."""
    torn = [found.path for found in _numbered(folder) if not is_complete(found.path)]
    for path in torn:
        discard(path)
    return torn


def discard(folder: Path) -> None:
    """Delete a folder; its seal goes first, so that half of it is never taken for whole."""
    (folder / SEAL).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _numbered(folder: Path) -> list[Checkpoint]:
    if not folder.is_dir():
        return []
    named = [(path, _NAME.fullmatch(path.name)) for path in folder.iterdir() if path.is_dir()]
    found = [Checkpoint(path, int(match[1])) for path, match in named if match]
    return sorted(found, key=lambda checkpoint: checkpoint.step)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != SEAL)


def _measure(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        return {"bytes": os.fstat(file.fileno()).st_size, "sha256": digest}


def _matches(path: Path, told: Mapping[str, Any], *, deep: bool) -> bool:
    try:
        if path.stat().st_size != told["bytes"]:
            return False
        if not deep:
            return True
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == str(told["sha256"])
    except OSError:
        return False
