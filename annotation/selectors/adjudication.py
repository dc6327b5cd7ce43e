"""What a lead sees to settle an item: the answers as columns, beside each other and over the photo."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from annotation.contents import CropsContent, RationaleContent, RegionContent, parsed
from annotation.flag_rules import GOLD_MISS
from annotation.item_types import ItemType, Parsed, item_type_of
from annotation.item_types.composition_review import found_in
from annotation.models import Flag, FlagState, Item, Response
from annotation.selectors.answers import SeenAnswer
from measures.boxes import Box
from measures.geometry.elements import geometry_of, title_of
from measures.statistics.box_agreement import box_agreement
from measures.statistics.disagreement import pair_iou
from measures.statistics.known import Known

TONES = 6  # colours of `static/css/adjudicate.css`


@dataclass(frozen=True)
class Column:
    """One person's newest answer; ``number`` is the key that picks it, ``tone`` its colour."""

    number: int
    tone: int
    seen: SeenAnswer
    texts: dict[str, str]
    boxes: list[Box]
    verdicts: list[str]
    choice: str
    is_odd: bool = False
    elements: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the page's script."""
        return {
            "letter": self.seen.letter,
            "response": self.seen.response_id,
            "tone": self.tone,
            "texts": self.texts,
            "boxes": [list(box.corners()) for box in self.boxes],
            "elements": self.elements,
        }


def columns_of(item: Item, latest: list[SeenAnswer]) -> list[Column]:
    """The answers of the newest round, by letter."""
    kind, odd = item_type_of(item.campaign), _odd_people(item)
    return [
        Column(
            number=at + 1, tone=at % TONES + 1, seen=seen,
            texts={name: getattr(seen.answer, name) for name in kind.texts},
            boxes=kind.boxes(seen.answer),
            verdicts=[word for word in kind.verdicts(seen.answer).values() if word],
            choice=kind.choice(seen.answer), is_odd=seen.person.pk in odd,
            elements=_elements(seen.answer),
        )
        for at, seen in enumerate(latest)
    ]  # fmt: skip


def _elements(answer: Parsed) -> list[dict[str, Any]]:
    return [
        {"title": title_of(each.name), "shape": geometry_of(each.name).value, "points": each.points}
        for each in getattr(answer, "elements", [])
    ]


def _odd_people(item: Item) -> set[int]:
    """Who stands alone, as the flags of this round say."""
    details = item.flags.filter(round=item.round).values_list("detail", flat=True)
    found = [
        one for each in details for name in ("subjects", "clashes") for one in each.get(name, [])
    ]
    return {one["odd_one"] for one in found if one.get("odd_one") is not None}


def draft_boxes(item: Item) -> list[Box]:
    """What the draft outlines, the best first."""
    content = parsed(item.draft) if item.draft else None
    if isinstance(content, CropsContent):
        return [each.as_box() for each in content.crops[:1]]
    if isinstance(content, RationaleContent | RegionContent):
        return [content.as_box()]
    return []


def draft_texts(item: Item, kind: ItemType) -> dict[str, str]:
    """The draft's texts that the answers revise."""
    content: dict[str, Any] = item.draft.content if item.draft else {}
    return {name: str(content.get(name) or "") for name in kind.texts}


def draft_elements(item: Item) -> list[dict[str, Any]]:
    """The draft's composition elements."""
    return [
        {"title": title_of(each.name), "shape": geometry_of(each.name).value, "points": each.points}
        for each in found_in(
            item.draft if item.draft and item.draft.kind == "composition" else None
        )
    ]


def overlaps(columns: list[Column], draft: list[Box]) -> list[tuple[str, str, float]]:
    """(one, other, IoU) of every pair of columns that drew, and of each with the draft."""
    drawn = [(each.seen.letter, each.boxes) for each in columns]
    named = drawn + ([("draft", draft)] if draft else [])
    if not any(boxes for _, boxes in drawn):
        return []
    return [(a, b, pair_iou(one, other)) for (a, one), (b, other) in combinations(named, 2)]


def middle_box(columns: list[Column]) -> list[float] | None:
    """The median of each edge of everybody's first box."""
    found = box_agreement([each.boxes[0] for each in columns if each.boxes])
    return [round(edge, 6) for edge in found.value.consensus] if isinstance(found, Known) else None


@dataclass(frozen=True)
class Place:
    """Where an item stands among the campaign's items with an open flag."""

    previous: int | None
    next: int | None
    waiting: int


def place_of(item: Item) -> Place:
    """The flagged items before and after this one; beyond the last comes the first."""
    flags = Flag.objects.filter(campaign=item.campaign_id, state=FlagState.OPEN)
    others = flags.exclude(item=item.pk).order_by("item")
    ids = list(dict.fromkeys(others.values_list("item", flat=True)[:1_000]))
    after, before = [pk for pk in ids if pk > item.pk], [pk for pk in ids if pk < item.pk]
    following = (after or before)[:1]
    earlier = (before or after)[-1:]
    return Place(earlier[0] if earlier else None, following[0] if following else None, len(ids))


def misses_of(item: Item) -> list[dict[str, Any]]:
    """Answers of people who met this settled item as gold and gave something else, in words."""
    kind = item_type_of(item.campaign)
    flag = item.flags.filter(rule=GOLD_MISS).order_by("-pk").first()
    ids = [each["response"] for each in flag.detail.get("misses", [])] if flag else []
    rows = Response.objects.filter(pk__in=ids).select_related("person").order_by("pk")
    return [{"person": row.person, "words": kind.in_words(kind.stored(row.answer))} for row in rows]
