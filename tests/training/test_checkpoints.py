"""A checkpoint counts only when whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InvalidInput
from training.checkpoints import (
    discard_incomplete,
    is_complete,
    last_complete,
    list_complete,
    prune,
    read_seal,
    seal,
)


def make(folder: Path, step: int, *, sealed: bool = True) -> Path:
    path = folder / f"checkpoint-{step}"
    (path / "deep").mkdir(parents=True)
    (path / "weights").write_bytes(bytes([step]) * 100)
    (path / "deep" / "state").write_bytes(b"state")
    if sealed:
        seal(path, {"step": step})
    return path


def test_the_seal_lists_every_file(tmp_path: Path) -> None:
    path = make(tmp_path, 3)
    told = read_seal(path)
    assert set(told["files"]) == {"weights", "deep/state"}
    assert told["bytes"] == 105
    assert is_complete(path, deep=True)


def test_equal_content_has_an_equal_digest(tmp_path: Path) -> None:
    first, second = make(tmp_path / "a", 3), make(tmp_path / "b", 3)
    assert read_seal(first)["digest"] == read_seal(second)["digest"]
    assert read_seal(make(tmp_path, 4))["digest"] != read_seal(first)["digest"]


def test_a_folder_without_seal_or_with_other_files_is_not_complete(tmp_path: Path) -> None:
    assert not is_complete(make(tmp_path, 1, sealed=False))
    shorter, missing = make(tmp_path, 2), make(tmp_path, 3)
    (shorter / "weights").write_bytes(b"half")
    (missing / "deep" / "state").unlink()
    assert not is_complete(shorter)
    assert not is_complete(missing)
    with pytest.raises(InvalidInput, match="not a complete checkpoint"):
        read_seal(tmp_path / "nowhere")


def test_the_newest_whole_one_is_resumed_from(tmp_path: Path) -> None:
    make(tmp_path, 9)
    changed = make(tmp_path, 10)
    make(tmp_path, 11, sealed=False)
    (changed / "weights").write_bytes(bytes(100))  # right size, wrong bytes
    found = last_complete(tmp_path)
    assert found is not None
    assert found.step == 9


def test_torn_folders_are_cleared_away(tmp_path: Path) -> None:
    whole, torn = make(tmp_path, 2), make(tmp_path, 4, sealed=False)
    (tmp_path / "checkpoint-x").mkdir()
    assert discard_incomplete(tmp_path) == [torn]
    assert whole.exists()
    assert not torn.exists()


def test_old_ones_are_pruned_but_never_all(tmp_path: Path) -> None:
    for step in (2, 10, 100):
        make(tmp_path, step)
    assert [old.step for old in prune(tmp_path, keep=2)] == [2]
    assert [old.step for old in prune(tmp_path, keep=0)] == [10]
    assert [left.step for left in list_complete(tmp_path)] == [100]
    assert prune(tmp_path / "nowhere", keep=1) == []
