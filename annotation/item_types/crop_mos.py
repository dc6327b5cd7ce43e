"""Crop scores: every crop of one photo gets a grade from 1 to 5, side by side at one same area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import Field, StrictInt

from accounts.keys import KeyAct
from annotation.item_types import (
    FIVE,
    ImageUrl,
    ItemType,
    Parsed,
    Picture,
    Pieces,
    RatingValue,
    ShownItem,
    Subject,
    equal_pictures,
    parse_as,
    picture_json,
    random_order,
    whole,
)
from annotation.models import Campaign
from annotation.precision import HalfWidth, MostAnswers, stop_rule
from annotation.subjects import Selection, photos_with_crops
from core.errors import InvalidInput
from measures.statistics.stopping import StopRule


class Settings(Parsed):
    """How many crops of a photo make an item, and when it has enough answers."""

    question: str = Field("How good is each crop?", max_length=200, title="Question")
    min_crops: int = Field(2, ge=2, le=12, title="Fewest crops of a photo")
    max_crops: int = Field(12, ge=2, le=12, title="Most crops of a photo")
    half_width: HalfWidth = None
    most_answers: MostAnswers = None


class Grade(Parsed):
    """The grade of one crop; none where it cannot be judged."""

    crop: int
    score: StrictInt | None


class Answer(Parsed):
    """A grade for every crop of the item, in the item's own order."""

    scores: list[Grade]


class PlaceGrade(Parsed):
    """The grade of what stands at a place of this person's screen."""

    place: StrictInt
    score: StrictInt | None


class PageAnswer(Parsed):
    """As the page sends it."""

    scores: list[PlaceGrade] = Field(max_length=12)


class CropMos(ItemType):
    """Mean opinion scores of crops: all crops of a photo at once, places random per person."""

    name = "crop_mos"
    title = "Crop scores, 1 to 5"
    instructions = "Give every crop of the photo a grade. Equal grades are fine."
    script = "crop_mos"
    subjects_are = "every ready photo with enough crops"
    seconds_each = 25
    scale = FIVE
    uses_crops = True
    thumb_place = "0"
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {
        "scores": [{"place": 0, "score": 4}, {"place": 1, "score": 2}]
    }
    keys = (
        KeyAct("take_back", "Backspace", "take a grade back"),
        KeyAct("large", "Space", "look at it large", also=("Shift+Enter",)),
        KeyAct("compare", "c", "compare two"),
    )
    shared_keys = ("cannot_judge",)
    by_hand = "grades"

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per photo, once: crops that come later go to another campaign."""
        found = photos_with_crops(
            campaign.project_id, selection, self.settings.min_crops, self.settings.max_crops
        )
        for photo_id, crop_ids in found:
            yield Subject(f"photo/{photo_id}", photo_id, crop_ids=crop_ids)

    def presentation(self, shown: ShownItem, seed: int) -> dict[str, Any]:
        """``order[place]`` is the crop's place in the item."""
        return {"seed": seed, "order": random_order(len(shown.crops), seed)}

    def pictures(self, shown: ShownItem, presentation: Mapping[str, Any]) -> dict[str, Picture]:
        """Each crop at its place, all with the same number of pixels."""
        crops = [shown.crops[at] for at in presentation["order"]]
        return {str(at): each for at, each in enumerate(equal_pictures(shown.photo, crops))}

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Places with pictures; which crop stands where is not said."""
        pictures = self.pictures(shown, presentation)
        crops = [
            {"place": int(place), **picture_json(shown.photo, picture, image_url(place))}
            for place, picture in pictures.items()
        ]
        return {"crops": crops, "scale": FIVE.steps(), "question": self.settings.question}

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """One grade, or "cannot judge", for every place."""
        page: PageAnswer = parse_as(PageAnswer, answer)
        given = {each.place: each.score for each in page.scores}
        order: list[int] = presentation["order"]
        if len(given) != len(page.scores) or set(given) != set(range(len(order))):
            raise InvalidInput(
                f"scores: each of the {len(order)} places needs exactly one score.", field="scores"
            )
        for place, score in given.items():
            if score is not None:
                FIVE.check(score, f"scores.{place}")
        graded = {shown.crops[order[place]].pk: score for place, score in given.items()}
        return Answer(scores=[Grade(crop=each.pk, score=graded[each.pk]) for each in shown.crops])

    def page_answer(self, stored: Parsed, shown: ShownItem, presentation: Mapping[str, Any]) -> Any:
        """Grades by place again."""
        graded = {each.crop: each.score for each in getattr(stored, "scores", [])}
        crops = [shown.crops[at].pk for at in presentation["order"]]
        return {"scores": [{"place": at, "score": graded.get(pk)} for at, pk in enumerate(crops)]}

    def ratings(self, answer: Parsed) -> list[RatingValue]:
        """Every grade, about its crop."""
        grades: list[Grade] = getattr(answer, "scores", [])
        return [
            RatingValue(each.score, FIVE, each.crop) for each in grades if each.score is not None
        ]

    def stop_rule(self, overlap: int) -> StopRule | None:
        """As the campaign is set."""
        return stop_rule(self.settings.half_width, self.settings.most_answers, overlap)

    def compose(self, base: Parsed, pieces: Pieces) -> dict[str, Any]:
        """These grades of the same crops; the base's where none is given."""
        scores = [
            {"crop": each.crop, "score": whole(pieces.values.get(str(each.crop), each.score))}
            for each in getattr(base, "scores", [])
        ]
        return {"scores": scores}

    def in_words(self, answer: Parsed) -> str:
        """For example "4, 2, -"."""
        scores = [each.score for each in getattr(answer, "scores", [])]
        return ", ".join("-" if score is None else str(score) for score in scores)
