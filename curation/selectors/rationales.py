"""Rationales that experts accepted, by the crop they explain (Venus, stage 2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models import Project
from annotation.flag_rules import NO_DOUBT
from annotation.models import Adjudication, Flag, FlagState, Response
from catalog.models import Photo


@dataclass(frozen=True)
class AcceptedRationale:
    """The text as it stands, and the paths of what it rests on."""

    text: str
    sources: tuple[str, ...]


def reviewed_photos(project: Project) -> Iterator[int]:
    """Photos with an answer to a review of rationales, by content hash."""
    rows = Photo.objects.filter(project=project, items__responses__isnull=False)
    rows = rows.filter(items__campaign__item_type="rationale_review")
    ids = rows.order_by("content_hash", "pk").values_list("pk", flat=True).distinct()
    yield from ids.iterator(chunk_size=2000)


def accepted_rationales(
    photo_ids: Collection[int], *, include_flagged: bool = False
) -> dict[int, AcceptedRationale]:
    """By crop, for crops that an expert calls good: the newest accepted text.

    A golden record stands in the place of its item's answers. An item in discussion counts only
    with ``include_flagged``.
    """
    rows = Response.objects.filter(
        item__photo__in=photo_ids, item__campaign__item_type="rationale_review",
        item__draft__crop__isnull=False, replaced_by__isnull=True,
    ).select_related("item__draft")  # fmt: skip
    open_flags = Flag.objects.exclude(state=FlagState.SETTLED).exclude(rule__in=NO_DOUBT)
    if not include_flagged:
        rows = rows.exclude(item__in=open_flags.values("item"))
    found = list(rows.order_by("pk"))
    golden = _golden({response.item_id for response in found})
    accepted: dict[int, AcceptedRationale] = {}
    for response in found:
        record, draft = golden.get(response.item_id), response.item.draft
        answer = record.answer if record else response.answer
        if draft is not None and draft.crop_id and _is_of_good_crop(answer):
            settled = [f"adjudication/{record.pk}"] if record else []
            paths = (*settled, f"response/{response.pk}", f"draft/{draft.pk}")
            accepted[draft.crop_id] = AcceptedRationale(str(answer["rationale"]), paths)
    return accepted


def _golden(item_ids: set[int]) -> dict[int, Adjudication]:
    records = Adjudication.objects.filter(item_id__in=item_ids, replaced_by__isnull=True)
    return {record.item_id: record for record in records}


def _is_of_good_crop(answer: dict[str, Any]) -> bool:
    return answer.get("verdict") == "accept" and answer.get("label") == "good"
