"""Item types: one file adds a kind of work.

To add one, write ``annotation/item_types/NAME.py`` with one subclass of `ItemType`, and
``static/js/types/NAME.js``, whose contract stands in ``docs/annotating.md``. The campaign form, the
experts' page, validation, the API, agreement rules and the contract tests find it by themselves.

Three shapes of one answer are kept apart:

- the *page's answer*: what the browser sends; it names places and sides of one person's screen;
- the *parsed answer*: a frozen pydantic model in terms of the item (crops, not places);
- the *stored answer*: the parsed one as JSON, in `Response.answer` and `Adjudication.answer`.

Blindness: `item_json` is all that an expert's page gets of an item. It may hold the photo's size
and facts, the words and boxes of a draft that the type is about, and addresses of pictures by
place. It never holds an id of a crop or draft, an origin, a model, a score, or another's answer.
"""

from __future__ import annotations

import math
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from accounts.keys import KeyAct
from annotation.answer_parts import DrawnCrop as DrawnCrop
from annotation.answer_parts import DrawnElement as DrawnElement
from annotation.answer_parts import DrawnRegion as DrawnRegion
from annotation.answer_parts import PairChoice as PairChoice
from annotation.answer_parts import Picture as Picture
from annotation.answer_parts import Pieces as Pieces
from annotation.models import Campaign, Draft, DraftOutcome, Item
from annotation.scales import FIVE as FIVE
from annotation.scales import TEN as TEN
from annotation.scales import Scale as Scale
from annotation.subjects import Selection
from catalog.models import Crop, Photo
from core.errors import InvalidInput
from core.registry import Registry
from inference.visible import visible_data
from measures.boxes import Box
from measures.statistics.gold import REQUIRED, TOLERANCE_GRADES
from measures.statistics.stopping import StopRule

PHOTO_PLACE = "photo"
SAME_BOX = 0.6  # IoU from which two people drew the same crop (screens.md, disagreement)
PIXELS = 1_000_000  # of one crop among several, enough for half a large screen
ImageUrl = Callable[[str], str]


class Parsed(BaseModel):
    """Base of parsed answers and of settings: unknown keys are refused, nothing is edited."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Subject:
    """What one item is about. ``key`` is unique in the campaign: adding it again adds nothing."""

    key: str
    photo_id: int
    draft_id: int | None = None
    crop_ids: tuple[int, ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item with everything an item type may look at. ``crops`` are in the item's own order."""

    item: Item
    crops: tuple[Crop, ...]

    @property
    def photo(self) -> Photo:
        """The photo the item is about."""
        return self.item.photo

    @property
    def draft(self) -> Draft | None:
        """The draft the item is about, if its type is about drafts."""
        return self.item.draft


