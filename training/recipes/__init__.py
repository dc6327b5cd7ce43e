"""Recipes: one file here adds one way to train.

Write ``training/recipes/NAME.py`` with exactly one concrete subclass of `Recipe`::

    class MyRecipe(Recipe):
        name = "my_recipe"        # stored with every run; never change it
        title = "My recipe"       # shown in forms
        version = 1               # raise it when the same config would train differently
        summary = "One sentence."
        config_class = MyConfig   # pydantic; every field with title, description and range
        reads = "sft_crop"        # which samples of an export; SFT or DPO by its beginning
        needs_start = False       # True: it continues another run's checkpoint

        def train(self, job):
            from training.recipes.fitting...   # torch only in here
            ...
            return Result(...)

What then comes by itself: the form and ``--help`` drawn from the config (`config_fields`), the run
page, the command line, the dry run on the tiny model, the contract tests.

Rules of the contract, all tested:

- Importing the file is cheap: no torch, no transformers, no network, no query.
- ``train`` reports through ``job.events`` and ``job.heartbeat`` only, looks at ``job.should_stop``
  after every step, seals its checkpoints (`training.checkpoints`) and leaves the finished model in
  ``job.spec.final_path``, sealed.
- With ``job.is_dry`` it builds everything, takes two steps on the few rows it is given and returns
  a `Result` with a report.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ValidationError

from core.errors import InvalidInput
from core.registry import Registry
from training.events import EventLog
from training.heartbeat import Heartbeat
from training.rows import Rows
from training.spec import RunSpec, first_problem

__all__ = ["ConfigField", "Job", "Recipe", "Result", "config_fields", "registry"]


@dataclass(frozen=True)
class Job:
    """All that a recipe is given. ``events`` is None in all processes but the first; ``image_side``
    is the longest side in pixels of the export's pictures, where the export says so."""

    spec: RunSpec
    config: Any
    train_rows: Rows
    validation_rows: Rows | None
    events: EventLog | None
    heartbeat: Heartbeat
    should_stop: Callable[[], bool]
    box_format: str = "percent"
    image_side: int | None = None
    is_dry: bool = False

    def log(self, text: str, **data: Any) -> None:
        """One line for people in the diary of the run."""
        if self.events is not None:
            self.events.emit("log", text=text, **data)


@dataclass(frozen=True)
class Result:
    """``step`` is the last step taken; ``report`` holds what a dry run found out."""

    is_finished: bool
    step: int
    report: dict[str, Any] = field(default_factory=dict)


class Recipe(ABC):
    """One way to train; without state, so instances are interchangeable."""

    name: ClassVar[str]
    title: ClassVar[str]
    version: ClassVar[int]
    summary: ClassVar[str]
    config_class: ClassVar[type[BaseModel]]
    reads: ClassVar[str]
    needs_start: ClassVar[bool] = False
    min_rows: ClassVar[int] = 4

    @classmethod
    def parse_config(cls, raw: dict[str, Any]) -> BaseModel:
        """The typed config; `InvalidInput` names the field that is wrong or unknown."""
        try:
            return cls.config_class.model_validate(raw)
        except ValidationError as error:
            raise first_problem(error, where=cls.title) from error

    @classmethod
    def check_start(cls, start_from: Path | None) -> None:
        """`InvalidInput` when the recipe continues a run and none is given."""
        if cls.needs_start and start_from is None:
            raise InvalidInput(
                f"{cls.title} continues another run: choose the checkpoint to start from.",
                field="start_from",
            )

    @abstractmethod
    def train(self, job: Job) -> Result:
        """Train until done or ``job.should_stop``; raises what `training.outcomes` explains."""


registry: Registry[Recipe] = Registry(__name__, Recipe)  # type: ignore[type-abstract]


@dataclass(frozen=True)
class ConfigField:
    """What a form or ``--help`` needs to ask for one setting.

    ``kind`` is "integer", "number", "boolean" or "string"; with ``choices`` it is one of them.
    """

    name: str
    title: str
    help: str
    kind: str
    default: Any
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    group: str = ""


def config_fields(config_class: type[BaseModel]) -> list[ConfigField]:
    """The settings of a recipe in the order of its class."""
    schema = config_class.model_json_schema()
    return [_field(name, told) for name, told in schema["properties"].items()]


def _field(name: str, told: dict[str, Any]) -> ConfigField:
    return ConfigField(
        name=name,
        title=told.get("title", name),
        help=told.get("description", ""),
        kind=told.get("type", "string"),
        default=told.get("default"),
        minimum=told.get("minimum", told.get("exclusiveMinimum")),
        maximum=told.get("maximum", told.get("exclusiveMaximum")),
        choices=tuple(told.get("enum", ())),
        group=told.get("group", ""),
    )
