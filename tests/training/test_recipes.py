"""The contract of recipes, over the registry; and that DPO's reference is the model it starts from."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import InvalidInput
from tests.plugins.once import ROOT
from tests.training.making import events_of, finish, metrics_of
from training.checkpoints import read_seal, seal
from training.preflight import check_spec
from training.recipes import ConfigField, Recipe, config_fields, registry
from training.spec import RunSpec, write_spec

Make = Callable[..., RunSpec]
NAMES = registry.names()


@pytest.fixture(scope="module")
def adapter(train_once: Make) -> RunSpec:
    """A LoRA adapter trained for six steps on the tiny model."""
    return train_once("adapter", config={"tuning": "lora"})


def test_importing_the_recipes_loads_no_torch() -> None:
    code = "import sys, training.recipes as r; list(r.registry); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_can_be_asked_for(name: str) -> None:
    recipe = registry.get(name)
    fields = config_fields(recipe.config_class)
    assert recipe.title
    assert recipe.summary
    assert all(field.title and field.help and field.group for field in fields)
    assert all(_is_bounded(field) for field in fields if field.kind in {"integer", "number"})


def _is_bounded(field: ConfigField) -> bool:
    return field.minimum is not None and field.maximum is not None


@pytest.mark.parametrize("name", NAMES)
def test_the_defaults_are_allowed_and_strings_of_a_form_are_read(name: str) -> None:
    recipe: type[Recipe] = registry.get(name)
    config: Any = recipe.parse_config(
        {"lora_rank": "16", "lora_alpha": "32", "learning_rate": "1e-4"}
    )
    assert (config.lora_rank, config.lora_alpha, config.learning_rate) == (16, 32, 1e-4)


def test_the_defaults_are_the_papers() -> None:
    sft: Any = registry.get("crop_sft").parse_config({})
    dpo: Any = registry.get("crop_dpo").parse_config({})
    assert (sft.tuning, sft.lora_rank, sft.lora_alpha, sft.learning_rate) == ("lora", 16, 32, 1e-4)
    assert (dpo.learning_rate, dpo.beta) == (1e-5, 0.2)
    grpo: Any = registry.get("region_grpo").parse_config({})
    assert (grpo.learning_rate, grpo.max_grad_norm, grpo.beta) == (5e-6, 0.1, 0.01)
    assert (grpo.group, grpo.temperature, grpo.batch_size * grpo.accumulation) == (6, 0.8, 16)
    assert grpo.weights() == {"well_formed": 1.0, "answer_likelihood": 1.0}


# Of recipes that learn by rewards: few and short answers.
FEW = {"group": 2, "max_tokens": 8}
# All in one process: loading the libraries takes longer than a dry run.
DRY = "import sys; from training.trainer import main; sys.exit(any([main(['--spec', each, '--dry-run']) for each in sys.argv[1:]]))"


@pytest.fixture(scope="module")
def dry(make: Make, whole: RunSpec) -> dict[str, tuple[RunSpec, dict[str, Any]]]:
    """The spec and the report of every recipe's dry run."""
    specs = {
        name: make(
            run=f"dry-{name}", recipe=name, start_from=whole.final_path,
            config=FEW if registry.get(name).reads.startswith("rl_") else {},
        )
        for name in NAMES
    }  # fmt: skip
    command = [sys.executable, "-c", DRY, *(str(write_spec(spec)) for spec in specs.values())]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    reports = [json.loads(line)["report"] for line in done.stdout.splitlines()]
    return {name: (specs[name], told) for name, told in zip(NAMES, reports, strict=True)}


@pytest.mark.parametrize("name", NAMES)
def test_the_dry_run_of_every_recipe(
    name: str, dry: dict[str, tuple[RunSpec, dict[str, Any]]]
) -> None:
    spec, report = dry[name]
    assert report["rows"] == 20
    assert report["image_tokens_min"] > 0
    assert report["tokens_max"] > report["image_tokens_max"]
    assert report["tensors"] > 20
    assert [path.name for path in spec.output.iterdir()] == ["spec.json"]


