"""The engine of this machine, with the real trainer: starts once, is found again, leaves nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import numpy as np
import psutil
import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings
from safetensors.numpy import save_file

from core.errors import InvalidInput
from tests.training.making import (
    events_of,
    finish,
    last_state,
    metrics_of,
    submit,
    wait_for_step,
    wait_until,
)
from training.engines import Engine, Ref, registry
from training.engines.local import Local, end_all
from training.outcomes import ExitCode
from training.spec import RunSpec, write_spec

Make = Callable[..., RunSpec]
ENDLESS = {"max_steps": 1_000_000, "save_every": 1_000_000, "log_every": 1, "samples": 0}


@pytest.fixture
def endless(make: Make, request: pytest.FixtureRequest) -> Iterator[RunSpec]:
    """A run that only an order ends."""
    spec = make(run=request.node.name[:80], config=ENDLESS)
    yield spec
    end_all(spec.output, grace_s=0)


def processes_of(spec: RunSpec) -> list[psutil.Process]:
    """All that carry the run's folder in their command line."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(spec.output) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def trainer_of(spec: RunSpec) -> psutil.Process:
    """As soon as it is there; it then still loads for some seconds."""
    wait_until(lambda: len(processes_of(spec)) == 2)
    return next(each for each in processes_of(spec) if "_guard.py" not in " ".join(each.cmdline()))


def test_every_engine_is_listed_and_cheap_to_make() -> None:
    assert "local" in registry
    assert all(isinstance(engine(), Engine) for engine in registry)


def test_many_submits_of_one_key_start_one_trainer(endless: RunSpec) -> None:
    path = write_spec(endless)
    with ThreadPoolExecutor(6) as pool:
        refs = list(pool.map(lambda _: Local().submit(path, endless.key), range(6)))
    assert all(ref == refs[0] for ref in refs)
    wait_for_step(endless, 1)
    assert len(processes_of(endless)) == 2  # the guard and the trainer
    assert [event.data["state"] for event in events_of(endless) if event.type == "state"] == [
        "loading", "training",
    ]  # fmt: skip
    Local().kill(refs[0])


def test_kill_leaves_no_process_and_notes_how_it_ended(endless: RunSpec) -> None:
    ref = submit(endless)
    wait_for_step(endless, 1)
    assert Local().status(ref).phase == "running"
    Local().kill(ref)
    assert processes_of(endless) == []
    assert Local().status(ref).exit_code == -signal.SIGKILL
    Local().kill(ref)  # a second time there is nothing to do


def test_a_trainer_that_outlives_its_guard_is_found_and_ended(endless: RunSpec) -> None:
    ref = submit(endless)
    trainer_of(endless)
    os.kill(ref["pid"], signal.SIGKILL)
    wait_until(lambda: not psutil.pid_exists(ref["pid"]) or len(processes_of(endless)) == 1)
    assert Local().status(ref).phase == "running"
    Local().kill(ref)
    assert processes_of(endless) == []
    assert Local().status(ref).phase == "lost"


def test_the_next_attempt_ends_what_the_last_one_left(endless: RunSpec) -> None:
    ref = submit(endless)
    orphan = trainer_of(endless)
    os.kill(ref["pid"], signal.SIGKILL)
    second = endless.model_copy(update={"attempt": 2})
    ref = submit(second)
    wait_until(lambda: not orphan.is_running())
    Local().kill(ref)


def test_the_grace_of_a_stop_is_kept_by_the_guard(endless: RunSpec) -> None:
    ref = submit(endless)
    trainer_of(endless).suspend()  # it hangs: no step will ever end
    Local().signal(ref, "stop", grace_s=0.5)
    wait_until(lambda: Local().status(ref).is_over)
    assert Local().status(ref).exit_code == -signal.SIGKILL


def test_shutting_down_saves_every_run(endless: RunSpec, settings: Settings) -> None:
    settings.RUNS_DIR = endless.output.parent
    ref = submit(endless)
    wait_for_step(endless, 1)
    call_command("end_runs", grace=60.0, stdout=(said := StringIO()))
    assert "Ended 1 running" in said.getvalue()
    assert Local().status(ref).exit_code == ExitCode.STOPPED
    assert last_state(endless)["state"] == "stopped"
    assert processes_of(endless) == []


def test_the_trainer_gets_no_credentials(endless: RunSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://ada:secret@db/reframe")
    monkeypatch.setenv("HF_TOKEN", "secret")
    ref = submit(endless)
    seen = trainer_of(endless).environ()
    Local().kill(ref)
    assert not {"DATABASE_URL", "SECRET_KEY", "HF_TOKEN", "DJANGO_SETTINGS_MODULE"} & set(seen)
    assert seen["CUDA_VISIBLE_DEVICES"] == ""


def test_a_refused_spec_ends_with_its_code_and_its_log(make: Make) -> None:
    spec = make(run="refused", config={"tuning": "guess"})
    assert finish(spec).exit_code == ExitCode.REFUSED
    ref = submit(spec)
    chunk = Local().logs(ref)
    assert "tuning" in chunk.text
    assert Local().logs(ref, chunk.offset).text == ""
    assert last_state(spec)["field"] == "tuning"


def test_nothing_is_there_when_the_machine_has_restarted(make: Make) -> None:
    spec = make(run="restarted")
    spec.output.mkdir(parents=True)
    ref: Ref = {
        "engine": "local", "key": spec.key, "pid": os.getpid(), "boot": "another", "ticks": 1,
        "started": 1.0, "folder": str(spec.output),
    }  # fmt: skip
    assert Local().status(ref).phase == "lost"
    Local().kill(ref)  # never the process that has the number today


def test_a_dry_run_that_crashes_says_so(make: Make, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "unheard-of"}')
    save_file({"w": np.zeros(1, np.float32)}, tmp_path / "model.safetensors")
    with pytest.raises(InvalidInput, match="dry run failed"):
        Local().prepare(write_spec(make(run="crash", base_model=tmp_path)))


@pytest.mark.slow
def test_two_processes_train_as_one(make: Make) -> None:
    spec = make(run="two", processes=2, config={"max_steps": 4, "eval_every": 2})
    status = finish(spec)
    assert status.exit_code == ExitCode.FINISHED, spec.log_path.read_text()[-3000:]
    assert list(metrics_of(spec, "loss")) == [1, 2, 3, 4]
    # 48 tokens in each of the 4 rows on both processes
    assert metrics_of(spec, "num_tokens")[1] == pytest.approx(2 * 4 * 48, rel=0.2)
