"""What experts said of attributes beside a photo's score: means over all photos, and photo by photo.

Only complete items count, with everybody's newest answer of the last round; copies do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from annotation.attributes import ATTRIBUTES
from annotation.item_types import item_type_of
from annotation.item_types.photo_score import PhotoScore
from annotation.models import Campaign, ItemPurpose, Response
from annotation.selectors.judgements import UNDONE
from measures.statistics.known import Interval, Maybe, NotKnown
from measures.statistics.mos import mos_of

FILE_HEAD = (
    "photo", "title", "score", "score_n",
    *(column for name in ATTRIBUTES for column in (name, f"{name}_n")),
)  # fmt: skip


@dataclass(frozen=True)
class AttributeFigure:
    """``n`` counts grades, ``none`` the answers that the photo lacks it; ``interval`` holds the mean
    with 95 % or says why it is not known."""

    title: str
    mean: float | None
    n: int
    none: int
    interval: Maybe[Interval]


def asks_attributes(campaign: Campaign) -> bool:
    """Whether attributes are graded beside the score."""
    kind = item_type_of(campaign)
    return isinstance(kind, PhotoScore) and bool(kind.settings.with_attributes)


def attribute_figures(campaign: Campaign) -> list[AttributeFigure]:
    """One for each attribute; empty where nothing is complete yet."""
    rows = _answers(campaign)
    found = [_figure(rows, name, title) for name, title in ATTRIBUTES.items()]
    return found if any(each.n or each.none for each in found) else []


def photo_rows(campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    """Means and their n of every photo, as ``FILE_HEAD`` says."""
    figures: dict[str, Any] = {}
    for name, value in [("score", _number("score")), *((n, _grade(n)) for n in ATTRIBUTES)]:
        figures |= {f"{name}_mean": Avg(value), f"{name}_count": Count(value)}
    rows = _answers(campaign).values_list("item__photo_id", "item__photo__title")
    yield from rows.annotate(**figures).order_by("item__photo_id").iterator(chunk_size=1_000)


def _answers(campaign: Campaign) -> QuerySet[Response]:
    return Response.objects.filter(
        campaign=campaign, replaced_by__isnull=True, round=F("item__round"),
        item__purpose=ItemPurpose.WORK,
    ).exclude(item__state__in=UNDONE)  # fmt: skip


def _number(name: str) -> Cast:
    return Cast(KeyTextTransform(name, "answer"), FloatField())


def _grade(name: str) -> Cast:
    return Cast(KeyTextTransform(name, KeyTransform("attributes", "answer")), FloatField())


def _figure(rows: QuerySet[Response], name: str, title: str) -> AttributeFigure:
    counts = dict(
        rows.filter(Q(answer__attributes__has_key=name)).annotate(grade=_grade(name))
        .values_list("grade").annotate(times=Count("pk")).order_by("grade")
    )  # fmt: skip
    none = counts.pop(None, 0)
    known = mos_of([value for value, times in counts.items() for _ in range(times)])
    if isinstance(known, NotKnown):
        return AttributeFigure(title, None, 0, none, known)
    mos = known.value
    return AttributeFigure(title, mos.mean, mos.n, none, mos.interval)
