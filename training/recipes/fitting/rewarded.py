"""Training by rewards (GRPO) through TRL: the model writes where it would look, and what a reader makes
of that crop says how good it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from core.errors import InvalidInput
from inference.prompts import render
from measures.boxes import Box
from measures.boxes.text import SHARES, BoxText, parse_box
from training.recipes import Job, Result
from training.recipes.fitting.arguments import training_arguments
from training.recipes.fitting.fit import find_resumed, fit
from training.recipes.fitting.loading import Loaded, load, load_frozen
from training.recipes.fitting.reading import CropReader
from training.recipes.fitting.samples import write_samples
from training.recipes.fitting.supervised import datasets_of
from training.rewards import Reward, Rollout, registry
from training.rows import Row, Rows, Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inference.models.loading import LocalModel
    from training.recipes.fitting.reading import Lend

STEP = "region.outline"
# Arguments that only trainers of given answers have.
_NOT_HERE = ("max_length",)


def fit_rewarded(job: Job, *, reads_itself: bool, side: int) -> Result:
    """Builds the trainer and fits. The reader is the model in training, or the frozen base model; it
    sees pictures of at most ``side`` pixels."""
    if not job.config.weights():
        raise InvalidInput("Give at least one reward a weight above 0.", field="task_weight")
    resumed = find_resumed(job)
    job = _outlining(job)
    loaded = load(job, resumed.path if resumed else None)
    loaded.processor.tokenizer.padding_side = "left"
    trainer = _build(job, loaded, reads_itself=reads_itself, side=side)

    def look(step: int) -> None:
        write_samples(job, trainer, step)

    count = _counter(trainer, job.config.max_tokens)
    return fit(job, trainer, loaded, resumed=resumed, look=look, count=count)


class Outlined(Rows):
    """Rows whose prompt asks for the region, whatever they were exported to ask."""

    def _parse(self, line: bytes, number: int) -> Row:
        row = super()._parse(line, number)
        truth = truth_of(row)
        prompt = render(STEP, question=truth.question, units=SHARES[BoxText.PERCENT])
        said = [{"role": "system", "content": prompt.system}] if prompt.system else []
        return replace(row, prompt=[*said, {"role": "user", "content": prompt.text}])


def truth_of(row: Row) -> Truth:
    """What a rewarded row is held to; every row of its kind has it."""
    return cast("Truth", row.truth)


def _outlining(job: Job) -> Job:
    held_out = job.validation_rows
    return replace(
        job,
        train_rows=Outlined(job.train_rows.path, "rl", limit=len(job.train_rows)),
        validation_rows=Outlined(held_out.path, "rl", limit=len(held_out)) if held_out else None,
    )


def _build(job: Job, loaded: Loaded, *, reads_itself: bool, side: int) -> Any:
    from trl import GRPOConfig, GRPOTrainer  # type: ignore[attr-defined]

    held: list[Any] = []
    lend = _itself(held, loaded.processor) if reads_itself else _frozen(job)
    reader = CropReader(lend, side=side, batch=job.config.batch_size * job.config.group)
    functions, weights = _reward_functions(job, reader)
    trainer = GRPOTrainer(
        model=loaded.model,
        reward_funcs=functions,
        args=GRPOConfig(reward_weights=weights, **_arguments(job)),
        processing_class=loaded.processor,
        peft_config=loaded.adapter,
        **datasets_of(job),
    )
    held.append(trainer)
    if trainer.ref_model is not None:
        # TRL reads it from the model's folder, which after a resumption is the checkpoint's.
        trainer.ref_model.load_state_dict(load_frozen(job).state_dict())
    return trainer


def _arguments(job: Job) -> dict[str, Any]:
    config = job.config
    told = training_arguments(job)
    # A batch of rows is `group` times as many answers, made and learned from at once.
    return {name: value for name, value in told.items() if name not in _NOT_HERE} | {
        "per_device_train_batch_size": config.batch_size * config.group,
        "steps_per_generation": 1,
        "num_generations": config.group,
        "num_generations_eval": 1,
        "max_completion_length": config.max_tokens,
        "temperature": config.temperature,
        "beta": config.beta,
        "loss_type": config.advantage,
        "scale_rewards": "group" if config.advantage == "grpo" else "none",
        "use_vllm": False,
    }


def _reward_functions(job: Job, reader: CropReader) -> tuple[list[Any], list[float]]:
    """One function a reward as TRL calls them, and their weights. A dry run adds one by chance: answers
    of a model that has learnt nothing yet are all equally worthless, which moves nothing."""
    weights = dict(job.config.weights())
    functions: list[Any] = [_function(registry.get(name)(), reader) for name in weights]
    if job.is_dry:
        functions.append(chance)
    return functions, [*weights.values(), *([1.0] if job.is_dry else [])]


def chance(completions: Sequence[Any], **_told: Any) -> list[float]:
    """By turns 0 and 1."""
    return [float(number % 2) for number in range(len(completions))]


def _function(reward: Reward, reader: CropReader) -> Callable[..., Any]:
    def score(completions: Sequence[Any], row: Sequence[Row], **_told: Any) -> Any:
        texts = [str(said[0]["content"]) for said in completions]
        rollouts = [rollout_of(each, text) for each, text in zip(row, texts, strict=True)]
        return reward.score(rollouts, reader)

    score.__name__ = reward.name  # TRL names the curve by it
    return score


def rollout_of(row: Row, text: str) -> Rollout:
    """What an answer to a row comes down to."""
    truth, box = truth_of(row), parse_box(text, BoxText.PERCENT)
    return Rollout(
        box=box if isinstance(box, Box) else None, question=truth.question,
        accepted=truth.accepted, answer=truth.answer, whole=row.images[0],
        original=truth.original, drawn=truth.box,
    )  # fmt: skip


def _frozen(job: Job) -> Lend:
    """The base model as it was before any training, loaded when it is first asked."""
    found: list[LocalModel] = []

    @contextmanager
    def lend() -> Iterator[LocalModel]:
        if not found:
            from inference.models.folders import inspect_folder
            from inference.models.loading import LocalModel

            found.append(LocalModel(inspect_folder(job.spec.base_model)))
        yield found[0]

    return lend


def _itself(trainers: list[Any], processor: Any) -> Lend:
    """The model in training as it is now; the trainer is known once it is built."""

    @contextmanager
    def lend() -> Iterator[LocalModel]:
        from inference.models.loading import LocalModel

        (trainer,) = trainers
        model = trainer.accelerator.unwrap_model(trainer.model)
        was_training = model.training
        model.eval()
        try:
            yield LocalModel.around(model, processor)
        finally:
            model.train(was_training)

    return lend


def _counter(trainer: Any, max_tokens: int) -> Callable[[dict[str, Any]], tuple[int, int]]:
    """For the dry run: the tokens of a row with the longest answer, and those of its pictures."""
    from trl.data_utils import prepare_multimodal_messages

    def count(row: dict[str, Any]) -> tuple[int, int]:
        ids = trainer.processing_class.apply_chat_template(
            prepare_multimodal_messages(row["prompt"], images=row["images"]),
            add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt",
        )["input_ids"]  # fmt: skip
        image_token = trainer.model.config.image_token_id
        return int(ids.shape[1]) + max_tokens, int((ids == image_token).sum())

    return count
