"""What is costly to make and never changed, made once for all processes of a test run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
# In a process of its own: torch stays out of the test's.
BUILD = "import sys; from inference.models.tiny import build_tiny_model; build_tiny_model(*sys.argv[1:])"

Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """``once(name, make)``: the folder ``name`` that ``make`` has filled; others wait for it."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], None]) -> Path:
        folder, is_made = root / name, root / f"{name}.made"
        with FileLock(root / f"{name}.lock"):
            if not is_made.exists():
                make(folder)
                is_made.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def tiny_folder(once: Once) -> Path:
    """The smallest real model, random; to be read or copied only."""
    return once("tiny", lambda folder: _build(folder, "smoke"))


@pytest.fixture(scope="session")
def learner_folder(once: Once) -> Path:
    """The smallest model that can learn, random; to be read or copied only."""
    return once("learner", lambda folder: _build(folder, "learner"))


def _build(folder: Path, preset: str) -> None:
    told = [str(folder), "idefics3", preset]
    subprocess.run([sys.executable, "-c", BUILD, *told], cwd=ROOT, check=True, capture_output=True)
