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
from annotation.reviewing import Corners, Phrases, checks_while_typing, rounded_corners
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
    """Whether the strangers' comments that the draft was made from are shown below it, whether
    the accepted text is graded, and what the page warns about while one types."""

    with_comments: bool = Field(True, title="Show the raw comments")
    with_rubric: bool = Field(
        False, title="Ask for grades of usefulness, correctness and specificity"
    )
    fewest_words: int = Field(0, ge=0, le=2_000, title="Warn below so many words (0: never)")
    most_words: int = Field(0, ge=0, le=5_000, title="Warn above so many words (0: never)")
    phrases: Phrases = Field("", title="Warn at these phrases, parted by commas")


class Mark(Parsed):
    """What the expert thinks of one sentence of the draft; sentences count from 0."""

    block: Literal["overall", "analysis", "guidance"]
    index: int = Field(ge=0, le=1_000)
    mark: Literal["correct", "wrong", "unverifiable"]


class Region(Parsed):
    """The place in the photo that one sentence of the draft is about."""

    block: Literal["overall", "analysis", "guidance"]
    index: int = Field(ge=0, le=1_000)
    box: Corners


class Rubric(Parsed):
    """Grades of the accepted text, 1 poor to 5 excellent."""

    usefulness: int = Field(ge=1, le=5)
    correctness: int = Field(ge=1, le=5)
    specificity: int = Field(ge=1, le=5)


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
    regions: list[Region] = Field(default_factory=list, max_length=200)
    rubric: Rubric | None = None


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
        KeyAct("first", "Home", "first sentence"),
        KeyAct("last", "End", "last sentence"),
        KeyAct("rest", "m", "mark every sentence that has no mark yet as right"),
        KeyAct("place", "p", "the sentence's place in the photo"),
        KeyAct("restore", "Backspace", "restore the draft's sentence"),
        KeyAct("unlink", "Delete", "take the sentence's region away"),
        KeyAct("view", "d", "text, changes, side by side"),
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
            "rubric": self.settings.with_rubric,
            "checks": checks_while_typing(
                self.settings.fewest_words, self.settings.most_words, self.settings.phrases
            ),
            "reject_reasons": [{"value": code, "label": words} for code, words in REASONS.items()],
        }

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """A rejection has a known reason; an acceptance has an analysis or guidance, and its grades
        where the campaign asks for them."""
        parsed: Answer = parse_as(Answer, answer)
        if parsed.verdict == "reject":
            _check_reason(parsed.reason)
        else:
            self._check_accepted(parsed)
        regions = [
            each.model_copy(update={"box": rounded_corners(each.box, f"regions.{at}.box")})
            for at, each in enumerate(parsed.regions)
        ]
        return parsed.model_copy(update={"regions": regions})

    def _check_accepted(self, parsed: Answer) -> None:
        if not (parsed.analysis.strip() or parsed.guidance.strip()):
            raise InvalidInput(
                "analysis: an accepted review needs an analysis or guidance.", field="analysis"
            )
        if self.settings.with_rubric and parsed.rubric is None:
            raise InvalidInput(
                "rubric: this campaign asks for grades of the accepted text.", field="rubric"
            )

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


def _check_reason(reason: str) -> None:
    code, _, words = reason.partition(":")
    if code not in REASONS:
        known = ", ".join(REASONS)
        raise InvalidInput(f"reason: a rejection needs one of {known}.", field="reason")
    if code == "other" and not words.strip():
        raise InvalidInput("reason: say what the other reason is.", field="reason")
