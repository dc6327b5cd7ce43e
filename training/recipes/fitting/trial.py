"""The dry run: two real steps on a few rows, and what they show before hours are spent."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

from core.errors import InvalidInput
from training.recipes import Job, Result

# A new adapter's second matrix has a gradient only once the first has moved.
STEPS = 2
# Tokens of the longest sequence of a row, and how many of them stand for pictures.
Count = Callable[[dict[str, Any]], tuple[int, int]]


class Trial:
    """Checks lengths, image tokens and gradients; raises `InvalidInput` for what cannot work."""

    def __init__(self, job: Job, trainer: Any, count: Count | None = None) -> None:
        self.job = job
        self.trainer = trainer
        self.count = count or self._count
        self.reached: set[str] = set()

    def run(self) -> Result:
        """The report goes into the result."""
        report = self._measure_rows()
        self.trainer.add_callback(self._gradient_callback())
        self.trainer.train()
        trained = [name for name, each in self._named() if each.requires_grad]
        idle = [name for name in trained if name not in self.reached]
        if idle:
            raise InvalidInput(
                f"{len(idle)} of {len(trained)} trainable tensors get no gradient, for example "
                f"{idle[0]}. Train other layers.",
                field="lora_targets" if self.job.config.tuning == "lora" else "tuning",
            )
        report |= {"tensors": len(trained), "device": str(self.trainer.args.device)}
        return Result(is_finished=True, step=self.trainer.state.global_step, report=report)

    def _named(self) -> Any:
        return self.trainer.accelerator.unwrap_model(self.trainer.model).named_parameters()

    def _gradient_callback(self) -> Any:
        from transformers import TrainerCallback

        def note(_callback: Any, *_args: Any, **_told: Any) -> None:
            for name, each in self._named():
                if each.requires_grad and each.grad is not None and bool(each.grad.any()):
                    self.reached.add(name)

        return type("GradientCallback", (TrainerCallback,), {"on_pre_optimizer_step": note})()

    def _measure_rows(self) -> dict[str, Any]:
        rows = self.trainer.train_dataset
        counted = [self.count(rows[at]) for at in range(len(rows))]
        lengths, marks = zip(*counted, strict=True)
        self._check(lengths, marks)
        return {
            "rows": len(rows),
            "tokens_median": median(lengths),
            "tokens_max": max(lengths),
            "image_tokens_min": min(marks),
            "image_tokens_max": max(marks),
        }

    def _count(self, row: dict[str, Any]) -> tuple[int, int]:
        """Tokens of the longest answer's sequence, and how many of them stand for pictures."""
        ids = self.trainer.data_collator([row])["input_ids"]
        image_token = self.trainer.model.config.image_token_id
        return int(ids.shape[1]), int((ids == image_token).sum(dim=1).min())

    def _check(self, lengths: tuple[int, ...], marks: tuple[int, ...]) -> None:
        room = self.trainer.model.config.get_text_config().max_position_embeddings
        if max(lengths) > room:
            raise InvalidInput(
                f"A row has {max(lengths)} tokens, the model has room for {room}. "
                "Lower the pixel budget.",
                field="pixel_budget",
            )
        if not min(marks):
            raise InvalidInput("A row's pictures leave no token in the prompt.", field="data")


def dry_config(config: Any, rows: int) -> Any:
    """The same config for two steps at once at full rate."""
    return config.model_copy(
        update={
            "max_steps": STEPS,
            "batch_size": min(config.batch_size, rows),
            "accumulation": 1,
            "warmup_steps": 0,
            "scheduler": "constant_with_warmup",
            "log_every": 1,
        }
    )
