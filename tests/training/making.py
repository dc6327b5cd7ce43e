"""Specs, models and waiting, for the tests of training."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from inference.prompts import render
from training.engines import Ref, Status
from training.engines.local import Local
from training.events import Event, tail
from training.recipes import registry
from training.spec import RunSpec, write_spec

# Few, quick steps on a handful of rows; all weights, as tiny models train.
QUICK: dict[str, Any] = {
    "tuning": "full", "max_steps": 6, "batch_size": 4, "accumulation": 1, "warmup_steps": 2,
    "learning_rate": 1e-3, "log_every": 1, "save_every": 2, "eval_every": 0, "samples": 1,
}  # fmt: skip


# What the parrot says, in percent.
PARROT = "[10,20,90,80]"


def make_spec(folder: Path, *, recipe: str = "crop_sft", run: str = "run", **told: Any) -> RunSpec:
    """A run below ``folder``; ``config`` is laid over the quick one."""
    config = QUICK | told.pop("config", {})
    return RunSpec(
        run=run,
        recipe=recipe,
        recipe_version=registry.get(recipe).version,
        config=config,
        output=folder / "runs" / run,
        **told,
    )


def write_parrot_export(drawn: Path, folder: Path) -> None:
    """The drawn rows, all with the prompt of drafting and the same answer."""
    shutil.copytree(drawn / "images", folder / "images")
    prompt = [{"role": "user", "content": render("crop.best").text}]
    answer = [{"role": "assistant", "content": PARROT}]
    drawn_lines = (drawn / "sft_crop-train.jsonl").read_bytes().splitlines()
    rows = [orjson.loads(line) for line in drawn_lines]
    lines = [orjson.dumps(row | {"prompt": prompt, "completion": answer}) for row in rows]
    (folder / "sft_crop-train.jsonl").write_bytes(b"\n".join(lines))


def events_of(spec: RunSpec) -> list[Event]:
    return tail(spec.events_path, 0, limit=1 << 30)[0]


def metrics_of(spec: RunSpec, name: str, *, attempt: int | None = None) -> dict[int, float]:
    """The figure by step."""
    return {
        event.data["step"]: event.data["values"][name]
        for event in events_of(spec)
        if event.type == "metric"
        and name in event.data["values"]
        and attempt in (None, event.attempt)
    }


def wait_until(is_so: Callable[[], bool], *, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def submit(spec: RunSpec) -> Ref:
    return Local().submit(write_spec(spec), spec.key)


def finish(spec: RunSpec) -> Status:
    """Runs it to its end, whatever that is."""
    ref = submit(spec)
    wait_until(lambda: Local().status(ref).is_over)
    return Local().status(ref)


def wait_for_step(spec: RunSpec, step: int) -> None:
    """Until the trainer has logged this step."""
    wait_until(lambda: step in metrics_of(spec, "loss"))


def again(spec: RunSpec) -> RunSpec:
    """The next attempt of the same run."""
    return spec.model_copy(update={"attempt": spec.attempt + 1, "resume": True})


def last_state(spec: RunSpec) -> dict[str, Any]:
    return dict([event.data for event in events_of(spec) if event.type == "state"][-1])
