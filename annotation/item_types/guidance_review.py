"""Guidance review: a draft's analysis and guidance beside the photo, accepted, edited or rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from accounts.keys import KeyAct
from annotation.contents import GuidanceContent
from annotation.item_types import (
    ImageUrl,
    ItemType,
    Outcome,
    Parsed,
    Pieces,
    ShownItem,
    Subject,
    parse_as,
    photo_json,
)
from annotation.models import Campaign, Draft, DraftKind
from annotation.subjects import Selection, comments_under, passed_drafts
from core.errors import InvalidInput
from measures.statistics.text_distance import text_distance

Text = Annotated[str, Field(max_length=20_000)]
Phrase = Annotated[str, Field(max_length=1_000)]

REASONS = {
    "wrong_fact": "states a wrong fact",
    "not_visible": "names what is not visible",
    "vague": "too vague to help",
    "harmful": "would harm the photo",
    "style": "language or tone",
    "duplicate": "says the same twice",
    "other": "another reason",
}


class Settings(Parsed):
    """Whether the strangers' comments that the draft was made from are shown below it."""

    with_comments: bool = Field(True, title="Show the raw comments")


class Mark(Parsed):
    """What the expert thinks of one sentence of the draft; sentences count from 0."""

    block: Literal["overall", "analysis", "guidance"]
    index: int = Field(ge=0, le=1_000)
    mark: Literal["correct", "wrong", "unverifiable"]


class Answer(Parsed):
    """The verdict and the texts as they should be; ``reason`` is "code" or "code: words"."""

    verdict: Literal["accept", "reject"]
    reason: str = Field("", max_length=1_000)
    overall: Text = ""
    analysis: Text = ""
    guidance: Text = ""
    issues: list[Phrase] = Field(default_factory=list, max_length=64)
    suggestions: list[Phrase] = Field(default_factory=list, max_length=64)
    marks: list[Mark] = Field(default_factory=list, max_length=400)


class GuidanceReview(ItemType):
    """Venus stage 1: an expert turns a draft into aesthetic analysis and aesthetic guidance."""

    name = "guidance_review"
    title = "Guidance review"
    instructions = (
        "Read the draft against the photo. Accept it, edit it until it is right, or reject it "
        "with a reason."
    )
    script = "guidance_review"
    subjects_are = "the newest verified guidance draft of each ready photo"
    seconds_each = 150
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {
        "verdict": "accept", "reason": "", "overall": "A calm coast.",
        "analysis": "The tower stands against an open sky.",
        "guidance": "Step past the rocks.", "issues": ["heavy foreground"],
        "suggestions": ["step forward"], "marks": [],
    }  # fmt: skip
    keys = (
        KeyAct("next", "ArrowDown", "next sentence", also=("j",)),
        KeyAct("previous", "ArrowUp", "sentence before", also=("k",)),
        KeyAct("view", "d", "text, changes, draft"),
        KeyAct("accept", "a", "accept"),
        KeyAct("reject", "x", "reject"),
    )
    shared_keys = ("zoom", "facts", "edit", "again")
    texts = ("overall", "analysis", "guidance")
    by_hand = "texts"

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per draft."""
        for photo_id, draft_id in passed_drafts(campaign.project_id, DraftKind.GUIDANCE, selection):
            yield Subject(f"draft/{draft_id}", photo_id, draft_id)

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Photo, the draft's words, the comments; nothing about who drafted."""
        content = GuidanceContent.model_validate(shown.draft.content if shown.draft else {})
        draft = content.model_dump(include={"overall", "analysis", "guidance"})
        comments = comments_under(shown.photo.pk) if self.settings.with_comments else []
        return {
            "photo": photo_json(shown, image_url, with_facts=True),
            "draft": {
                **draft,
                "issues": [{"text": text} for text in content.issues],
                "suggestions": [{"text": text} for text in content.suggestions],
            },
            "raw_comments": comments,
            "reject_reasons": [{"value": code, "label": words} for code, words in REASONS.items()],
        }

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """A rejection has a known reason; an acceptance has an analysis or guidance."""
        parsed: Answer = parse_as(Answer, answer)
        code, _, words = parsed.reason.partition(":")
        if parsed.verdict == "reject":
            if code not in REASONS:
                known = ", ".join(REASONS)
                raise InvalidInput(f"reason: a rejection needs one of {known}.", field="reason")
            if code == "other" and not words.strip():
                raise InvalidInput("reason: say what the other reason is.", field="reason")
        elif not (parsed.analysis.strip() or parsed.guidance.strip()):
            raise InvalidInput(
                "analysis: an accepted review needs an analysis or guidance.", field="analysis"
            )
        return parsed

    def agrees(self, given: Parsed, wanted: Parsed) -> bool | None:
        """The same verdict."""
        return bool(getattr(given, "verdict", "") == getattr(wanted, "verdict", ""))

    def verdicts(self, answer: Parsed) -> dict[str, str]:
        """Of the draft."""
        return {"draft": str(getattr(answer, "verdict", ""))}

    def compose(self, base: Parsed, pieces: Pieces) -> dict[str, Any]:
        """Accepted with these texts; phrases and marks are the base's."""
        texts = {name: text for name, text in pieces.texts.items() if name in self.texts}
        return {**base.model_dump(mode="json"), "verdict": "accept", "reason": "", **texts}

    def outcome(self, answer: Parsed, draft: Draft) -> Outcome | None:
        """The words of all parts, before and after."""
        given = answer.model_dump()
        if given["verdict"] == "reject":
            return Outcome.rejected(given["reason"].partition(":")[0])
        before = GuidanceContent.model_validate(draft.content)
        after = GuidanceContent(**{name: given[name] for name in GuidanceContent.model_fields})
        return Outcome.accepted(text_distance(before.as_critique(), after.as_critique()))

    def in_words(self, answer: Parsed) -> str:
        """For example "rejected: too vague to help"."""
        if getattr(answer, "verdict", "") == "accept":
            return "accepted"
        code, _, words = str(getattr(answer, "reason", "")).partition(":")
        return f"rejected: {words.strip() or REASONS.get(code, code)}"
