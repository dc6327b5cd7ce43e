"""The shape of a draft's content, by kind. Parsed once at the edge; drafts are untrusted text."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annotation.models import DraftKind
from core.errors import InvalidInput
from measures.boxes import Box

Text = Annotated[str, Field(max_length=20_000)]
Phrase = Annotated[str, Field(max_length=1_000)]


class GuidanceContent(BaseModel):
    """Aesthetic guidance: overall impression, analysis, guidance, and both as countable lists."""

    model_config = ConfigDict(extra="forbid")

    overall: Text = ""
    analysis: Text = ""
    guidance: Text = ""
    issues: list[Phrase] = Field(default_factory=list, max_length=64)
    suggestions: list[Phrase] = Field(default_factory=list, max_length=64)

    def as_critique(self) -> str:
        """All of it as one text, for a verifier to read."""
        parts = [self.overall, self.analysis, self.guidance, *self.issues, *self.suggestions]
        return "\n".join(part for part in parts if part)


class ProposedCrop(BaseModel):
    """One proposed box, normalised x1 y1 x2 y2."""

    model_config = ConfigDict(extra="forbid")

    box: tuple[float, float, float, float]
    rationale: Phrase = ""
    score: float | None = None

    def as_box(self) -> Box:
        """The box, checked."""
        return Box(*self.box)


class CropsContent(BaseModel):
    """Crop proposals, best first; ``text`` is what the model wrote."""

    model_config = ConfigDict(extra="forbid")

    crops: list[ProposedCrop] = Field(default_factory=list, max_length=64)
    text: Text = ""


CONTENTS: dict[DraftKind, type[BaseModel]] = {
    DraftKind.GUIDANCE: GuidanceContent,
    DraftKind.CROPS: CropsContent,
}


def checked_content(kind: DraftKind, content: dict[str, Any]) -> dict[str, Any]:
    """The content as it may be stored; `InvalidInput` says which part is wrong."""
    try:
        return CONTENTS[kind].model_validate(content).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"The draft's {place} cannot be used: {first['msg']}.", field=place
        ) from None
