"""Photo score: one photo, one number from 1 to 10."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import Field, StrictInt

from annotation.item_types import (
    PHOTO_PLACE,
    TEN,
    ImageUrl,
    ItemType,
    Parsed,
    Pieces,
    RatingValue,
    ShownItem,
    Subject,
    parse_as,
    photo_json,
    whole,
)
from annotation.models import Campaign
from annotation.precision import HalfWidth, MostAnswers, stop_rule
from annotation.subjects import Selection, ready_photos
from core.errors import InvalidInput
from measures.statistics.stopping import StopRule


class Settings(Parsed):
    """``with_facts`` shows camera facts beside the photo; the rest: when an item has enough."""

    question: str = Field("How good is this photo?", max_length=200, title="Question")
    with_facts: bool = Field(False, title="Show camera facts")
    half_width: HalfWidth = None
    most_answers: MostAnswers = None


class Answer(Parsed):
    """A score, or the word that it cannot be judged."""

    score: StrictInt | None = None
    cannot_judge: bool = False


class PhotoScore(ItemType):
    """The overall aesthetic score of AesGuide: 1 to 10, 0 on the keyboard is ten."""

    name = "photo_score"
    title = "Photo score, 1 to 10"
    instructions = "Look at the whole photo and give it one number from 1 to 10."
    script = "photo_score"
    subjects_are = "every ready photo"
    seconds_each = 8
    scale = TEN
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {"score": 7, "cannot_judge": False}
    shared_keys = ("zoom", "facts", "cannot_judge")
    by_hand = "grades"

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per photo."""
        for photo_id in ready_photos(campaign.project_id, selection):
            yield Subject(f"photo/{photo_id}", photo_id)

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Photo, scale and question."""
        photo = photo_json(shown, image_url, with_facts=self.settings.with_facts)
        return {"photo": photo, "scale": TEN.steps(), "question": self.settings.question}

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """Exactly one of a score and "cannot judge"."""
        parsed: Answer = parse_as(Answer, answer)
        if parsed.cannot_judge:
            if parsed.score is not None:
                raise InvalidInput("Send a score or cannot_judge, not both.", field="score")
        elif parsed.score is None:
            raise InvalidInput("score: give a number, or say that you cannot judge.", field="score")
        else:
            TEN.check(parsed.score, "score")
        return parsed

    def ratings(self, answer: Parsed) -> list[RatingValue]:
        """The score, about the photo."""
        score = getattr(answer, "score", None)
        return [] if score is None else [RatingValue(score, TEN)]

    def stop_rule(self, overlap: int) -> StopRule | None:
        """As the campaign is set."""
        return stop_rule(self.settings.half_width, self.settings.most_answers, overlap)

    def compose(self, base: Parsed, pieces: Pieces) -> dict[str, Any]:
        """This score."""
        score = whole(pieces.values.get(PHOTO_PLACE))
        return {"score": score, "cannot_judge": score is None}

    def in_words(self, answer: Parsed) -> str:
        """For example "7 of 10"."""
        score = getattr(answer, "score", None)
        return "cannot judge" if score is None else f"{score} of 10"
