"""Judging of model answers: completeness, preciseness and relevance, each 0, 1 or 2.

The rubric by which AesGuide's experts and its judge score what a model said of a photo. Who said it
is not shown; the marks are rows, from which the results of a campaign are counted by model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import Field, StrictInt

from accounts.keys import KeyAct
from annotation.item_types import (
    ImageUrl,
    ItemType,
    Parsed,
    Scale,
    ShownItem,
    Subject,
    parse_as,
    photo_json,
)
from annotation.models import Campaign, DraftKind
from annotation.rubric import CRITERIA, HIGHEST
from annotation.subjects import Selection
from annotation.texts import DraftedText, newest_texts, reference_guidance
from core.errors import InvalidInput

RUBRIC = Scale(0, HIGHEST)
ASK_GUIDANCE = "Say what is good about this photo, what is not, and how to take a better one."
INCOMPLETE = "Give all three marks, or say that you cannot judge."


class Settings(Parsed):
    """Which drafts are judged, and whether beside what stands already."""

    answers: bool = Field(True, title="Judge answers to questions")
    guidance: bool = Field(False, title="Judge guidance texts")
    with_reference: bool = Field(
        True, title="Show the reference answer",
        description="A question's accepted answers; for guidance, the golden record of the photo or "
        "what an expert accepted last.",
    )  # fmt: skip


class Answer(Parsed):
    """A mark for each criterion, or the word that it cannot be judged."""

    completeness: StrictInt | None = None
    preciseness: StrictInt | None = None
    relevance: StrictInt | None = None
    cannot_judge: bool = False
    note: str = Field("", max_length=2_000)


class AnswerJudging(ItemType):
    """Venus' expert assessment: one model's answer at a time, its model unknown."""

    name = "answer_judging"
    title = "Judging of model answers"
    instructions = (
        "Read the answer beside the photo. Mark how complete, how precise and how relevant it is: "
        "0, 1 or 2 each."
    )
    script = "answer_judging"
    subjects_are = "every model's newest answer to a question about a ready photo, or its guidance"
    seconds_each = 40
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {
        "completeness": 1, "preciseness": 2, "relevance": 2, "cannot_judge": False, "note": "",
    }  # fmt: skip
    keys = (KeyAct("take_back", "Backspace", "take a mark back"), KeyAct("note", "n", "note"))
    shared_keys = ("zoom", "cannot_judge")

    @property
    def has_results(self) -> bool:
        """Figures by model."""
        return True

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per draft."""
        if self.settings.answers:
            for each in newest_texts(campaign.project_id, DraftKind.ANSWER, selection):
                yield _answer(each)
        if self.settings.guidance:
            known = reference_guidance(campaign.project_id, selection)
            for each in newest_texts(campaign.project_id, DraftKind.GUIDANCE, selection):
                reference = known.get(each.draft.photo_id, "")
                yield _subject(each, ASK_GUIDANCE, [reference] if reference else [])

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Photo, what was asked, and what was answered; never by whom."""
        told = shown.item.payload
        item = {
            "photo": photo_json(shown, image_url, with_facts=False),
            "asked": told["asked"],
            "answer": told["text"],
            "criteria": [{"name": name, **about} for name, about in CRITERIA.items()],
        }
        if self.settings.with_reference and told["reference"]:
            item["reference"] = told["reference"]
        return item

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """Three marks from 0 to 2, or none and "cannot judge"."""
        given: Answer = parse_as(Answer, answer)
        marks = _marks(given)
        for name, value in marks.items():
            RUBRIC.check(value, name)
        if given.cannot_judge and marks:
            raise InvalidInput("Send marks or cannot_judge, not both.", field="cannot_judge")
        missing = [name for name in CRITERIA if name not in marks]
        if missing and not given.cannot_judge:
            raise InvalidInput(f"{missing[0]}: {INCOMPLETE}", field=missing[0])
        return given

    def marks(self, answer: Parsed) -> dict[str, int]:
        """The marks by criterion; none where it could not be judged."""
        return _marks(answer)

    def numbers(self, answer: Parsed) -> dict[str, float]:
        """The marks, to set beside another's."""
        return {name: float(value) for name, value in _marks(answer).items()}

    def agrees(self, given: Parsed, wanted: Parsed) -> bool | None:
        """No mark off by two, and at most one off by one: on so short a scale one is much."""
        ours, theirs = _marks(given), _marks(wanted)
        if not ours or not theirs:
            return None
        off = [abs(ours[name] - theirs[name]) for name in ours]
        return sum(off) <= 1

    def in_words(self, answer: Parsed) -> str:
        """For example "complete 1, precise 2, relevant 2"."""
        marks = _marks(answer)
        if not marks:
            return "cannot judge"
        words = {"completeness": "complete", "preciseness": "precise", "relevance": "relevant"}
        return ", ".join(f"{words[name]} {value}" for name, value in marks.items())


def _marks(answer: Parsed) -> dict[str, int]:
    given = {name: getattr(answer, name, None) for name in CRITERIA}
    return {name: value for name, value in given.items() if value is not None}


def _answer(each: DraftedText) -> Subject:
    question = each.draft.question
    if question is None:
        return _subject(each, "What do you see in this photo?", [])
    return _subject(each, question.text, list(dict.fromkeys(question.answers)))


def _subject(each: DraftedText, asked: str, reference: list[str]) -> Subject:
    told = {"asked": asked, "text": each.text, "reference": reference}
    return Subject(f"draft/{each.draft.pk}", each.draft.photo_id, each.draft.pk, payload=told)