def check_reference(spec: RunSpec, words: str) -> None:
    """Before the first update the model and its reference say the same, so no reward differs."""
    assert metrics_of(spec, "rewards/chosen")[1] == pytest.approx(0, abs=1e-4)
    assert metrics_of(spec, "rewards/rejected")[1] == pytest.approx(0, abs=1e-4)
    assert metrics_of(spec, "rewards/margins")[6] > 0
    assert any(words in event.data.get("text", "") for event in events_of(spec))
    assert 0 in metrics_of(spec, "eval_preference_accuracy")


def test_dpo_on_all_weights_is_held_to_the_sft_model(make: Make, whole: RunSpec) -> None:
    spec = make(run="dpo-full", recipe="crop_dpo", start_from=whole.final_path)
    assert finish(spec).exit_code == 0, spec.log_path.read_text()[-2000:]
    check_reference(spec, "frozen copy of the whole model")
    assert read_seal(spec.final_path)["start_from"] == str(whole.final_path)


@pytest.fixture(scope="module")
def preferring(train_once: Make, adapter: RunSpec) -> RunSpec:
    """Six steps of DPO on the adapter."""
    told = {"recipe": "crop_dpo", "start_from": adapter.final_path}
    return train_once("dpo-lora", config={"tuning": "lora"}, **told)


def test_dpo_goes_on_with_the_sft_adapter(preferring: RunSpec) -> None:
    check_reference(preferring, "frozen copy of the adapter")
    told = read_seal(preferring.final_path)
    assert told["is_adapter"]
    assert told["base_model"] == str(preferring.base_model)
    assert not [name for name in told["files"] if name.startswith("ref")]


def test_dpo_on_all_weights_can_start_from_an_adapter(make: Make, adapter: RunSpec) -> None:
    spec = make(run="dpo-merged", recipe="crop_dpo", start_from=adapter.final_path)
    assert finish(spec).exit_code == 0, spec.log_path.read_text()[-2000:]
    check_reference(spec, "frozen copy of the whole model")
    assert not read_seal(spec.final_path)["is_adapter"]


def test_a_resumed_adapter_keeps_its_weights_and_its_reference(preferring: RunSpec) -> None:
    spec = preferring.model_copy(
        update={"output": preferring.output.with_name("dpo-cut"), "attempt": 2, "resume": True}
    )
    name = "checkpoints/checkpoint-4"
    shutil.copytree(preferring.output / name, spec.output / name)
    assert finish(spec).exit_code == 0
    for figure in ("loss", "rewards/margins", "logps/chosen"):
        resumed, wanted = metrics_of(spec, figure), metrics_of(preferring, figure)
        assert resumed == pytest.approx({step: wanted[step] for step in (5, 6)}, abs=1e-4)


def test_rewards_go_on_with_the_adapter_and_are_told(make: Make, adapter: RunSpec) -> None:
    config = {**FEW, "tuning": "lora", "max_steps": 2, "batch_size": 2}
    told = {"recipe": "region_grpo", "start_from": adapter.final_path}
    spec = make(run="rewarded", config=config, **told)
    assert finish(spec).exit_code == 0, spec.log_path.read_text()[-2000:]
    # Held to the adapter it starts from, so that nothing is between them before the first update.
    assert metrics_of(spec, "kl")[1] == pytest.approx(0, abs=1e-4)
    assert -200 < metrics_of(spec, "rewards/answer_likelihood/mean")[2] < 0
    assert 0 <= metrics_of(spec, "eval_rewards/well_formed/mean")[2] <= 1
    assert read_seal(spec.final_path)["is_adapter"]
    sample = [event.data for event in events_of(spec) if event.type == "sample"][-1]
    assert sample["wanted"].startswith("[") and sample["wanted"].endswith(("left", "right"))


def test_an_adapter_whose_base_is_gone_is_refused(adapter: RunSpec, tmp_path: Path) -> None:
    start = shutil.copytree(adapter.final_path, tmp_path / "start")
    told = read_seal(start)
    seal(start, told | {"base_model": str(tmp_path / "gone")})
    spec = adapter.model_copy(update={"start_from": start})
    with pytest.raises(InvalidInput, match="no longer there"):
        check_spec(spec)
