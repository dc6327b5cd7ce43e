"""The frames that a finished cross-review agreed on, as references of a benchmark (CROP, LFPC)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from annotation.models import Campaign, CampaignState, Item, ItemState
from core.errors import InvalidInput
from curation.models import Benchmark
from curation.selectors.cross_reviews import CROSS_REVIEW, golden_records, reviewed_items

FIELD = "campaign"
NOT_SAID = "Say which cross-review: the frames that it agreed on become the references."
WRONG_RULE = "A cross-review is named only where its agreed frames are to count as right."
ELSEWHERE = "This is no cross-review of the benchmark's project."


@dataclass
class AgreedFrames:
    """Per photo the frames, each once, and what they come from: the golden record, the crop that was
    drawn first, and the corrections that were shown after it."""

    boxes: dict[int, list[list[float]]] = field(default_factory=lambda: defaultdict(list))
    paths: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def agreed_frames(benchmark: Benchmark, campaign: Campaign | None) -> AgreedFrames:
    """What the cross-review agreed on, or its lead settled, on the benchmark's photos.

    A frame that was rejected in the end is none. `InvalidInput` while frames of these photos wait
    for an answer; in a closed campaign they are left out.
    """
    if campaign is None:
        raise InvalidInput(NOT_SAID, field=FIELD)
    if campaign.project_id != benchmark.project_id or campaign.item_type != CROSS_REVIEW:
        raise InvalidInput(ELSEWHERE, field=FIELD)
    items = reviewed_items(benchmark).filter(campaign=campaign)
    if campaign.state != CampaignState.CLOSED:
        _check_finished(campaign, items.count(), items.exclude(state=ItemState.SETTLED).count())
    found = AgreedFrames()
    for record in golden_records(benchmark, campaign):
        if record.answer["box"]:
            _add(found, record.item, record.answer["box"], f"adjudication/{record.pk}")
    return found


def _check_finished(campaign: Campaign, count: int, waiting: int) -> None:
    if waiting:
        raise InvalidInput(
            f"{waiting} of {count} frames in {campaign.name} are not agreed on yet. Finish the "
            "cross-review, or close it: then frames without agreement are left out.",
            field=FIELD,
        )


def _add(found: AgreedFrames, item: Item, box: list[float], record: str) -> None:
    """Frames that were corrected into one count once, and come from both."""
    of_photo, paths = found.boxes[item.photo_id], found.paths[item.photo_id]
    if box not in of_photo:
        of_photo.append(box)
    paths += [record, *item.payload["shown"]]
