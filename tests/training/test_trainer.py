"""The process that trains, run for real on a tiny model: what it leaves, how it stops and resumes."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file, save_file

from tests.plugins.once import ROOT
from tests.training.making import (
    again,
    events_of,
    finish,
    last_state,
    metrics_of,
    submit,
    wait_for_step,
    wait_until,
)
from training.checkpoints import is_complete, list_complete, read_seal
from training.engines.local import Local
from training.heartbeat import read_beat
from training.outcomes import ExitCode
from training.spec import RunSpec, write_spec

Make = Callable[..., RunSpec]


def trainer(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "training.trainer", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_run_tells_what_it_does(whole: RunSpec) -> None:
    events = events_of(whole)
    states = [event.data["state"] for event in events if event.type == "state"]
    assert states == ["loading", "training", "finished"]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert last_state(whole)["exit_code"] == ExitCode.FINISHED
    losses = metrics_of(whole, "loss")
    assert list(losses) == list(range(1, 61))
    assert losses[60] < losses[1]
    assert set(metrics_of(whole, "eval_loss")) == {30, 60}


def test_samples_show_what_the_model_says(whole: RunSpec) -> None:
    samples = [event.data for event in events_of(whole) if event.type == "sample"]
    assert [sample["step"] for sample in samples] == [0, 30, 60]
    assert (whole.data / samples[0]["images"][0]).is_file()
    assert samples[0]["wanted"].startswith("[")


def test_the_heartbeat_ends_at_the_last_step(whole: RunSpec) -> None:
    beat = read_beat(whole.heartbeat_path)
    assert beat is not None
    assert (beat.phase, beat.step, beat.total) == ("finished", 60, 60)


def test_checkpoints_are_sealed_and_old_ones_go(whole: RunSpec) -> None:
    told = [event.data for event in events_of(whole) if event.type == "checkpoint"]
    kept = [each.step for each in list_complete(whole.checkpoints_path)]
    assert kept == [40, 60]
    assert [each["step"] for each in told if each["is_pruned"]] == [20]
    assert told[-1]["is_final"]
    assert told[-1]["digest"] == read_seal(whole.final_path)["digest"]


def test_the_final_folder_is_whole_and_says_where_it_came_from(whole: RunSpec) -> None:
    assert is_complete(whole.final_path, deep=True)
    told = read_seal(whole.final_path)
    names = set(told["files"])
    assert {"model.safetensors", "processor_config.json", "chat_template.jinja"} <= names
    assert not [name for name in names if name.endswith((".bin", ".pt", ".pkl"))]
    assert told["spec_sha256"] == whole.sha256()
    assert (told["recipe"], told["step"], told["is_adapter"]) == ("crop_sft", 60, False)
    assert (told["box_format"], told["image_side"]) == ("percent", 64)


def check_same_as(whole: RunSpec, resumed: RunSpec, *, first: int) -> None:
    """From step ``first`` on this attempt took the very steps of the undisturbed run."""
    losses, wanted = metrics_of(resumed, "loss", attempt=resumed.attempt), metrics_of(whole, "loss")
    assert next(iter(losses)) == first
    assert losses == pytest.approx({step: wanted[step] for step in losses}, rel=1e-4)


def test_a_run_goes_on_where_it_was_stopped_and_from_its_last_whole_checkpoint_when_killed(
    make: Make, whole: RunSpec
) -> None:
    spec = make(run="disturbed", config=dict(whole.config))
    step = stopped_early(spec)
    assert list_complete(spec.checkpoints_path)[-1].step == step < 20
    second = again(spec)
    ref = submit(second)
    wait_for_step(spec, 23)
    Local().kill(ref)
    assert Local().status(ref).exit_code == -signal.SIGKILL
    check_same_as(whole, second, first=step + 1)
    steps = [each.step for each in list_complete(spec.checkpoints_path)]
    torn = spec.checkpoints_path / "checkpoint-59"
    shutil.copytree(spec.checkpoints_path / f"checkpoint-{steps[-1]}", torn)
    (torn / "model.safetensors").write_bytes(b"half")
    third = again(second)
    assert finish(third).exit_code == ExitCode.FINISHED
    check_same_as(whole, third, first=steps[-1] + 1)
    assert read_seal(spec.final_path)["step"] == 60
    assert not torn.exists()


def stopped_early(spec: RunSpec) -> int:
    """Started and asked to stop: the step at which it did."""
    ref = submit(spec)
    wait_for_step(spec, 3)
    Local().signal(ref, "stop", grace_s=60)
    wait_until(lambda: Local().status(ref).is_over)
    assert Local().status(ref).exit_code == ExitCode.STOPPED
    return int(last_state(spec)["step"])


def test_sigterm_saves_and_stops(make: Make) -> None:
    spec = make(run="terminated", config={"max_steps": 5000, "save_every": 5000})
    command = [sys.executable, "-m", "training.trainer", "--spec", str(write_spec(spec))]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        wait_for_step(spec, 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == ExitCode.STOPPED
    assert len(list_complete(spec.checkpoints_path)) == 1
    assert last_state(spec)["state"] == "stopped"


def test_a_folder_with_checkpoints_is_not_trained_over(whole: RunSpec) -> None:
    output = shutil.copytree(whole.output, whole.output.with_name("over"))
    over = whole.model_copy(update={"output": output})
    before = len(events_of(over))
    done = trainer("--spec", str(write_spec(over, output / "again.json")))
    assert done.returncode == ExitCode.REFUSED
    assert "already holds checkpoints" in done.stderr
    assert last_state(over)["field"] == "output"
    assert len(events_of(over)) > before
    assert is_complete(over.final_path)


def test_a_loss_that_is_no_number_ends_the_run(make: Make, lab: Path) -> None:
    spoilt = shutil.copytree(lab / "model", lab / "spoilt")
    weights = load_file(spoilt / "model.safetensors")
    name = next(name for name in weights if "mlp" in name)
    save_file(weights | {name: weights[name] * float("nan")}, spoilt / "model.safetensors")
    spec = make(run="spoilt", base_model=spoilt, config={"samples": 0})
    assert finish(spec).exit_code == ExitCode.DIVERGED
    assert "no longer a number" in last_state(spec)["reason"]
    assert not list_complete(spec.checkpoints_path)


def shell_with_own_mounts(script: str) -> int:
    command = [shutil.which("unshare") or "unshare", "-m", "/bin/sh", "-c", script]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode


def test_a_full_disk_is_named(make: Make, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    spec = make(run="full", config={"samples": 0}).model_copy(update={"output": disk / "run"})
    path = write_spec(spec, tmp_path / "spec.json")
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if shell_with_own_mounts(" ".join(mount)):
        pytest.skip("file systems cannot be mounted here")
    python = f"{sys.executable} -m training.trainer --spec {path}"
    script = (
        f"{' '.join(mount)} && {python}; code=$?; cp {disk}/run/events.jsonl {tmp_path}; exit $code"
    )
    assert shell_with_own_mounts(script) == ExitCode.DISK_FULL
    assert b"is full" in (tmp_path / "events.jsonl").read_bytes()


def test_a_wrong_setting_is_refused_on_both_channels(make: Make) -> None:
    spec = make(run="wrong", config={"learning_rate": 7})
    done = trainer("--spec", str(write_spec(spec)), "--dry-run")
    assert done.returncode == ExitCode.REFUSED
    assert "learning_rate" in done.stderr
    assert json.loads(done.stdout)["field"] == "learning_rate"
    assert [path.name for path in spec.output.iterdir()] == ["spec.json"]


def test_the_manual_lists_every_setting() -> None:
    told: dict[str, Any] = json.loads(trainer("--recipes").stdout)
    settings = {each["name"]: each for each in told["crop_dpo"]["settings"]}
    assert settings["beta"]["default"] == 0.2
    assert settings["scheduler"]["choices"][0] == "cosine"
