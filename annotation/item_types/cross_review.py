"""Cross-review: a frame that one expert drew is shown to others until all of them agree.

For the references of a benchmark. Everybody of a round sees the same frame, not knowing whose it is;
they agree, correct it, or reject it. A correction is shown to the same people in the next round. When
all agree, the frame stands as the golden record; after the last round the item goes to the lead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field, StrictFloat, StrictInt

from accounts.keys import KeyAct
from annotation.item_types import (
    ImageUrl,
    ItemType,
    Parsed,
    ShownItem,
    Subject,
    parse_as,
    photo_json,
)
from annotation.models import Campaign
from annotation.subjects import Selection, drawn_crops
from core.errors import InvalidInput
from measures.boxes import Box

DIGITS = 6
MIN_SIDE = 0.05
SAME = 0.999  # IoU; a frame that was left alone comes back with its digits rounded
Number = StrictFloat | StrictInt
REASONS = {
    "subject": "cuts or loses the subject",
    "balance": "out of balance",
    "edges": "disturbing things at the edges",
    "no_crop": "the whole photo is better",
    "other": "another reason",
}


class Settings(Parsed):
    """How often a frame goes round before the lead decides."""

    question: str = Field("Is this the best frame?", max_length=200, title="Question")
    max_rounds: int = Field(3, ge=1, le=8, title="Most rounds before the lead decides")


class PageAnswer(Parsed):
    """As the page sends it: ``box`` only with a correction."""

    verdict: Literal["agree", "correct", "reject"]
    box: tuple[Number, Number, Number, Number] | None = None
    reason: str = Field("", max_length=1_000)


class Answer(PageAnswer):
    """The same with the frame that stands after it; none after a rejection."""


class CrossReview(ItemType):
    """Agree with a frame, correct it, or reject it, round after round."""

    name = "cross_review"
    title = "Cross-review of drawn crops"
    instructions = (
        "Look at the frame. Agree with it, correct it until you would sign it, or reject it with a "
        "reason."
    )
    script = "cross_review"
    subjects_are = "every crop that an expert drew on a ready photo; choose a benchmark's photos"
    seconds_each = 15
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {"verdict": "agree", "box": None, "reason": ""}
    keys = (
        KeyAct("agree", "a", "agree"),
        KeyAct("reject", "x", "reject"),
        KeyAct("lights", "l", "lights out"),
        KeyAct("peek", "\\", "before and after"),
        KeyAct("reset", "Backspace", "back to the frame shown"),
    )
    shared_keys = ("overlay", "zoom")
    goes_round = True

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per frame."""
        for crop in drawn_crops(campaign.project_id, selection):
            told = {"box": list(crop.corners), "shown": [f"crop/{crop.pk}"]}
            yield Subject(f"crop/{crop.pk}", crop.photo_id, payload=told)

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """The photo and the frame of this round; neither whose it is nor which round."""
        return {
            "photo": photo_json(shown, image_url, with_facts=False),
            "box": shown.item.payload["box"],
            "question": self.settings.question,
            "min_side": MIN_SIDE,
            "reject_reasons": [{"value": code, "label": words} for code, words in REASONS.items()],
        }

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """A correction has another frame, a rejection a known reason."""
        given: PageAnswer = parse_as(PageAnswer, answer)
        box = list(shown.item.payload["box"])
        if given.verdict == "correct":
            box = _corrected(given.box, Box(*box))
        if given.verdict == "reject":
            _check_reason(given.reason)
            return Answer(verdict="reject", reason=given.reason)
        return Answer(verdict=given.verdict, box=(box[0], box[1], box[2], box[3]), reason="")

    def page_answer(self, stored: Parsed, shown: ShownItem, presentation: Mapping[str, Any]) -> Any:
        """As it is; the frame agreed with is the one on the page."""
        return stored.model_dump(mode="json")

    def boxes(self, answer: Parsed) -> list[Box]:
        """The frame that stands after the answer."""
        box = getattr(answer, "box", None)
        return [] if box is None else [Box(*box)]

    def next_frame(self, answers: Sequence[Parsed], rounds: int) -> list[float] | None:
        """The correction to show in the next round: of all, the one that the others' frames overlap
        most. None where nobody corrected, or where the rounds are used up."""
        corrected = [each for each in answers if getattr(each, "verdict", "") == "correct"]
        if not corrected or rounds >= self.settings.max_rounds:
            return None
        frames = [box for each in answers for box in self.boxes(each)]
        best = max(corrected, key=lambda each: sum(self.boxes(each)[0].iou(box) for box in frames))
        return list(self.boxes(best)[0].corners())

    def in_words(self, answer: Parsed) -> str:
        """For example "rejected: out of balance"."""
        given = answer.model_dump()
        if given["verdict"] == "reject":
            code, _, words = given["reason"].partition(":")
            return f"rejected: {words.strip() or REASONS.get(code, code)}"
        return "agrees" if given["verdict"] == "agree" else "corrected the frame"


def _corrected(corners: tuple[Number, ...] | None, before: Box) -> list[float]:
    if corners is None:
        raise InvalidInput("box: draw the frame as it should be.", field="box")
    try:
        box = Box(*corners)
    except InvalidInput as error:
        raise InvalidInput(f"box: {error.message}", field="box") from None
    if min(box.width, box.height) < MIN_SIDE - 1e-6:
        raise InvalidInput("box: a side is shorter than 5% of the photo's.", field="box")
    if box.iou(before) > SAME:
        raise InvalidInput("box: this is the frame shown; agree with it instead.", field="box")
    return [round(each, DIGITS) for each in box.corners()]


def _check_reason(reason: str) -> None:
    code, _, words = reason.partition(":")
    if code not in REASONS or (code == "other" and not words.strip()):
        known = ", ".join(REASONS)
        raise InvalidInput(f"reason: a rejection needs one of {known}.", field="reason")
