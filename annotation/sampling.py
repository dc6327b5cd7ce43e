"""What a batch may ask of its models beside what the source says; read once, at the edge."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import InvalidInput


class BatchParameters(BaseModel):
    """Sampling of every request of a batch; what is not given stays with the source.

    A pipeline that can be told more has a class of its own below this one; ``samples`` is how many
    drafts are wanted of the same photo, crop or question, each with a seed of its own.
    """

    model_config = ConfigDict(extra="forbid")

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=32_768)] | None = None
    samples: Annotated[int, Field(ge=1, le=32)] | None = None


class CropsParameters(BatchParameters):
    """``count`` is how many crops are proposed per photo, at the backends that propose several."""

    count: Annotated[int, Field(ge=4, le=8)] | None = None


class CropReasoningParameters(CropsParameters):
    """``enhance`` draws the composition onto the photo for the proposal (False: the ablation without
    it); ``candidates`` says whether the decision sees them drawn or only listed."""

    enhance: bool = True
    candidates: Literal["drawn", "listed"] = "drawn"


class RationalesParameters(BatchParameters):
    """Which crops of a photo get rationales, and how often one is written anew.

    ``good_per_photo`` and ``bad_per_photo`` (0: none are made) count crops, ``seed`` makes the bad
    ones; ``rounds`` is how many drafts of one crop a verifier may see before an expert does.
    """

    good_per_photo: Annotated[int, Field(ge=1, le=20)] = 2
    bad_per_photo: Annotated[int, Field(ge=0, le=20)] = 2
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    rounds: Annotated[int, Field(ge=1, le=10)] = 3


def checked_parameters(
    given: dict[str, Any] | None, kind: type[BatchParameters] = BatchParameters
) -> dict[str, Any]:
    """The parameters as they are stored; `InvalidInput` names the one that is wrong."""
    try:
        return kind.model_validate(given or {}).model_dump(mode="json", exclude_none=True)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "parameters"
        raise InvalidInput(f"{name}: {first['msg']}.", field=name) from None
