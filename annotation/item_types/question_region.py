"""Question regions: the box that has to be looked at closely to answer a question about a photo.

For the few boxes that LFPC's second stage learns from, and for the review of CropVLM's seed boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import Field, StrictFloat, StrictInt

from accounts.keys import KeyAct
from annotation.contents import RegionContent
from annotation.item_types import (
    DrawnRegion,
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
from annotation.subjects import Selection, passed_regions, questions_of
from core.errors import InvalidInput
from measures.boxes import Box

DIGITS = 6
Number = StrictFloat | StrictInt
SAME = 0.999  # IoU; a box that was left alone comes back with its digits rounded
EITHER = "box: draw the region, or say that the answer cannot be seen, not both."


class Settings(Parsed):
    """``with_draft`` starts from the newest verified region, shown as a dashed frame;
    ``with_answers`` shows the accepted answers, so that the right place is outlined."""

    with_draft: bool = Field(False, title="Start from the draft's region")
    with_answers: bool = Field(True, title="Show the accepted answers")
    min_side: float = Field(
        0.01, ge=0.002, le=0.5, title="Shortest side, as a share of the photo's"
    )


class PageAnswer(Parsed):
    """What the page sends: one box, or the word that the answer cannot be seen in the photo."""

    box: tuple[Number, Number, Number, Number] | None = None
    not_visible: bool = False
    note: str = Field("", max_length=2_000)


class Answer(PageAnswer):
    """The same with the question that it is about; six decimals."""

    question: int


class QuestionRegion(ItemType):
    """An expert's own region for a question, on the upright photo."""

    name = "question_region"
    title = "Question regions"
    instructions = (
        "Outline what has to be looked at closely to answer the question: all that is needed, and "
        "as little else as possible."
    )
    script = "question_region"
    subjects_are = "every question about a ready photo (with its region, if it starts from drafts)"
    seconds_each = 15
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {
        "box": [0.42, 0.1, 0.58, 0.2], "not_visible": False, "note": "",
    }  # fmt: skip
    keys = (
        KeyAct("lights", "l", "lights out"),
        KeyAct("peek", "\\", "before and after"),
        KeyAct("reset", "Backspace", "clear, or back to the draft"),
    )
    shared_keys = ("crop", "cannot_judge", "zoom")
    by_hand = "box"

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per question."""
        drafts = dict(passed_regions(campaign.project_id, selection)) if self._starts_drawn else {}
        for question in questions_of(campaign.project_id, selection):
            draft = drafts.get(question.pk)
            if draft is None and self._starts_drawn:
                continue
            key = f"draft/{draft}" if draft else f"question/{question.pk}"
            told = {
                "question": question.pk, "text": question.text, "answers": list(question.answers),
            }  # fmt: skip
            yield Subject(key, question.photo_id, draft, payload=told)

    @property
    def _starts_drawn(self) -> bool:
        return bool(self.settings.with_draft)

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Photo and question; answers and the draft's box where the campaign shows them."""
        item: dict[str, Any] = {
            "photo": photo_json(shown, image_url, with_facts=False),
            "question": shown.item.payload["text"],
            "min_side": self.settings.min_side,
        }
        if self.settings.with_answers:
            item["answers"] = _each_once(shown.item.payload["answers"])
        if shown.draft is not None:
            item["ghost"] = list(RegionContent.model_validate(shown.draft.content).box)
        return item

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """One box inside the photo, or that there is none."""
        given: PageAnswer = parse_as(PageAnswer, answer)
        if given.not_visible == (given.box is not None):
            raise InvalidInput(EITHER, field="box")
        told = given.model_dump() | {"question": shown.item.payload["question"]}
        if given.box is not None:
            told["box"] = self._checked(given.box)
        return Answer(**told)

    def page_answer(self, stored: Parsed, shown: ShownItem, presentation: Mapping[str, Any]) -> Any:
        """Without the question, which the page does not know by number."""
        return stored.model_dump(mode="json", exclude={"question"})

    def regions(self, answer: Parsed) -> list[DrawnRegion]:
        """The box, for the question's photo."""
        given = answer.model_dump()
        if given["box"] is None:
            return []
        return [DrawnRegion(Box(*given["box"]), given["question"], given["note"])]

    def compose(self, base: Parsed, pieces: Pieces) -> dict[str, Any]:
        """This box, for the same question."""
        if pieces.box is None:
            raise InvalidInput("Draw the box that stands.", field="box")
        box = list(pieces.box.corners())
        return {**base.model_dump(mode="json"), "box": box, "not_visible": False, "note": ""}

    def outcome(self, answer: Parsed, draft: Draft) -> Outcome | None:
        """How far the box lies from the draft's."""
        given = answer.model_dump()
        if given["box"] is None:
            return Outcome.rejected("not_visible")
        overlap = Box(*given["box"]).iou(RegionContent.model_validate(draft.content).as_box())
        return Outcome.accepted(0.0 if overlap > SAME else 1 - overlap)

    def in_words(self, answer: Parsed) -> str:
        """For example "2.5% of the photo"."""
        given = answer.model_dump()
        if given["box"] is None:
            return "cannot be seen"
        return f"{Box(*given['box']).area:.1%} of the photo"

    def _checked(self, corners: tuple[float, float, float, float]) -> tuple[float, ...]:
        try:
            box = Box(*corners)
        except InvalidInput as error:
            raise InvalidInput(f"box: {error.message}", field="box") from None
        if min(box.width, box.height) < self.settings.min_side - 1e-6:
            share = f"{self.settings.min_side:.1%}"
            raise InvalidInput(f"box: a side is shorter than {share} of the photo's.", field="box")
        return tuple(round(each, DIGITS) for each in box.corners())


def _each_once(answers: list[str]) -> list[str]:
    """Ten people often gave the same answer."""
    once: dict[str, str] = {}
    for answer in answers:
        once.setdefault(answer.casefold(), answer)
    return list(once.values())
