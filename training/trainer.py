"""The process that trains: ``python -m training.trainer --spec spec.json [--dry-run]``.

It knows its spec and nothing else: no Django, no database, no credentials. It writes
``events.jsonl``, ``heartbeat``, sealed checkpoints and ``final/`` into the run's folder, and looks
for the file ``stop`` after every step. SIGTERM means the same as ``stop``: checkpoint after the
running step, then exit.

Exit codes (`training.outcomes.ExitCode`): 0 finished, 1 crashed, 2 refused (spec, data or
settings), 3 stopped on request, 4 out of memory, 5 loss no longer a number, 6 disk full. The last
``state`` event of the attempt says the same with the reason in words; under torchrun, which has
exit codes of its own, that event is what counts.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

import orjson

from core.errors import ReframeError
from training.events import EventLog
from training.heartbeat import Heartbeat
from training.outcomes import ExitCode, Outcome, outcome_of
from training.preflight import Checked, check_spec
from training.recipes import Job, Result, config_fields, registry
from training.recipes.fitting.loading import load_libraries
from training.spec import RunSpec, read_spec

# Nothing is ever fetched while training, and workers of the data loader fork after the tokenizer.
_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "warning",
    "OMP_NUM_THREADS": "1",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    told = _parser().parse_args(arguments)
    if told.recipes:
        _print(_manual())
        return ExitCode.FINISHED
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    try:
        spec = read_spec(told.spec)
        return _dry_run(spec) if told.dry_run else _run(spec)
    except ReframeError as error:
        return _refuse(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="training.trainer", description=__doc__.split("\n")[0])
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--spec", type=Path, help="the run's spec.json")
    asked.add_argument("--recipes", action="store_true", help="print all recipes and settings")
    parser.add_argument(
        "--dry-run", action="store_true",
        help="build everything, take two steps on a few rows, print what was found",
    )  # fmt: skip
    return parser


def _manual() -> dict[str, Any]:
    return {
        recipe.name: {
            "title": recipe.title,
            "summary": recipe.summary,
            "settings": [asdict(each) for each in config_fields(recipe.config_class)],
        }
        for recipe in registry
    }


def _run(spec: RunSpec) -> int:
    spec.output.mkdir(parents=True, exist_ok=True)
    if int(os.environ.get("RANK", "0")) > 0:
        return _follow(spec)
    with (
        EventLog(spec.events_path, attempt=spec.attempt) as events,
        Heartbeat(spec.heartbeat_path) as heartbeat,
        Attempt(spec, events, heartbeat) as attempt,
    ):
        attempt.finish(_train(spec, check_spec(spec), events, heartbeat))
    return attempt.exit_code


def _follow(spec: RunSpec) -> int:
    """Every process but the first: trains along, says nothing."""
    with tempfile.TemporaryDirectory() as folder, Heartbeat(Path(folder) / "heartbeat") as silent:
        _train(spec, check_spec(spec), None, silent)
    return ExitCode.FINISHED


def _train(
    spec: RunSpec, checked: Checked, events: EventLog | None, heartbeat: Heartbeat
) -> Result:
    heartbeat.say(phase="loading")
    load_libraries()
    job = Job(
        spec=spec,
        config=checked.config,
        train_rows=checked.train_rows,
        validation_rows=checked.validation_rows,
        events=events,
        heartbeat=heartbeat,
        should_stop=stop_watch(spec),
        box_format=checked.pictures.box_format,
        image_side=checked.pictures.image_side,
    )
    return checked.recipe().train(job)


def _dry_run(spec: RunSpec) -> int:
    from training.recipes.fitting.trial import dry_config

    checked = check_spec(spec, is_dry=True)
    load_libraries()
    with tempfile.TemporaryDirectory(prefix="dry-run-") as folder:
        output = Path(folder)
        dry = spec.model_copy(update={"output": output, "resume": False})
        with Heartbeat(output / "heartbeat") as heartbeat:
            job = Job(
                spec=dry,
                config=dry_config(checked.config, len(checked.train_rows)),
                train_rows=checked.train_rows,
                validation_rows=None,
                events=None,
                heartbeat=heartbeat,
                should_stop=lambda: False,
                box_format=checked.pictures.box_format,
                image_side=checked.pictures.image_side,
                is_dry=True,
            )
            result = checked.recipe().train(job)
    _print({"ok": True, "report": result.report})
    return ExitCode.FINISHED


def stop_watch(spec: RunSpec) -> Callable[[], bool]:
    """A question to ask after each step: has ``stop`` been written for this attempt, or SIGTERM
    come? An empty ``stop`` (made by hand) is for whoever finds it."""
    told = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        told.set()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, on_signal)
    return lambda: told.is_set() or _is_asked_to_stop(spec)


def _is_asked_to_stop(spec: RunSpec) -> bool:
    try:
        content = spec.stop_path.read_bytes()
    except FileNotFoundError:
        return False
    try:
        return not content.strip() or orjson.loads(content).get("key") == spec.key
    except (orjson.JSONDecodeError, AttributeError):
        return True


class Attempt:
    """Writes the first and the last word of an attempt, however it ends."""

    def __init__(self, spec: RunSpec, events: EventLog, heartbeat: Heartbeat) -> None:
        self.spec = spec
        self.events = events
        self.heartbeat = heartbeat
        self.exit_code: int = ExitCode.CRASHED

    def __enter__(self) -> Self:
        self.events.emit("state", state="loading", recipe=self.spec.recipe, pid=os.getpid())
        return self

    def finish(self, result: Result) -> None:
        if result.is_finished:
            outcome = Outcome("finished", ExitCode.FINISHED, f"Finished at step {result.step}.")
        else:
            words = f"Stopped on request after step {result.step}; it can be resumed."
            outcome = Outcome("stopped", ExitCode.STOPPED, words)
        self._close(outcome, step=result.step)

    def _close(self, outcome: Outcome, **data: Any) -> None:
        # torchrun takes any other code for a failure and would restart or complain.
        is_alone = "TORCHELASTIC_RUN_ID" not in os.environ
        calm = outcome.state == "stopped" and not is_alone
        self.exit_code = ExitCode.FINISHED if calm else outcome.exit_code
        self.heartbeat.say(phase=outcome.state)
        self.events.emit("state", **asdict(replace(outcome)), **data)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if error is None:
            return False
        outcome = outcome_of(error, self.spec.output)
        self.exit_code = outcome.exit_code
        _say(outcome.reason)
        if not isinstance(error, ReframeError):
            sys.excepthook(type(error), error, trace)
        try:
            self._close(outcome)
        except OSError as full:
            _say(f"The last event could not be written: {full}.")
        return isinstance(error, Exception)


def _refuse(error: ReframeError) -> int:
    _say(str(error))
    _print({"ok": False, "field": error.field, "message": str(error)})
    return outcome_of(error, Path.cwd()).exit_code


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _print(found: Any) -> None:
    sys.stdout.write(orjson.dumps(found).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
