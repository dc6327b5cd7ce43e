"""The shapes that structured answers must have, checked on our side whatever the model promised.

Boxes are fractions [0, 1] of the upright photo, x1 y1 x2 y2. Box text of fine-tuned models
(``[x1,y1,x2,y2]`` in percent) is not parsed here: the pipelines do that.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from inference.elements import Name, problem_of

MAX_TEXT_CHARS = 20_000
MAX_PHRASE_CHARS = 1_000
MAX_ITEMS = 64

Text = Annotated[str, Field(max_length=MAX_TEXT_CHARS)]
Phrase = Annotated[str, Field(max_length=MAX_PHRASE_CHARS)]
Phrases = Annotated[list[Phrase], Field(max_length=MAX_ITEMS)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Critique(BaseModel):
    """Step ``guidance.refine``. Parts may be empty (the verifier judges that), but not all."""

    overall: Text
    analysis: Text
    guidance: Text
    issues: Phrases
    suggestions: Phrases

    @model_validator(mode="after")
    def _says_something(self) -> Critique:
        if not (self.overall.strip() or self.analysis.strip() or self.guidance.strip()):
            raise ValueError("overall, analysis and guidance are all empty")
        return self


class Completeness(BaseModel):
    """Step ``guidance.verify``: whether a critique holds both parts that it must hold."""

    model_config = ConfigDict(strict=True)

    passed: bool
    has_issues: bool
    has_guidance: bool
    findings: Phrases

    @model_validator(mode="after")
    def _is_consistent(self) -> Completeness:
        if self.passed and not (self.has_issues and self.has_guidance):
            raise ValueError("passed must be false when has_issues or has_guidance is false")
        return self


class CropProposal(BaseModel):
    """One crop: ``box`` in fractions, ``score`` from 0 (poor) to 1 (best)."""

    box: Annotated[list[Fraction], Field(min_length=4, max_length=4)]
    rationale: Phrase
    score: Fraction

    @model_validator(mode="after")
    def _has_area(self) -> CropProposal:
        x1, y1, x2, y2 = self.box
        if not (x1 < x2 and y1 < y2):
            raise ValueError("box needs x1 < x2 and y1 < y2")
        return self


class CropProposals(BaseModel):
    """Step ``crop.propose``: at least one crop, the best first."""

    crops: Annotated[list[CropProposal], Field(min_length=1, max_length=MAX_ITEMS)]


class Rationale(BaseModel):
    """Step ``rationale.write``: why a crop is good or bad, and which of both the text says it is."""

    rationale: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARS)]
    judges: Literal["good", "bad"]


class RationaleCheck(BaseModel):
    """Step ``rationale.verify``: agrees with what is visible, and judges the crop rightly."""

    model_config = ConfigDict(strict=True)

    passed: bool
    agrees: bool
    judges_rightly: bool
    findings: Phrases

    @model_validator(mode="after")
    def _is_consistent(self) -> RationaleCheck:
        if self.passed and not (self.agrees and self.judges_rightly):
            raise ValueError("passed must be false when agrees or judges_rightly is false")
        return self


class RefinedCrop(BaseModel):
    """Step ``crop.refine``: the crop as it was wished, in fractions."""

    box: Annotated[list[Fraction], Field(min_length=4, max_length=4)]
    rationale: Phrase

    @model_validator(mode="after")
    def _has_area(self) -> RefinedCrop:
        x1, y1, x2, y2 = self.box
        if not (x1 < x2 and y1 < y2):
            raise ValueError("box needs x1 < x2 and y1 < y2")
        return self


class FoundElement(BaseModel):
    """One composition element: ``points`` are the numbers of its class's shape, in fractions."""

    name: Name
    points: Annotated[list[Fraction], Field(max_length=128)]
    note: Phrase

    @model_validator(mode="after")
    def _has_its_shape(self) -> FoundElement:
        problem = problem_of(self.name, self.points)
        if problem:
            raise ValueError(problem)
        return self


class Composition(BaseModel):
    """Step ``composition.analyse``: the elements that carry the photo, the strongest first."""

    elements: Annotated[list[FoundElement], Field(max_length=MAX_ITEMS)]
    text: Text


class Decision(BaseModel):
    """Step ``crop.decide``: the number of one candidate, from 1. Only who asked knows how many
    there are."""

    model_config = ConfigDict(strict=True)

    choice: Annotated[int, Field(ge=1, le=MAX_ITEMS)]
    reason: Phrase


SCHEMAS: dict[str, type[BaseModel]] = {
    "guidance.refine": Critique,
    "guidance.verify": Completeness,
    "crop.propose": CropProposals,
    "composition.analyse": Composition,
    "crop.propose_composed": CropProposals,
    "crop.decide": Decision,
    "crop.refine": RefinedCrop,
    "rationale.write": Rationale,
    "rationale.verify": RationaleCheck,
}

# Some servers reject these in a schema that they enforce while decoding; we check them ourselves.
_LEFT_OUT = {"title", "description", "maxLength", "minLength", "minItems", "maxItems"}


@cache
def json_schema(step: str) -> dict[str, Any] | None:
    """The JSON schema of a step's answer, flat: no ``$ref``, all keys required, nothing else
    allowed. None for a step that answers in plain text. One object for all callers: not to be
    changed."""
    if step not in SCHEMAS:
        return None
    full = SCHEMAS[step].model_json_schema()
    return dict(_flatten(full, full.get("$defs", {})))


def _flatten(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_flatten(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _flatten(definitions[node["$ref"].rsplit("/", 1)[1]], definitions)
    flat = {key: _flatten(value, definitions) for key, value in node.items() if _stays(key, value)}
    if flat.get("type") == "object":
        flat["additionalProperties"] = False
        flat["required"] = list(flat["properties"])
    return flat


def _stays(key: str, value: Any) -> bool:
    return key != "$defs" and not (key in _LEFT_OUT and not isinstance(value, dict))
