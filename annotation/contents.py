"""The shape of a draft's content, by kind. Parsed once at the edge; drafts are untrusted text."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from annotation.models import Draft, DraftKind
from core.errors import InvalidInput
from inference.visible import visible_data
from measures.boxes import Box

Text = Annotated[str, Field(max_length=20_000)]
Phrase = Annotated[str, Field(max_length=1_000)]
Corners = tuple[float, float, float, float]


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

    box: Corners
    rationale: Phrase = ""
    score: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @field_validator("box")
    @classmethod
    def _lies_on_the_photo(cls, corners: Corners) -> Corners:
        try:
            return Box(*corners).corners()
        except InvalidInput as error:
            raise ValueError(str(error)) from None

    def as_box(self) -> Box:
        """The box, checked."""
        return Box(*self.box)


class CropsContent(BaseModel):
    """Crop proposals, best first; ``text`` is what the model wrote."""

    model_config = ConfigDict(extra="forbid")

    crops: list[ProposedCrop] = Field(default_factory=list, max_length=64)
    text: Text = ""


CONTENTS: dict[DraftKind, type[GuidanceContent] | type[CropsContent]] = {
    DraftKind.GUIDANCE: GuidanceContent,
    DraftKind.CROPS: CropsContent,
}


def checked_content(kind: DraftKind, content: dict[str, Any]) -> dict[str, Any]:
    """The content as it may be stored; `InvalidInput` says which part is wrong."""
    try:
        kept = CONTENTS[kind].model_validate(visible_data(content))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"The draft's {place} cannot be used: {first['msg']}.", field=place
        ) from None
    return kept.model_dump(mode="json")


def parsed(draft: Draft) -> GuidanceContent | CropsContent | None:
    """A stored draft's content as a typed object; None where it has no shape that we know."""
    kind = CONTENTS.get(DraftKind(draft.kind))
    if kind is None:
        return None
    try:
        return kind.model_validate(draft.content)
    except ValidationError:
        return None
