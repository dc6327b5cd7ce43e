"""Rationale review: a photo with a crop outlined, and a text about its composition, accepted, edited
or rejected; and whether the crop is a good one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from accounts.keys import KeyAct
from annotation.contents import RationaleContent
from annotation.item_types import (
    DrawnCrop,
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
from annotation.models import Campaign, Draft
from annotation.reviewing import Corners, rounded_corners
from annotation.subjects import Selection, rationale_drafts
from core.errors import InvalidInput
from measures.boxes import Box
from measures.statistics.text_distance import text_distance

Text = Annotated[str, Field(max_length=20_000)]

REASONS = {
    "wrong_fact": "says what is not true",
    "not_visible": "names what is not visible",
    "wrong_side": "judges the crop wrongly",
    "vague": "would fit any crop",
    "style": "language or tone",
    "only_crop": "good crop, bad words",
    "only_words": "good words, bad crop",
    "other": "another reason",
}
NO_DRAFT = "This item has lost its draft, so it cannot be answered. Skip it."


class Settings(Parsed):
    """Whether texts that a verifier rejected in every round are reviewed too."""

    with_rejected: bool = Field(True, title="Also texts that failed every check")


class Mark(Parsed):
    """What the expert thinks of one claim, a sentence of the draft; they count from 0."""

    index: int = Field(ge=0, le=1_000)
    mark: Literal["correct", "partly", "wrong", "unverifiable"]


class Region(Parsed):
    """The place in the photo that one claim is about."""

    index: int = Field(ge=0, le=1_000)
    box: Corners


class Answer(Parsed):
    """``label`` is what the crop is to this person, "" where a rejection leaves it open; ``rationale``
    the text as it should be; ``reason`` is "code" or "code: words"; ``box`` a better crop, drawn
    instead of the one that was shown."""

    verdict: Literal["accept", "reject"]
    label: Literal["good", "bad", ""] = ""
    reason: str = Field("", max_length=1_000)
    rationale: Text = ""
    marks: list[Mark] = Field(default_factory=list, max_length=400)
    regions: list[Region] = Field(default_factory=list, max_length=200)
    box: Corners | None = None


class RationaleReview(ItemType):
    """Venus stage 2: an expert reviews why a crop is good or bad."""

    name = "rationale_review"
    title = "Rationale review"
    instructions = (
        "Say whether the outlined crop is a good one. Then accept the text about it, edit it until it "
        "is right, or reject it with a reason."
    )
    script = "rationale_review"
    subjects_are = "the newest rationale of each crop, checked, of ready photos"
    seconds_each = 60
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {
        "verdict": "accept", "label": "good", "reason": "", "marks": [],
        "rationale": "The tower stands whole on the left third.",
    }  # fmt: skip
    keys = (
        KeyAct("good", "y", "good crop"),
        KeyAct("bad", "n", "bad crop"),
        KeyAct("next", "ArrowDown", "next sentence", also=("j",)),
        KeyAct("previous", "ArrowUp", "sentence before", also=("k",)),
        KeyAct("first", "Home", "first sentence"),
        KeyAct("last", "End", "last sentence"),
        KeyAct("rest", "m", "mark every sentence that has no mark yet as right"),
        KeyAct("place", "p", "the sentence's place in the photo"),
        KeyAct("restore", "Backspace", "restore the draft's sentence"),
        KeyAct("unlink", "Delete", "take the sentence's region away"),
        KeyAct("view", "d", "text, changes, side by side"),
        KeyAct("only_crop", "w", "good crop, bad words"),
        KeyAct("only_words", "t", "good words, bad crop"),
        KeyAct("lights", "l", "lights out"),
        KeyAct("peek", "\\", "before and after"),
        KeyAct("slider", "v", "slider between before and after"),
        KeyAct("accept", "a", "accept"),
        KeyAct("reject", "x", "reject"),
    )
    shared_keys = ("zoom", "facts", "overlay", "edit", "again", "crop")
    texts = ("rationale",)
    by_hand = "texts"
    hand_choices: ClassVar[dict[str, str]] = {"good": "a good crop", "bad": "a bad crop"}

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per crop and draft."""
        found = rationale_drafts(
            campaign.project_id, selection, with_rejected=self.settings.with_rejected
        )
        for photo_id, draft_id in found:
            yield Subject(f"draft/{draft_id}", photo_id, draft_id)

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Photo, box and words; neither who wrote them nor what the crop is held to be."""
        content = _content_of(shown.draft)
        return {
            "photo": photo_json(shown, image_url, with_facts=False),
            "box": list(content.box),
            "rationale": content.rationale,
            "reject_reasons": [{"value": code, "label": words} for code, words in REASONS.items()],
        }

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """A rejection has a known reason; an acceptance has a text and says what the crop is."""
        parsed: Answer = parse_as(Answer, answer)
        if parsed.verdict == "reject":
            _check_reason(parsed, _content_of(shown.draft))
        else:
            _check_accepted(parsed, _content_of(shown.draft))
        regions = [
            each.model_copy(update={"box": rounded_corners(each.box, f"regions.{at}.box")})
            for at, each in enumerate(parsed.regions)
        ]
        box = parsed.box and rounded_corners(parsed.box, "box")
        return parsed.model_copy(update={"regions": regions, "box": box})

    def crops(self, answer: Parsed) -> list[DrawnCrop]:
        """The better crop, if one was drawn; the text goes with it where it holds the crop good."""
        given = answer.model_dump()
        if given["box"] is None:
            return []
        is_about_it = given["verdict"] == "accept" and given["label"] == "good"
        return [DrawnCrop(Box(*given["box"]), rationale=given["rationale"] if is_about_it else "")]

    def boxes(self, answer: Parsed) -> list[Box]:
        """None to compare: a better crop is drawn by those who want to."""
        return []

    def agrees(self, given: Parsed, wanted: Parsed) -> bool | None:
        """The same judgement of the crop and of the text."""
        said = [
            (each.model_dump()["verdict"], each.model_dump()["label"]) for each in (given, wanted)
        ]
        return said[0] == said[1]

    def verdicts(self, answer: Parsed) -> dict[str, str]:
        """Of the text, and of the crop."""
        given = answer.model_dump()
        return {"text": given["verdict"], "crop": given["label"]}

    def compose(self, base: Parsed, pieces: Pieces) -> dict[str, Any]:
        """Accepted with this text, about a crop that is good or bad."""
        given = base.model_dump(mode="json")
        told = {
            "rationale": pieces.texts.get("rationale", given["rationale"]),
            "label": pieces.choice or given["label"],
        }
        return {**given, "verdict": "accept", "reason": "", **told}

    def outcome(self, answer: Parsed, draft: Draft) -> Outcome | None:
        """The words before and after."""
        given = answer.model_dump()
        if given["verdict"] == "reject":
            return Outcome.rejected(given["reason"].partition(":")[0])
        return Outcome.accepted(text_distance(_content_of(draft).rationale, given["rationale"]))

    def in_words(self, answer: Parsed) -> str:
        """For example "good crop, text accepted"."""
        given = answer.model_dump()
        crop = f"{given['label']} crop, " if given["label"] else ""
        if given["verdict"] == "accept":
            return f"{crop}text accepted"
        code, _, words = given["reason"].partition(":")
        return f"{crop}text rejected: {words.strip() or REASONS.get(code, code)}"


def _content_of(draft: Draft | None) -> RationaleContent:
    if draft is None:
        raise InvalidInput(NO_DRAFT)
    return RationaleContent.model_validate(draft.content)


def _check_reason(parsed: Answer, draft: RationaleContent) -> None:
    code, _, words = parsed.reason.partition(":")
    if code not in REASONS:
        known = ", ".join(REASONS)
        raise InvalidInput(f"reason: a rejection needs one of {known}.", field="reason")
    if code == "other" and not words.strip():
        raise InvalidInput("reason: say what the other reason is.", field="reason")
    if code == "only_words" and draft.judges == "bad":
        raise InvalidInput(
            "reason: the text itself holds the crop to be bad. Accept it, or give another reason.",
            field="reason",
        )


def _check_accepted(parsed: Answer, draft: RationaleContent) -> None:
    if not parsed.label:
        raise InvalidInput("label: say whether the crop is good or bad.", field="label")
    if not parsed.rationale.strip():
        raise InvalidInput("rationale: an accepted review needs a text.", field="rationale")
    # The one would be trained as the reason for the other.
    if parsed.label != draft.judges and parsed.rationale == draft.rationale:
        raise InvalidInput(
            f"label: the text holds the crop to be {draft.judges}, and you hold it to be "
            f"{parsed.label}. Edit the text, or reject it.",
            field="label",
        )
