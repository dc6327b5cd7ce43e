"""The command, in a process of its own as people run it: torch stays out of the test's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.plugins.once import ROOT


def build(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "build_tiny_model", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_folder_is_built_once(tmp_path: Path) -> None:
    told = (str(tmp_path / "tiny"), "--family", "qwen2_5_vl", "--preset", "smoke", "--seed", "3")
    done = build(*told)
    assert done.returncode == 0, done.stderr
    assert "qwen2_5_vl, smoke" in done.stdout
    assert (tmp_path / "tiny" / "model.safetensors").is_file()
    refused = build(*told)
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr


def test_an_unknown_family_is_refused(tmp_path: Path) -> None:
    done = build(str(tmp_path / "tiny"), "--family", "giant")
    assert done.returncode != 0
    assert "idefics3" in done.stderr
