"""The rules that raise flags, with their thresholds per campaign, and the codes of a lead's reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import InvalidInput

DEVIATION = "deviation"
SPLIT = "split"
UNEXPECTED = "unexpected"
PERSON = "person"
BOXES = "boxes"
VERDICTS = "verdicts"
PREFERENCE = "preference"
GOLD_MISS = "gold_miss"
RULES = {
    DEVIATION: "a score far from the others",
    SPLIT: "a split panel",
    UNEXPECTED: "a score unexpected of its rater",
    BOXES: "frames that hardly overlap",
    VERDICTS: "verdicts that clash",
    PREFERENCE: "a pair without a majority",
    GOLD_MISS: "a golden record that was missed",
    PERSON: "flagged by a person",
}
# Rules that say nothing against a settled record or a photo's scores: a miss tells of a person, and
# pairs without a majority are left out where pairs are made.
NO_DOUBT = (GOLD_MISS, PREFERENCE)
# Why a record stands, or why everybody is asked again: code and words.
SETTLE_REASONS = {
    "evidence": "the photo shows it",
    "reasoned": "the better reasoned answer",
    "majority": "most experts say so",
    "agreed": "agreed in the discussion",
    "guidelines": "the guidelines decide it",
    "reviewed": "a lead looked and agrees",
    "both_right": "both are right, put together",
    "middle": "equally good, the middle of them",
    "other": "another reason",
}
ROUND_REASONS = {
    "overlooked": "something was overlooked",
    "unclear": "the guidelines were unclear",
    "too_far": "too far apart to settle",
    "mistake": "an answer looks like a slip",
    "other": "another reason",
}
WAYS = ("picked", "merged", "averaged", "drawn", "scored", "written")


class FlagRules(BaseModel):
    """When a round's answers differ too much. What is left out has its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    deviation: float | None = Field(
        None, gt=0, le=9, title="A score is far off beyond so many grades",
        description="From the mean of the others. Empty for a third of the scale: 3 of 1-10, 1.33 of 1-5.",
    )  # fmt: skip
    iou: float = Field(
        0.6, ge=0, le=1, title="Frames differ below a mean overlap (IoU) of",
        description="The mean over all pairs of experts. 0 raises no such flag.",
    )  # fmt: skip
    verdicts: bool = Field(
        True, title="Flag verdicts that clash",
        description="One accepts, another rejects; or the crop is good to one and bad to another.",
    )  # fmt: skip
    preference: float = Field(
        0.6, ge=0.5, le=1, title="A pair's majority is at least a share of",
        description="Of three votes or more; a tie counts half for each side.",
    )  # fmt: skip
    gold: bool = Field(
        True, title="Flag golden records that somebody missed",
        description="On the settled item, for leads only. Nothing is taken away.",
    )  # fmt: skip


def flag_rules(raw: Mapping[str, Any]) -> FlagRules:
    """The rules of a campaign; `InvalidInput` names what is wrong."""
    try:
        return FlagRules.model_validate(dict(raw))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"flag_rules: {name}: {first['msg']}.", field="flag_rules") from None


def checked_code(code: str, codes: Mapping[str, str]) -> str:
    """A known reason code, or `InvalidInput`."""
    if code not in codes:
        raise InvalidInput(f"reason_code must be one of {', '.join(codes)}.", field="reason_code")
    return code
