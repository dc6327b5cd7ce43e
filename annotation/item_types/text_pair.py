"""Text pair: which of two models' texts about one photo is better; blind, sides random and stored.

Two guidance drafts of a photo, or two rationales of one crop, by different makers. Texts that say
the same in the same words never meet. The votes become DPO pairs and win rates of the makers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, groupby
from random import Random
from typing import Any, ClassVar

from pydantic import Field

from accounts.keys import KeyAct
from annotation.item_types import (
    ImageUrl,
    ItemType,
    PairChoice,
    Parsed,
    ShownItem,
    Subject,
    parse_as,
    photo_json,
)
from annotation.models import Campaign, DraftKind
from annotation.pair_votes import (
    KEYS,
    SIDES,
    TEXT_REASONS,
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
from annotation.subjects import Selection
from annotation.texts import DraftedText, about, different, newest_texts


class Settings(Parsed):
    """Which texts meet, and how many pairs a photo or crop gets."""

    question: str = Field("Which text is better?", max_length=200, title="Question")
    guidance: bool = Field(True, title="Pairs of guidance")
    rationales: bool = Field(False, title="Pairs of rationales of one crop")
    pairs_each: int = Field(3, ge=1, le=20, title="Most pairs of a photo or crop")
    ask_reasons: AskReasons = False


class Answer(Parsed):
    """The choice in terms of the item's first and second draft, by id, not of sides. ``swapped``:
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


class TextPair(ItemType):
    """A vote on two texts: left, right, no difference, neither works, cannot judge."""

    name = "text_pair"
    title = "Preference pair of texts"
    instructions = (
        "Read both texts beside the photo and choose the better one. Say so when neither is."
    )
    script = "text_pair"
    subjects_are = "pairs of different models' newest guidance, or rationales, of each ready photo"
    seconds_each = 35
    has_sides = True
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {"choice": "left", "strength": 1, "reasons": []}
    keys = (*KEYS, KeyAct("differences", "d", "mark what differs"))
    shared_keys = ("zoom", "cannot_judge")

    @property
    def has_results(self) -> bool:
        """Figures by model."""
        return True

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per pair; where there are more than asked for, the campaign's seed draws."""
        wanted = [
            (DraftKind.GUIDANCE, self.settings.guidance),
            (DraftKind.RATIONALE, self.settings.rationales),
        ]
        for kind, is_wanted in wanted:
            texts = newest_texts(campaign.project_id, kind, selection) if is_wanted else iter(())
            yield from self._pairs(texts, campaign.order_seed)

    def _pairs(self, texts: Iterator[DraftedText], seed: int) -> Iterator[Subject]:
        for thing, group in groupby(texts, key=lambda each: about(each.draft)):
            pairs = list(combinations(different(group), 2))
            Random(f"{seed}:{thing}").shuffle(pairs)  # noqa: S311 - shuffling, not secrecy
            yield from (_subject(*pair) for pair in pairs[: self.settings.pairs_each])

    def presentation(self, shown: ShownItem, seed: int) -> dict[str, Any]:
        """Which side the first text stands on."""
        return sides_of(seed)

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Two texts and their photo; neither who wrote which nor how the crop was judged."""
        told = shown.item.payload
        texts = [{"text": told["first"]["text"]}, {"text": told["second"]["text"]}]
        if not presentation["first_on_left"]:
            texts.reverse()
        item = {
            **dict(zip(SIDES, texts, strict=True)),
            "photo": photo_json(shown, image_url, with_facts=False),
            "question": self.settings.question,
        }
        if told.get("box"):
            item["box"] = told["box"]
        if self.settings.ask_reasons:
            item["reasons"] = chips(TEXT_REASONS)
        return item

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """Sides become first and second."""
        page: PageAnswer = parse_as(PageAnswer, answer)
        check_vote(page.choice, page.strength, page.reasons, TEXT_REASONS)
        told = shown.item.payload
        return Answer(
            choice=to_choice(page.choice, presentation), strength=page.strength,
            reasons=page.reasons, swapped=page.swapped,
            first=told["first"]["draft"], second=told["second"]["draft"],
        )  # fmt: skip

    def page_answer(self, stored: Parsed, shown: ShownItem, presentation: Mapping[str, Any]) -> Any:
        """Sides again."""
        given = stored.model_dump(exclude={"first", "second"})
        return {**given, "choice": to_page(given["choice"], presentation)}

    def text_choice(self, answer: Parsed, presentation: Mapping[str, Any]) -> PairChoice | None:
        """The vote."""
        if not isinstance(answer, Answer):
            return None
        return PairChoice(
            answer.first, answer.second, answer.choice, presentation["first_on_left"],
            answer.strength,
        )  # fmt: skip

    def numbers(self, answer: Parsed) -> dict[str, float]:
        """The winner."""
        return winner_of(getattr(answer, "choice", ""))

    def agrees(self, given: Parsed, wanted: Parsed) -> bool | None:
        """The same choice."""
        return same_choice(getattr(given, "choice", ""), getattr(wanted, "choice", ""))

    def in_words(self, answer: Parsed) -> str:
        """For example "first is better: clearer words"."""
        given = answer.model_dump()
        return in_words(given["choice"], given["reasons"], TEXT_REASONS)


def _subject(one: DraftedText, other: DraftedText) -> Subject:
    """The item of two texts; the older draft is its first."""
    first, second = sorted((one, other), key=lambda each: each.draft.pk)
    told: dict[str, Any] = {
        name: {"draft": each.draft.pk, "text": each.text}
        for name, each in (("first", first), ("second", second))
    }
    if first.draft.kind == DraftKind.RATIONALE:
        told["box"] = first.draft.content["box"]
    key = f"texts/{first.draft.pk}-{second.draft.pk}"
    return Subject(key, first.draft.photo_id, payload=told)