@dataclass(frozen=True, slots=True)
class RatingValue:
    """One number of an answer: about a crop, or about the photo where ``crop_id`` is None."""

    value: float
    scale: Scale
    crop_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer made of a draft, as `annotation.models.DraftOutcome` keeps it."""

    kind: DraftOutcome.Kind
    distance: float | None = None
    reason_code: str = ""

    @classmethod
    def accepted(cls, distance: float) -> Outcome:
        """As it is where nothing was changed, else edited."""
        kind = DraftOutcome.Kind.EDITED if distance > 0 else DraftOutcome.Kind.AS_IS
        return cls(kind, round(distance, 6))

    @classmethod
    def rejected(cls, reason_code: str) -> Outcome:
        """For this reason."""
        return cls(DraftOutcome.Kind.REJECTED, reason_code=reason_code)


class ItemType(ABC):
    """The base of all item types; an instance holds a campaign's settings.

    ``name`` is stored in campaigns; ``title`` and ``instructions`` are shown to people;
    ``script`` names the page's module in ``static/js/types``; ``settings_model`` checks a campaign's
    settings; ``seconds_each`` is a first guess for the workload; ``subjects_are`` says in words what
    becomes an item; ``scale``: of its ratings, if it asks for any; ``uses_crops``: its items show crops; ``has_sides``: they show texts at random
    sides; ``thumb_place``: the picture to know an item by;
    ``example_answer`` is a page's answer, for the API's documentation; ``keys``: what its page does
    by which key, and ``shared_keys``: the acts of `accounts.keys.SHARED` that it has.

    For disagreement: ``texts`` names the texts of an answer that revise a draft's; ``by_hand`` says
    what a lead can put together to settle an item (texts, box, grades, choice, elements; empty: an
    answer can only be picked), ``hand_choices`` the choices among which, with words.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    instructions: ClassVar[str]
    script: ClassVar[str]
    subjects_are: ClassVar[str]
    seconds_each: ClassVar[int]
    scale: ClassVar[Scale | None] = None
    uses_crops: ClassVar[bool] = False
    has_sides: ClassVar[bool] = False
    goes_round: ClassVar[bool] = False
    thumb_place: ClassVar[str] = PHOTO_PLACE
    settings_model: ClassVar[type[Parsed]]
    answer_model: ClassVar[type[Parsed]]
    example_answer: ClassVar[dict[str, Any]]
    keys: ClassVar[tuple[KeyAct, ...]] = ()
    shared_keys: ClassVar[tuple[str, ...]] = ()
    texts: ClassVar[tuple[str, ...]] = ()
    by_hand: ClassVar[str] = ""
    hand_choices: ClassVar[Mapping[str, str]] = {}

    def __init__(self, settings: Mapping[str, Any] | None = None) -> None:
        self.settings: Any = parse_as(self.settings_model, dict(settings or {}))

    @property
    def has_results(self) -> bool:
        """Whether a campaign with these settings has figures by model."""
        return False

    @classmethod
    def choices(cls, project_id: int) -> Mapping[str, Sequence[str]]:
        """Of settings that name something of the project, by name: what can be named."""
        return {}

    @abstractmethod
    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """What would become items of the campaign; lazily, it may be 100,000."""

    @abstractmethod
    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """What the expert's page gets: blind, see the module's words."""

    @abstractmethod
    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """The page's answer, checked: `InvalidInput` in words that name the field."""

    def presentation(self, shown: ShownItem, seed: int) -> dict[str, Any]:
        """What this person sees where; stored. Only types with crops or sides are asked."""
        return {}

    def page_answer(self, stored: Parsed, shown: ShownItem, presentation: Mapping[str, Any]) -> Any:
        """The way back from a parsed answer to the page's, so that it can be changed there."""
        return stored.model_dump(mode="json")

    def stored(self, raw: object) -> Parsed:
        """A stored answer, read back."""
        parsed: Parsed = parse_as(self.answer_model, raw)
        return parsed

    def checked(self, raw: object, shown: ShownItem) -> Parsed:
        """A stored answer from outside, held to the same rules as an answer from a page."""
        parsed = self.stored(raw)
        presentation = self.presentation(shown, 0)
        again = self.parse(self.page_answer(parsed, shown, presentation), shown, presentation)
        if again != parsed:
            raise InvalidInput("The answer is not about what this item shows.", field="answer")
        return parsed

    def pictures(self, shown: ShownItem, presentation: Mapping[str, Any]) -> dict[str, Picture]:
        """Pictures by place. By default the photo alone."""
        return {PHOTO_PLACE: Picture()}

    def ratings(self, answer: Parsed) -> list[RatingValue]:
        """The numbers in the answer."""
        return []

    def pair_choice(self, answer: Parsed, presentation: Mapping[str, Any]) -> PairChoice | None:
        """The comparison of crops in the answer."""
        return None

    def text_choice(self, answer: Parsed, presentation: Mapping[str, Any]) -> PairChoice | None:
        """The comparison of drafts in the answer."""
        return None

    def next_frame(self, answers: Sequence[Parsed], rounds: int) -> list[float] | None:
        """For types that go round until all agree: what the next round is shown."""
        return None

    def marks(self, answer: Parsed) -> dict[str, int]:
        """What the answer says of the item's draft, from 0 to 2."""
        return {}

    def crops(self, answer: Parsed) -> list[DrawnCrop]:
        """The boxes the person drew."""
        return []

    def numbers(self, answer: Parsed) -> dict[str, float]:
        """What of the answer can be set beside another's, by name: its grades, unless the type says
        more."""
        return {str(each.crop_id or PHOTO_PLACE): each.value for each in self.ratings(answer)}

    def agrees(self, given: Parsed, wanted: Parsed) -> bool | None:
        """Whether an answer stands for the same judgement as the one that was wanted: seven of ten
        grades within one, or each box on one of the wanted ones. None where nothing can be
        compared."""
        boxes, right = self.boxes(given), self.boxes(wanted)
        if boxes or right:
            return bool(boxes and right) and all(
                max(mine.iou(each) for each in right) >= SAME_BOX for mine in boxes
            )
        ours, theirs = self.numbers(given), self.numbers(wanted)
        shared = ours.keys() & theirs.keys()
        if not shared:
            return None
        close = sum(abs(ours[name] - theirs[name]) <= TOLERANCE_GRADES for name in shared)
        return close >= REQUIRED * len(shared)

    def choice(self, answer: Parsed) -> str:
        """Which of two was chosen: first, second, tie, neither or unknown; empty for other types."""
        return ""

    def verdicts(self, answer: Parsed) -> dict[str, str]:
        """What the answer says yes or no to, by name: people whose words differ on one of them clash.
        Empty words say nothing."""
        return {}

    def compose(self, base: Parsed, pieces: Pieces) -> dict[str, Any]:
        """A stored answer, not checked yet, that a lead put together; ``base`` is the answer from which
        everything else is taken."""
        raise InvalidInput(
            f"{self.title}: pick one of the answers. They cannot be put together.", field="how"
        )

    def outcome(self, answer: Parsed, draft: Draft) -> Outcome | None:
        """What the answer made of the draft that the item is about; None where that says nothing
        about the draft."""
        return None

    def regions(self, answer: Parsed) -> list[DrawnRegion]:
        """The boxes the person drew for questions."""
        return []

    def elements(self, answer: Parsed) -> list[DrawnElement]:
        """The composition elements that the person confirmed or drew."""
        return []

    def boxes(self, answer: Parsed) -> list[Box]:
        """Every box the person drew, whatever it is for."""
        crops = [each.box for each in self.crops(answer)]
        return crops + [each.box for each in self.regions(answer)]

    def stop_rule(self, overlap: int) -> StopRule | None:
        """When an item has enough answers, in a campaign that decides this item by item and begins
        with ``overlap``; None where every item gets just those. `InvalidInput` if it cannot be."""
        return None

    def most_answers(self, overlap: int) -> int:
        """How many people an item may be given to in its first round."""
        rule = self.stop_rule(overlap)
        return overlap if rule is None else rule.cap

    def spacing(self) -> int | None:
        """Where each person is to have an order of their own: how many items on other photos come
        between two on the same one, as far as there are any. None: everybody in the campaign's order."""
        return None

    def usual_seconds(self) -> int:
        """`seconds_each` with these settings."""
        return self.seconds_each

    def most_pairs(self) -> int:
        """How many pairs a photo may come to where the most useful ones are added as votes arrive;
        0 where all items are made at once."""
        return 0

    def fullest(self) -> ItemType:
        """The same type with settings by which it asks at once for all that it may ever ask for."""
        return self

    @abstractmethod
    def in_words(self, answer: Parsed) -> str:
        """The answer in a few words, for lists."""


