"""Settings of a source, read once into a typed object; wrong ones become sentences with a field."""

from __future__ import annotations

import os
import re
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import InvalidInput, Misconfigured, ReframeError
from inference.messages import Parameters, Source

KEY_PREFIX = "REFRAME_KEY_"
_KEY_NAME = re.compile(KEY_PREFIX + r"[A-Z0-9_]{1,60}")

S = TypeVar("S", bound=BaseModel)


class SamplingSettings(BaseModel):
    """What every model's source may set; a request is made from it with `sampling_of`."""

    model_config = ConfigDict(extra="forbid")

    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    max_tokens: Annotated[int, Field(ge=1, le=32_768)] = 1024
    seed: int | None = 0


def sampling_of(source: Source) -> Parameters:
    """The sampling parameters that a source's settings ask for, defaults filled in."""
    known = {k: v for k, v in source.parameters.items() if k in SamplingSettings.model_fields}
    settings = read_settings(SamplingSettings, known)
    return Parameters(**settings.model_dump())


def read_settings(kind: type[S], parameters: object) -> S:
    """Validated settings; the first wrong one raises `InvalidInput`."""
    problems = settings_problems(kind, parameters)
    if problems:
        raise problems[0]
    return kind.model_validate(parameters)


def settings_problems(kind: type[BaseModel], parameters: object) -> list[ReframeError]:
    """One `InvalidInput` per wrong setting, its field ``parameters.NAME``."""
    try:
        kind.model_validate(parameters)
    except ValidationError as error:
        return [
            InvalidInput(
                f"{each['loc'][0] if each['loc'] else 'parameters'}: {each['msg']}.",
                field=".".join(["parameters", *map(str, each["loc"])]),
            )
            for each in error.errors(include_url=False, include_input=False)
        ]
    return []


def credential_problems(name: str) -> list[ReframeError]:
    """What is wrong with the name of a key's environment variable; none given is fine."""
    if not name:
        return []
    if not _KEY_NAME.fullmatch(name):
        return [
            InvalidInput(
                f"Name an environment variable that starts with {KEY_PREFIX}, not the key itself.",
                field="credential",
            )
        ]
    if not os.environ.get(name, "").strip():
        return [
            Misconfigured(
                f"The environment variable {name} is not set on the server. Ask whoever runs this "
                "installation to set it for web and workers.",
                field="credential",
            )
        ]
    return []


def read_key(name: str) -> str:
    """The key behind a checked name; empty without a name. Never log or store what this returns."""
    return os.environ.get(name, "").strip() if name and not credential_problems(name) else ""
