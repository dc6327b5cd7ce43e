"""Every ending has its code and its words."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from core.errors import InvalidInput
from training.outcomes import DivergedError, ExitCode, outcome_of


class OutOfMemoryError(RuntimeError):
    """Named like torch's."""


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (DivergedError("At step 3 the loss is no longer a number."), ExitCode.DIVERGED, "step 3"),
        (OutOfMemoryError("CUDA out of memory"), ExitCode.OUT_OF_MEMORY, "smaller batch"),
        (MemoryError(), ExitCode.OUT_OF_MEMORY, "smaller batch"),
        (RuntimeError("[..] can't allocate memory: 8 GB"), ExitCode.OUT_OF_MEMORY, "8 GB"),
        (OSError(errno.ENOSPC, "No space left on device"), ExitCode.DISK_FULL, "is full"),
        (RuntimeError("I/O error: No space left on device"), ExitCode.DISK_FULL, "is full"),
        (KeyError("weight"), ExitCode.CRASHED, "KeyError: 'weight'"),
        (RuntimeError(""), ExitCode.CRASHED, "RuntimeError"),
    ],
)
def test_what_went_wrong_is_said(
    tmp_path: Path, error: Exception, code: ExitCode, words: str
) -> None:
    outcome = outcome_of(error, tmp_path)
    assert outcome.exit_code == code
    assert outcome.state == "failed"
    assert words in outcome.reason


def test_wrong_input_keeps_its_field(tmp_path: Path) -> None:
    outcome = outcome_of(InvalidInput("Line.", field="data", line=4), tmp_path)
    assert (outcome.exit_code, outcome.field) == (ExitCode.REFUSED, "data")
    assert outcome.reason == "Line 4: Line."
