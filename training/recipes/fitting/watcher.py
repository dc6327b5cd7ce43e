"""Stands beside the training loop: diary, heartbeat, stop flag, sealed checkpoints."""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.checkpoints import prune
from training.outcomes import DivergedError
from training.recipes import Job

if TYPE_CHECKING:
    from transformers import TrainerCallback, TrainerControl, TrainerState


class Watcher:
    """The callback's behaviour; `as_callback` makes it one. All processes run it in step.

    ``finish_folder`` completes, seals and tells of a folder that the trainer has written; ``look``
    is called at the first step and after each evaluation. Both only in the first process.
    """

    def __init__(
        self,
        job: Job,
        *,
        finish_folder: Callable[[Path, int], None],
        look: Callable[[int], None],
    ) -> None:
        self.job = job
        self.finish_folder = finish_folder
        self.look = look
        self.was_stopped = False
        self._began = (0.0, 0)

    def on_train_begin(self, _args: Any, state: TrainerState, _control: Any, **_told: Any) -> None:
        self._began = (time.monotonic(), state.global_step)
        self.job.heartbeat.say(phase="training", step=state.global_step, total=state.max_steps)
        if self.job.events is not None:
            step, total = state.global_step, state.max_steps
            self.job.events.emit("state", state="training", step=step, total=total)
            if step == 0 and not self.job.is_dry:
                self.look(0)

    def on_log(
        self,
        _args: Any,
        state: TrainerState,
        _control: Any,
        logs: Mapping[str, Any] | None = None,
        **_told: Any,
    ) -> None:
        numbers = {key: value for key, value in (logs or {}).items() if _is_number(value)}
        self._refuse_nan(state.global_step, numbers)
        if self.job.events is None or not numbers:
            return
        if "train_runtime" in numbers:
            self.job.log("The steps are done.", **numbers)
            return
        epoch = numbers.pop("epoch", None)
        values = numbers | self._pace(state)
        self.job.events.emit("metric", step=state.global_step, epoch=epoch, values=values)

    def on_step_end(
        self, _args: Any, state: TrainerState, control: TrainerControl, **_told: Any
    ) -> None:
        self.job.heartbeat.say(step=state.global_step, total=state.max_steps)
        if control.should_save:
            control.should_log = True  # so that weights are never saved after a loss unseen
        if state.global_step < state.max_steps and _any_process(self.job.should_stop()):
            self.was_stopped = True
            control.should_training_stop = control.should_save = control.should_log = True

    def on_evaluate(self, _args: Any, state: TrainerState, _control: Any, **_told: Any) -> None:
        if self.job.events is not None:
            self.look(state.global_step)

    def on_save(self, args: Any, state: TrainerState, _control: Any, **_told: Any) -> None:
        _wait_for_all()  # every process writes its own random state into the folder
        if self.job.events is None:
            return
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        self.finish_folder(folder, state.global_step)
        for old in prune(folder.parent, keep=self.job.config.keep_checkpoints):
            path = str(old.path.relative_to(self.job.spec.output))
            self.job.events.emit("checkpoint", step=old.step, path=path, is_pruned=True)

    def _refuse_nan(self, step: int, numbers: Mapping[str, Any]) -> None:
        for name in ("loss", "grad_norm"):
            if not math.isfinite(numbers.get(name, 0.0)):
                raise DivergedError(
                    f"At step {step} the {name.replace('_norm', 'ient')} is no longer a number. "
                    "Lower the learning rate or lengthen the warm-up, and start again.",
                    field="learning_rate",
                )

    def _pace(self, state: TrainerState) -> dict[str, float]:
        began, first = self._began
        per_step = (time.monotonic() - began) / max(1, state.global_step - first)
        return {
            "seconds_per_step": round(per_step, 4),
            "seconds_left": round(per_step * (state.max_steps - state.global_step), 1),
            **_memory(),
        }


def as_callback(watcher: Watcher) -> TrainerCallback:
    """The watcher as transformers wants it."""
    from transformers import TrainerCallback

    told = [name for name in vars(Watcher) if name.startswith("on_")]
    methods = {name: staticmethod(getattr(watcher, name)) for name in told}
    callback: TrainerCallback = type("WatcherCallback", (TrainerCallback,), methods)()
    return callback


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _memory() -> dict[str, float]:
    import torch

    told = {"memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    if torch.cuda.is_available():
        told["gpu_memory_mb"] = torch.cuda.max_memory_allocated() / 2**20
    return {name: round(value) for name, value in told.items()}


def _any_process(mine: bool) -> bool:
    """Whether any process wants it; all of them must leave the loop at the same step."""
    import torch

    if not torch.distributed.is_initialized():
        return mine
    device = "cuda" if torch.cuda.is_available() else "cpu"
    wish = torch.tensor([int(mine)], device=device)
    torch.distributed.all_reduce(wish, op=torch.distributed.ReduceOp.MAX)
    return bool(wish.item())


def _wait_for_all() -> None:
    import torch

    if torch.distributed.is_initialized():
        torch.distributed.barrier()
