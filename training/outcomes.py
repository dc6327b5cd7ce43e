"""How an attempt can end: exit codes of the trainer, and the reason in words for each."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from shutil import disk_usage
from typing import Literal

from core.errors import ReframeError

# Below this a failed write is the disk's fault, whatever words the library found for it.
_NO_SPACE = 1 << 20


class ExitCode(IntEnum):
    """The trainer's exit codes; a negative one seen by an engine is the signal that ended it."""

    FINISHED = 0
    CRASHED = 1
    REFUSED = 2
    STOPPED = 3
    OUT_OF_MEMORY = 4
    DIVERGED = 5
    DISK_FULL = 6


@dataclass(frozen=True, slots=True)
class Outcome:
    """``state`` is what the run's row becomes; ``reason`` is a sentence for the researcher."""

    state: Literal["finished", "stopped", "failed"]
    exit_code: ExitCode
    reason: str
    field: str = ""


class DivergedError(ReframeError):
    """The loss is no longer a number: the weights are spoilt."""

    code = "diverged"


def outcome_of(error: BaseException, output: Path) -> Outcome:
    """What went wrong, in words. ``output`` is looked at to tell a full disk."""
    if isinstance(error, DivergedError):
        return Outcome("failed", ExitCode.DIVERGED, error.message)
    if isinstance(error, ReframeError):
        return Outcome("failed", ExitCode.REFUSED, str(error), error.field)
    if _is_out_of_memory(error):
        return Outcome("failed", ExitCode.OUT_OF_MEMORY, _MEMORY.format(_first_line(error)))
    if _is_disk_full(error, output):
        return Outcome("failed", ExitCode.DISK_FULL, _DISK.format(output))
    said = f"{type(error).__name__}: {_first_line(error)}"
    return Outcome("failed", ExitCode.CRASHED, f"The trainer stopped on an error. {said}")


_MEMORY = (
    "The memory was not enough. Use a smaller batch (with more accumulation), a smaller pixel "
    "budget, or gradient checkpointing. ({})"
)
_DISK = "The disk that holds {} is full. Free some space or keep fewer checkpoints, then resume."


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [""])[0][:300]


def _is_out_of_memory(error: BaseException) -> bool:
    # torch is not imported here, so its error is known by its name.
    names = {cls.__name__ for cls in type(error).__mro__}
    said = str(error)
    return bool(names & {"MemoryError", "OutOfMemoryError"}) or "can't allocate memory" in said


def _is_disk_full(error: BaseException, output: Path) -> bool:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return True
    if "No space left" in str(error):
        return True
    # torch's zip writer and safetensors wrap the system's error in their own.
    wraps = isinstance(error, RuntimeError | OSError) or type(error).__name__ == "SafetensorError"
    return wraps and output.exists() and disk_usage(output).free < _NO_SPACE