def pair_subject(photo_id: int, one: int, other: int) -> Subject:
    """The item of two crops of a photo; the older one is its first."""
    first, second = sorted((one, other))
    return Subject(f"pair/{first}-{second}", photo_id, crop_ids=(first, second))


registry: Registry[ItemType] = Registry(__name__, ItemType)  # type: ignore[type-abstract]


def item_type_of(campaign: Campaign) -> ItemType:
    """The campaign's item type with the campaign's settings."""
    return registry.get(campaign.item_type)(campaign.settings)


def parse_as(model: type[Parsed], raw: object) -> Any:
    """``raw`` as the model, without hidden characters in its texts; `InvalidInput` names the first
    field that is wrong and why."""
    try:
        return model.model_validate(visible_data(raw))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        words = str(first["msg"]).removeprefix("Value error, ")
        raise InvalidInput(f"{name}: {words}." if name else f"{words}.", field=name) from None


def whole(value: float | None) -> float | None:
    """A grade as the types store it: a whole number where it is one."""
    return int(value) if value is not None and float(value).is_integer() else value


def random_order(count: int, seed: int) -> list[int]:
    """0..count-1 in an order that the seed determines, the same on every machine."""
    return random.Random(seed).sample(range(count), count)  # noqa: S311 - shuffling, not secrecy


def photo_json(shown: ShownItem, image_url: ImageUrl, *, with_facts: bool) -> dict[str, Any]:
    """The photo as a page gets it: address, size in pixels, camera facts; never its name."""
    photo = shown.photo
    found = {"url": image_url(PHOTO_PLACE), "width": photo.width, "height": photo.height}
    if not with_facts:
        return found
    return {**found, "facts": {str(name): str(value) for name, value in photo.facts.items()}}


def equal_pictures(photo: Photo, crops: Sequence[Crop]) -> list[Picture]:
    """The crops, all cut to the same number of pixels: as many as the smallest one has, at most
    `PIXELS`; so neither size nor sharpness tells which crop is tight."""
    boxes = [Box(*crop.corners) for crop in crops]
    fewest = min(box.area for box in boxes) * photo.width * photo.height
    return [Picture(box, max(1, min(PIXELS, int(fewest)))) for box in boxes]


def picture_json(photo: Photo, picture: Picture, url: str) -> dict[str, Any]:
    """A crop's picture as a page gets it: address and size in pixels, nothing of where it lies."""
    width, height = picture_size(photo, picture)
    return {"url": url, "width": width, "height": height}


def picture_size(photo: Photo, picture: Picture) -> tuple[int, int]:
    """Width and height in pixels of what a place shows."""
    box = picture.box or Box.whole()
    width, height = box.width * photo.width, box.height * photo.height
    scale = 1.0 if picture.pixels is None else math.sqrt(picture.pixels / (width * height))
    return max(1, round(width * scale)), max(1, round(height * scale))
