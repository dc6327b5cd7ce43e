"""Wrong specs and settings are refused in words, naming the field, before anything starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from core.errors import InvalidInput
from tests.training.making import make_spec
from training.checkpoints import seal
from training.drawn import Sizes, write_export
from training.preflight import check_spec
from training.spec import RunSpec, read_spec, write_spec


@pytest.fixture
def spec(tmp_path: Path) -> RunSpec:
    """A spec in order, on a folder that only looks like a model."""
    write_export(tmp_path / "data", Sizes(6, 2, 6, 2))
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    save_file({"w": np.zeros(1, np.float32)}, tmp_path / "model" / "model.safetensors")
    return make_spec(tmp_path, base_model=tmp_path / "model", data=tmp_path / "data")


def change(spec: RunSpec, **changes: Any) -> RunSpec:
    return RunSpec.model_validate(spec.model_dump() | changes)


def test_a_spec_in_order_passes_and_comes_back_from_its_file(spec: RunSpec) -> None:
    checked = check_spec(spec)
    assert len(checked.train_rows) == 6
    assert checked.pictures.image_side == 64
    assert read_spec(write_spec(spec)) == spec


def test_the_hash_is_of_what_decides_the_outcome(spec: RunSpec, tmp_path: Path) -> None:
    again = change(spec, attempt=2, resume=True, output=tmp_path / "elsewhere")
    assert again.sha256() == spec.sha256()
    assert change(spec, config={"seed": 1}).sha256() != spec.sha256()


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"learning_rate": 5}, "learning_rate"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"lora_rank": 0}, "lora_rank"),
        ({"tuning": "some"}, "tuning"),
        ({"lora_targets": "("}, "lora_targets"),
        ({"learning_speed": 1}, "learning_speed"),
    ],
)
def test_a_wrong_setting_is_named(spec: RunSpec, config: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput, match=field) as caught:
        check_spec(change(spec, config=config))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recipe": "crop_magic"}, ""),
        ({"recipe_version": 99}, "recipe_version"),
        ({"base_model": "/nowhere"}, "base_model"),
        ({"start_from": "/nowhere"}, "start_from"),
        ({"data": "/nowhere"}, "data"),
        ({"recipe": "crop_dpo"}, "start_from"),
    ],
)
def test_a_wrong_part_is_named(spec: RunSpec, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_spec(change(spec, **changes))
    assert caught.value.field == field


def test_a_model_with_code_of_its_own_is_refused(spec: RunSpec) -> None:
    (spec.base_model / "config.json").write_text('{"auto_map": {"AutoModel": "evil.Model"}}')
    with pytest.raises(InvalidInput, match="own code"):
        check_spec(spec)


def test_too_few_rows_are_counted_out(spec: RunSpec, tmp_path: Path) -> None:
    write_export(tmp_path / "few", Sizes(3, 0, 0, 0))
    with pytest.raises(InvalidInput, match=r"3 rows to train on; .* at least 4"):
        check_spec(change(spec, data=tmp_path / "few"))


def test_a_start_that_changed_is_refused(spec: RunSpec, tmp_path: Path) -> None:
    start = tmp_path / "start"
    start.mkdir()
    (start / "weights").write_bytes(b"12345")
    seal(start, {})
    check_spec(change(spec, start_from=start))
    (start / "weights").write_bytes(b"123")
    with pytest.raises(InvalidInput, match="lost files or they have changed"):
        check_spec(change(spec, start_from=start))


def test_a_spec_file_is_checked_as_it_is_read(spec: RunSpec, tmp_path: Path) -> None:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps({"run": "x"}))
    with pytest.raises(InvalidInput, match="recipe"):
        read_spec(path)
    path.write_text("{")
    with pytest.raises(InvalidInput, match="Invalid JSON"):
        read_spec(path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_spec(tmp_path / "none.json")
