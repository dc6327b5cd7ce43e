"""Photo score: one photo, one number from 1 to 10; and, where asked, five attributes from 1 to 5."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import Field, StrictInt

from accounts.keys import KeyAct
from annotation.attributes import ATTRIBUTES, Attribute, check_grades, grades_in_words
from annotation.item_types import (
    FIVE,
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
    """``with_facts`` shows camera facts beside the photo; ``with_attributes`` asks for five grades more;
    the rest: when an item has enough."""

    question: str = Field("How good is this photo?", max_length=200, title="Question")
    with_facts: bool = Field(False, title="Show camera facts")
    with_attributes: bool = Field(
        False, title="Also ask for attributes, 1 to 5",
        description="Composition, balance, subject, horizon and colour, after the score.",
    )  # fmt: skip
    half_width: HalfWidth = None
    most_answers: MostAnswers = None


class Answer(Parsed):
    """A score, or the word that it cannot be judged. An attribute that the photo lacks is null."""

    score: StrictInt | None = None
    cannot_judge: bool = False
    attributes: dict[Attribute, StrictInt | None] = Field(default_factory=dict)


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
    keys = (KeyAct("take_back", "Backspace", "take a grade back, where attributes are asked for"),)
    shared_keys = ("zoom", "facts", "cannot_judge")
    by_hand = "grades"

    @property
    def has_results(self) -> bool:
        """Figures by attribute."""
        return bool(self.settings.with_attributes)

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per photo."""
        for photo_id in ready_photos(campaign.project_id, selection):
            yield Subject(f"photo/{photo_id}", photo_id)

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Photo, scale and question; the attributes that are asked for."""
        photo = photo_json(shown, image_url, with_facts=self.settings.with_facts)
        item = {"photo": photo, "scale": TEN.steps(), "question": self.settings.question}
        if self.settings.with_attributes:
            asked = [{"name": name, "title": title} for name, title in ATTRIBUTES.items()]
            item |= {"attributes": asked, "attribute_scale": FIVE.steps()}
        return item

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
        self._check_attributes(parsed)
        return parsed

    def _check_attributes(self, parsed: Answer) -> None:
        if self.settings.with_attributes and not parsed.cannot_judge:
            check_grades(parsed.attributes)
        elif parsed.attributes:
            why = "you cannot judge" if parsed.cannot_judge else "this campaign asks for none"
            raise InvalidInput(f"attributes: send none, because {why}.", field="attributes")

    def page_answer(self, stored: Parsed, shown: ShownItem, presentation: Mapping[str, Any]) -> Any:
        """Without attributes where the page shows none."""
        told = stored.model_dump(mode="json")
        if not self.settings.with_attributes:
            del told["attributes"]
        return told

    def ratings(self, answer: Parsed) -> list[RatingValue]:
        """The score, about the photo."""
        score = getattr(answer, "score", None)
        return [] if score is None else [RatingValue(score, TEN)]

    def usual_seconds(self) -> int:
        """Longer where attributes are asked for."""
        return 20 if self.settings.with_attributes else self.seconds_each

    def stop_rule(self, overlap: int) -> StopRule | None:
        """As the campaign is set."""
        return stop_rule(self.settings.half_width, self.settings.most_answers, overlap)

    def compose(self, base: Parsed, pieces: Pieces) -> dict[str, Any]:
        """This score, with the attributes of the answer it began with."""
        score = whole(pieces.values.get(PHOTO_PLACE))
        attributes = {} if score is None else getattr(base, "attributes", {})
        return {"score": score, "cannot_judge": score is None, "attributes": attributes}

    def in_words(self, answer: Parsed) -> str:
        """For example "7 of 10" or "7 of 10; composition 4, horizon none"."""
        score = getattr(answer, "score", None)
        if score is None:
            return "cannot judge"
        return "; ".join(
            filter(None, (f"{score} of 10", grades_in_words(getattr(answer, "attributes", {}))))
        )
