"""Preference pair: which of two crops of one photo is better; blind, sides random and stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

from annotation.arena import crop_makers, meetings
from annotation.item_types import (
    ImageUrl,
    ItemType,
    PairChoice,
    Parsed,
    Picture,
    Pieces,
    ShownItem,
    Subject,
    equal_pictures,
    pair_subject,
    parse_as,
    picture_json,
)
from annotation.models import Campaign, Item, ItemPurpose
from annotation.pair_votes import (
    CROP_REASONS,
    KEYS,
    SIDES,
    WORDS,
    AskReasons,
    Choice,
    PageChoice,
    Reasons,
    Strength,
    check_vote,
    chips,
    in_words,
    same_choice,
    sides_of,
    to_choice,
    to_page,
    winner_of,
)
from annotation.subjects import Selection, crop_pairs


class Settings(Parsed):
    """How many pairs are made of one photo's crops, and whether all at once."""

    question: str = Field("Which frame is better?", max_length=200, title="Question")
    pairs_per_photo: int = Field(8, ge=1, le=66, title="Most pairs of a photo")
    adaptive: bool = Field(
        False, title="Ask for the most useful pairs next",
        description="Begins with as many pairs as a photo has crops, which join all of them. When these "
        "are answered, the pairs are added whose answers are expected to tell most, and so on up to "
        "the most pairs; about one in seven is drawn at random as a check. Let the most pairs be "
        "more than the crops of a photo. Otherwise all pairs are made at once.",
    )  # fmt: skip
    first_maker: str = Field(
        "", max_length=400, title="Arena: the crops of this model",
        description="For an arena of two models: of each photo the crop that either proposed last, its "
        "best one, unless both are the same. Nobody who chooses sees whose crop is whose.",
    )  # fmt: skip
    second_maker: str = Field("", max_length=400, title="Arena: against those of this one")
    ask_reasons: AskReasons = False

    @model_validator(mode="after")
    def _two_models_or_none(self) -> Settings:
        makers = {self.first_maker, self.second_maker}
        if len(makers) == 1 and makers != {""}:
            raise ValueError("An arena needs two different models")
        if "" in makers and makers != {""}:
            raise ValueError("Name both models of the arena, or none")
        if makers != {""} and self.adaptive:
            raise ValueError("An arena has one pair of each photo: no more useful one can follow")
        return self


class Answer(Parsed):
    """The choice in terms of the item's first and second crop, by id, not of sides. ``swapped``:
    the person had the sides swapped on their screen when choosing."""

    choice: Choice
    strength: Strength = 1
    reasons: Reasons = Field(default_factory=list)
    swapped: bool = False
    first: int
    second: int


class PageAnswer(Parsed):
    """As the page sends it."""

    choice: PageChoice
    strength: Strength = 1
    reasons: Reasons = Field(default_factory=list)
    swapped: bool = False


