"""What one attempt of a run is told: frozen JSON, all that the trainer knows of the world.

The trainer gets no database and no credentials; whatever it needs stands here or under the folders
named here. The run folder (``output``) is laid out the same for every engine:

    spec.json  events.jsonl  heartbeat  stop  trainer.log  checkpoints/checkpoint-N/  final/
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import InvalidInput
from training.files import write_atomically

Device = Annotated[int, Field(ge=0, le=1023)]


class RunSpec(BaseModel):
    """``devices`` are indices of accelerators (none: the processor); ``processes`` is only for the
    processor, on accelerators there is one process per device. ``resume`` goes on from the last
    complete checkpoint in ``output``, or starts anew when there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str = Field(min_length=1, max_length=100, pattern=r"^[\w.-]+$")
    attempt: int = Field(default=1, ge=1)
    recipe: str
    recipe_version: int = Field(ge=1)
    config: dict[str, Any]
    base_model: Path
    start_from: Path | None = None
    data: Path
    output: Path
    resume: bool = False
    devices: tuple[Device, ...] = ()
    processes: int = Field(default=1, ge=1, le=64)

    @property
    def key(self) -> str:
        """Names this attempt everywhere; engines start at most one trainer per key."""
        return f"{self.run}-a{self.attempt}"

    @property
    def world_size(self) -> int:
        return len(self.devices) or self.processes

    @property
    def events_path(self) -> Path:
        return self.output / "events.jsonl"

    @property
    def heartbeat_path(self) -> Path:
        return self.output / "heartbeat"

    @property
    def stop_path(self) -> Path:
        return self.output / "stop"

    @property
    def log_path(self) -> Path:
        return self.output / "trainer.log"

    @property
    def checkpoints_path(self) -> Path:
        return self.output / "checkpoints"

    @property
    def final_path(self) -> Path:
        return self.output / "final"

    def sha256(self) -> str:
        """Hash of what decides the outcome: the same over attempts and places of the output."""
        told = self.model_dump(mode="json", exclude={"attempt", "resume", "output"})
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_spec(path: Path) -> RunSpec:
    """Raises `InvalidInput` that names the field."""
    try:
        return RunSpec.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"The run's spec {path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise first_problem(error, where="The run's spec") from error


def write_spec(spec: RunSpec, path: Path | None = None) -> Path:
    """Writes it where the engine looks (``output/spec.json``) and returns that path."""
    target = path or spec.output / "spec.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, spec.model_dump_json(indent=2).encode())
    return target


def first_problem(error: ValidationError, *, where: str) -> InvalidInput:
    """The first of pydantic's findings as one sentence, with the field's name."""
    problem = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return InvalidInput(f"{where} has no setting called {field!r}.", field=field)
    told = problem["msg"].removeprefix("Value error, ")
    given = "" if problem["type"] == "missing" else f", not {problem['input']!r}"
    return InvalidInput(f"{where}: {field or 'content'}: {told}{given}.", field=field)
