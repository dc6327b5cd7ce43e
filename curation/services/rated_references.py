"""Every rated crop of a hold-out's photos, as references of models that place or score crops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from curation.models import SourceBox
from curation.selectors.deciding_scores import IMPORTED_MEAN, deciding_scores
from measures.boxes.conversions import corners_to_shares


def rated_crops(photo_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Per photo its rated crops in the order in which they came in, each with box, score, n and
    method; of a photo that nobody rated here, with the means that came with an import, the boxes
    whole as the source has them.

    The order matters: metrics that look at places break ties by it, as published scripts do.
    """
    scores = deciding_scores().filter(photo_id__in=list(photo_ids)).select_related("crop")
    rows = [score for score in scores.order_by("photo_id", "crop_id") if score.crop is not None]
    whole = _source_boxes(row.crop_id for row in rows if row.method == IMPORTED_MEAN)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        box = whole.get(row.crop_id) or (row.crop.corners if row.crop else ())
        found[row.photo_id].append({
            "box": list(box), "score": row.value, "n": row.n, "method": row.method,
            "crop": row.crop_id,
        })  # fmt: skip
    return dict(found)


def _source_boxes(crop_ids: Iterable[int | None]) -> dict[int | None, tuple[float, ...]]:
    """Shares of the photo by crop; crops themselves are rounded, and clipped to the photo."""
    boxes = SourceBox.objects.filter(crop__in=list(crop_ids), mean__isnull=False)
    found: dict[int | None, tuple[float, ...]] = {}
    for box in boxes.select_related("source_photo__photo").order_by("pk"):
        source = box.source_photo
        if source.photo is not None:
            size = source.width or source.photo.width, source.height or source.photo.height
            found.setdefault(box.crop_id, corners_to_shares(box.corners, size))
    return found


def unnumbered(rated: Iterable[Mapping[str, Any]] | None) -> list[list[dict[str, Any]]]:
    """What of the rated crops goes into the digest, if there are any: not our rows' numbers, so that
    the same crops have the same digest anywhere."""
    if rated is None:
        return []
    return [[{key: each[key] for key in ("box", "score", "n", "method")} for each in rated]]