class PreferencePair(ItemType):
    """A pair vote: left, right, no difference, neither works, cannot judge."""

    name = "preference_pair"
    title = "Preference pair"
    instructions = "Choose the better of two frames. Say so when you see no difference."
    script = "preference_pair"
    subjects_are = "pairs of crops of each ready photo, or of two models' best crops"
    seconds_each = 9
    uses_crops = True
    thumb_place = "left"
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {"choice": "left", "strength": 1}
    keys = KEYS
    shared_keys = ("zoom", "facts", "cannot_judge")
    by_hand = "choice"
    hand_choices: ClassVar[dict[str, str]] = WORDS

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per pair; a photo whose pairs depend on its votes is begun once."""
        if self.is_arena:
            makers = (self.settings.first_maker, self.settings.second_maker)
            for meeting in meetings(campaign.project_id, selection, *makers):
                yield pair_subject(*meeting)
            return
        is_adaptive = self.settings.adaptive
        found = crop_pairs(
            campaign.project_id, selection, self.settings.pairs_per_photo, campaign.order_seed,
            ring_only=is_adaptive,
        )  # fmt: skip
        items = Item.objects.filter(campaign=campaign.pk, purpose=ItemPurpose.WORK)
        begun = set(items.values_list("photo_id", flat=True)) if is_adaptive else set()
        for photo_id, first, second in found:
            if photo_id not in begun:
                yield pair_subject(photo_id, first, second)

    @property
    def is_arena(self) -> bool:
        """Whether the crops of two models meet."""
        return bool(self.settings.first_maker)

    @property
    def has_results(self) -> bool:
        """An arena says who won."""
        return self.is_arena

    @classmethod
    def choices(cls, project_id: int) -> dict[str, list[str]]:
        """The models that proposed crops."""
        makers = crop_makers(project_id)
        return {"first_maker": makers, "second_maker": makers}

    def most_pairs(self) -> int:
        """As the campaign is set."""
        return int(self.settings.pairs_per_photo) if self.settings.adaptive else 0

    def fullest(self) -> ItemType:
        """With all pairs at once."""
        if not self.settings.adaptive:
            return self
        return PreferencePair({**self.settings.model_dump(), "adaptive": False})

    def presentation(self, shown: ShownItem, seed: int) -> dict[str, Any]:
        """Which side the first crop stands on."""
        return sides_of(seed)

    def pictures(self, shown: ShownItem, presentation: Mapping[str, Any]) -> dict[str, Picture]:
        """Both crops with the same number of pixels, by side."""
        first, second = equal_pictures(shown.photo, shown.crops)
        sides = (first, second) if presentation["first_on_left"] else (second, first)
        return dict(zip(SIDES, sides, strict=True))

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Two pictures; which crop stands where is not said."""
        pictures = self.pictures(shown, presentation)
        sides = {
            side: picture_json(shown.photo, picture, image_url(side))
            for side, picture in pictures.items()
        }
        item = {**sides, "question": self.settings.question}
        return {**item, "reasons": chips(CROP_REASONS)} if self.settings.ask_reasons else item

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """Sides become first and second; only a chosen side can be "much better"."""
        page: PageAnswer = parse_as(PageAnswer, answer)
        check_vote(page.choice, page.strength, page.reasons, CROP_REASONS)
        first, second = shown.crops
        return Answer(
            choice=to_choice(page.choice, presentation), strength=page.strength,
            reasons=page.reasons, swapped=page.swapped, first=first.pk, second=second.pk,
        )  # fmt: skip

    def page_answer(self, stored: Parsed, shown: ShownItem, presentation: Mapping[str, Any]) -> Any:
        """Sides again."""
        given = stored.model_dump(exclude={"first", "second"})
        return {**given, "choice": to_page(given["choice"], presentation)}

    def pair_choice(self, answer: Parsed, presentation: Mapping[str, Any]) -> PairChoice | None:
        """The vote."""
        if not isinstance(answer, Answer):
            return None
        return PairChoice(
            answer.first, answer.second, answer.choice, presentation["first_on_left"],
            answer.strength,
        )  # fmt: skip

    def numbers(self, answer: Parsed) -> dict[str, float]:
        """The winner: 1 for the first crop, -1 for the second, 0 for no difference."""
        return winner_of(getattr(answer, "choice", ""))

    def agrees(self, given: Parsed, wanted: Parsed) -> bool | None:
        """The same choice; somebody who could not judge said nothing."""
        return same_choice(getattr(given, "choice", ""), getattr(wanted, "choice", ""))

    def choice(self, answer: Parsed) -> str:
        """In terms of the item, not of sides."""
        return str(getattr(answer, "choice", ""))

    def compose(self, base: Parsed, pieces: Pieces) -> dict[str, Any]:
        """This choice of the same two crops."""
        return {**base.model_dump(mode="json"), "choice": pieces.choice, "strength": 1}

    def in_words(self, answer: Parsed) -> str:
        """For example "first is better"."""
        given = answer.model_dump()
        return in_words(given["choice"], given["reasons"], CROP_REASONS)
