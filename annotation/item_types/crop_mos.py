"""Crop scores: a grade from 1 to 5, for every crop of one photo side by side at one same area, or for
one crop at a time.

Side by side, crops can be put into an order too: within one grade the order is the person's own, so
grades and ranks never say opposite things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import TextChoices
from pydantic import Field, StrictInt

from accounts.keys import KeyAct
from annotation.crop_grades import CANNOT, check_ranks, check_reason
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
from annotation.pair_votes import chips
from annotation.precision import HalfWidth, MostAnswers, stop_rule
from annotation.subjects import Selection, photos_with_crops
from core.errors import InvalidInput
from measures.boxes import Box
from measures.statistics.stopping import StopRule

SINGLE_SECONDS = 7
# Of a crop shown by itself: as many for each, so that no sharpness tells which one is tight.
SINGLE_PIXELS = 360_000


class Mode(TextChoices):
    """How crops are shown."""

    GRID = "grid", "all crops of a photo side by side"
    SINGLE = "single", "one crop at a time, in an order of each person's own"


QUESTIONS = {Mode.GRID: "How good is each crop?", Mode.SINGLE: "How good is this crop?"}


class Settings(Parsed):
    """How crops are shown, how many of a photo, and when an item has enough answers."""

    mode: Mode = Field(Mode.GRID, title="Show")
    question: str = Field(
        "", max_length=200, title="Question",
        description="Empty: how good is each crop, or how good is this crop.",
    )  # fmt: skip
    min_crops: int = Field(2, ge=2, le=12, title="Fewest crops of a photo")
    max_crops: int = Field(12, ge=2, le=12, title="Most crops of a photo")
    apart: int = Field(
        4, ge=0, le=20, title="Items between two crops of one photo",
        description="One crop at a time: so many crops of other photos come first, where there are any.",
    )  # fmt: skip
    half_width: HalfWidth = None
    most_answers: MostAnswers = None


class Grade(Parsed):
    """The grade of one crop; none where it cannot be judged, for this reason. ``rank``: 1 is the best
    of the item's crops, equal ones share a rank; none where nothing was put into an order."""

    crop: int
    score: StrictInt | None
    rank: StrictInt | None = None
    reason: str = ""


class Answer(Parsed):
    """A grade for every crop of the item, in the item's own order."""

    scores: list[Grade]


class PlaceGrade(Parsed):
    """The grade of what stands at a place of this person's screen."""

    place: StrictInt
    score: StrictInt | None
    rank: StrictInt | None = None
    reason: str = Field("", max_length=20)


class PageAnswer(Parsed):
    """As the page sends it."""

    scores: list[PlaceGrade] = Field(max_length=12)


class CropMos(ItemType):
    """Mean opinion scores of crops: all crops of a photo at once at places that are random per person
    (simultaneous), or crop by crop in an order that is (single stimulus)."""

    name = "crop_mos"
    title = "Crop scores, 1 to 5"
    instructions = "Give every crop of the photo a grade. Equal grades are fine."
    script = "crop_mos"
    subjects_are = "every ready photo with enough crops, or each of their crops"
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
        """One item per photo, once: crops that come later go to another campaign. One at a time, an
        item per crop."""
        found = photos_with_crops(
            campaign.project_id, selection, self.settings.min_crops, self.settings.max_crops
        )
        for photo_id, crop_ids in found:
            if self.is_single:
                yield from (Subject(f"crop/{pk}", photo_id, crop_ids=(pk,)) for pk in crop_ids)
            else:
                yield Subject(f"photo/{photo_id}", photo_id, crop_ids=crop_ids)

    @property
    def is_single(self) -> bool:
        """Whether people see one crop at a time."""
        return bool(self.settings.mode == Mode.SINGLE)

    def spacing(self) -> int | None:
        """Crop by crop everybody has an order of their own, with other photos in between."""
        return int(self.settings.apart) if self.is_single else None

    def usual_seconds(self) -> int:
        """One crop takes less than all of a photo."""
        return SINGLE_SECONDS if self.is_single else self.seconds_each

    def presentation(self, shown: ShownItem, seed: int) -> dict[str, Any]:
        """``order[place]`` is the crop's place in the item."""
        return {"seed": seed, "order": random_order(len(shown.crops), seed)}

    def pictures(self, shown: ShownItem, presentation: Mapping[str, Any]) -> dict[str, Picture]:
        """Each crop at its place, all with the same number of pixels."""
        if self.is_single:  # the same number for every crop of the campaign
            return {"0": Picture(Box(*shown.crops[0].corners), SINGLE_PIXELS)}
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
        item = {"crops": crops, "scale": FIVE.steps(), "mode": self.settings.mode.value}
        item["question"] = self.settings.question or QUESTIONS[self.settings.mode]
        return {**item, "reasons": chips(CANNOT)} if self.is_single else item

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """One grade, or "cannot judge", for every place."""
        page: PageAnswer = parse_as(PageAnswer, answer)
        given = {each.place for each in page.scores}
        order: list[int] = presentation["order"]
        if len(given) != len(page.scores) or given != set(range(len(order))):
            raise InvalidInput(
                f"scores: each of the {len(order)} places needs exactly one score.", field="scores"
            )
        for each in page.scores:
            if each.score is not None:
                FIVE.check(each.score, f"scores.{each.place}")
            check_reason(each.score, each.reason, is_needed=self.is_single)
        check_ranks([(each.score, each.rank) for each in page.scores])
        found = {shown.crops[order[each.place]].pk: each for each in page.scores}
        return Answer(scores=[_graded(crop.pk, found[crop.pk]) for crop in shown.crops])

    def page_answer(self, stored: Parsed, shown: ShownItem, presentation: Mapping[str, Any]) -> Any:
        """Grades by place again."""
        grades: list[Grade] = getattr(stored, "scores", [])
        known = {each.crop: each for each in grades}
        crops = [shown.crops[at].pk for at in presentation["order"]]
        return {"scores": [_placed(at, known.get(pk)) for at, pk in enumerate(crops)]}

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
        """These grades of the same crops; the base's where none is given. An order is not kept."""
        scores = [_regraded(each, pieces) for each in getattr(base, "scores", [])]
        return {"scores": scores}

    def in_words(self, answer: Parsed) -> str:
        """For example "4, 2, -"; with the order where it says more than the grades."""
        grades: list[Grade] = getattr(answer, "scores", [])
        words = ", ".join("-" if each.score is None else str(each.score) for each in grades)
        if len(grades) == 1 and grades[0].score is None:
            return f"cannot judge: {CANNOT.get(grades[0].reason, 'no reason given')}"
        judged = {(each.score, each.rank) for each in grades if each.rank is not None}
        if len(judged) == len({score for score, _ in judged}):
            return words
        return f"{words} (rank {', '.join('-' if e.rank is None else str(e.rank) for e in grades)})"


def _graded(crop_id: int, given: PlaceGrade) -> Grade:
    return Grade(crop=crop_id, score=given.score, rank=given.rank, reason=given.reason)


def _placed(place: int, known: Grade | None) -> dict[str, Any]:
    if known is None:
        return {"place": place, "score": None}
    told = known.model_dump(exclude={"crop"}, exclude_defaults=True)
    return {"place": place, "score": None, **told}


def _regraded(each: Grade, pieces: Pieces) -> dict[str, Any]:
    score = whole(pieces.values.get(str(each.crop), each.score))
    return {"crop": each.crop, "score": score, "reason": "" if score is not None else each.reason}
