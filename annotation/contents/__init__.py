"""The shape of a draft's content, one file a kind. Parsed once at the edge; drafts are untrusted text."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from annotation.contents.answer import AnswerContent
from annotation.contents.composition import CompositionContent, FoundElement
from annotation.contents.crops import CropsContent, ProposedCrop
from annotation.contents.gap import GapContent, Level
from annotation.contents.guidance import GuidanceContent
from annotation.contents.rationale import RationaleContent
from annotation.contents.region import RegionContent
from annotation.models import Draft, DraftKind
from core.errors import InvalidInput
from inference.visible import visible_data

__all__ = [
    "CONTENTS", "AnswerContent", "CompositionContent", "CropsContent", "FoundElement", "GapContent",
    "GuidanceContent", "Level", "ProposedCrop", "RationaleContent", "RegionContent",
    "checked_content", "parsed",
]  # fmt: skip

CONTENTS: dict[DraftKind, type[BaseModel]] = {
    DraftKind.GUIDANCE: GuidanceContent,
    DraftKind.CROPS: CropsContent,
    DraftKind.RATIONALE: RationaleContent,
    DraftKind.COMPOSITION: CompositionContent,
    DraftKind.REGION: RegionContent,
    DraftKind.GAP: GapContent,
    DraftKind.ANSWER: AnswerContent,
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


def parsed(draft: Draft) -> BaseModel | None:
    """A stored draft's content as a typed object; None where it has not the shape of its kind."""
    try:
        return CONTENTS[DraftKind(draft.kind)].model_validate(draft.content)
    except ValidationError:
        return None
