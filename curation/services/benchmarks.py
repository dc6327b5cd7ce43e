"""Drawing a benchmark and freezing what counts as right on it."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import Project, User
from annotation.models import Campaign, Response
from catalog.models import Crop, CropLabel, CropOrigin, Photo, PhotoState
from core import audit
from core.errors import Conflict, InvalidInput
from curation.models import (
    Benchmark,
    BenchmarkPhoto,
    BenchmarkVersion,
    Reference,
)
from curation.selectors.deciding_scores import deciding_scores
from curation.services.agreed_references import FIELD, WRONG_RULE, agreed_frames
from curation.services.imported_benchmarks import imported_boxes
from curation.services.rated_references import rated_crops, unnumbered
from curation.services.splitting import group_keys
from measures.statistics.ranks import TOLERANCE

DRAWN, BEST, IMPORTED, RATED, AGREED = "drawn", "best", "imported", "rated", "agreed"
RULES = {
    DRAWN: "every box that an expert drew",
    BEST: "the crop or crops with the highest score",
    IMPORTED: "every expert's crop that came with an import",
    RATED: "every rated crop with its score; the best ones are the right ones",
    AGREED: "every frame that a cross-review agreed on",
}
_MISSING = {
    DRAWN: "no box drawn by an expert",
    BEST: "no scored crop",
    IMPORTED: "no imported crop",
    RATED: "no scored crop",
    AGREED: "no frame that was agreed on",
}


@transaction.atomic
def draw_benchmark(
    *, project: Project, name: str, share: float, seed: int, by: User | None
) -> Benchmark:
    """Hold out a random ``share`` of the project's photos, whole likeness groups at a time.

    The same photos, seed and share give the same draw. Frozen at once: a benchmark never changes.
    """
    name = name.strip()
    if not name or len(name) > 120:
        raise InvalidInput("Give the benchmark a name of at most 120 characters.", field="name")
    if not 0 < share < 1:
        raise InvalidInput("The share lies between 0 and 1, both left out.", field="share")
    if not 0 <= seed < 2**63:
        raise InvalidInput("The seed is a whole number from 0 on.", field="seed")
    photos = Photo.objects.filter(project=project, state=PhotoState.READY).order_by("pk")
    chosen = _draw(list(photos.only("pk", "content_hash", "group_id", "phash")), share, seed)
    try:
        with transaction.atomic():
            benchmark = Benchmark.objects.create(
                project=project, name=name, share=share, seed=seed, by=by
            )
    except IntegrityError:
        raise Conflict(f"There is a benchmark called {name!r} already.", field="name") from None
    BenchmarkPhoto.objects.bulk_create(
        BenchmarkPhoto(
            benchmark=benchmark, photo=photo, content_hash=photo.content_hash, group_key=key
        )
        for photo, key in chosen
    )
    audit.record(
        actor=by, verb="benchmark.draw", scope=project.scope, target=f"benchmark/{benchmark.pk}",
        photos=len(chosen), share=share, seed=seed,
    )  # fmt: skip
    return benchmark


def _draw(photos: list[Photo], share: float, seed: int) -> list[tuple[Photo, str]]:
    keys = group_keys(photos)
    groups: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        groups[keys[photo.pk]].append(photo)
    if len(groups) < 2:
        raise InvalidInput(
            "A hold-out needs at least two ready photos that do not look alike.", field="share"
        )
    order = sorted(groups)
    random.Random(seed).shuffle(order)  # noqa: S311 - a reproducible draw, not a secret
    wanted = max(1, round(share * len(photos)))
    chosen: list[tuple[Photo, str]] = []
    for key in order[:-1]:  # something must be left to train on
        if len(chosen) >= wanted:
            break
        chosen += [(photo, key) for photo in groups[key]]
    return chosen


@transaction.atomic
def freeze_references(
    *, benchmark: Benchmark, rule: str, by: User | None, campaign: Campaign | None = None
) -> BenchmarkVersion:
    """Freeze the boxes that count as right now, under a digest; photos without one are named.

    ``campaign``: the finished cross-review whose agreed frames count, by the rule ``agreed`` alone.
    """
    _check_rule(rule, campaign)
    Benchmark.objects.select_for_update().get(pk=benchmark.pk)
    members = list(benchmark.members.select_related("photo").order_by("content_hash"))
    photo_ids = [member.photo_id for member in members]
    if rule == AGREED:
        agreed = agreed_frames(benchmark, campaign)
        boxes, paths = agreed.boxes, agreed.paths
    else:
        boxes, paths = _counted(photo_ids, rule)
    _check_all_have_one(members, boxes, rule)
    rated = rated_crops(photo_ids) if rule == RATED else {}
    rows = [
        [member.content_hash, boxes[member.photo_id], *unnumbered(rated.get(member.photo_id))]
        for member in members
    ]
    last = benchmark.versions.aggregate(number=Max("number"))["number"] or 0
    version = BenchmarkVersion.objects.create(
        benchmark=benchmark, number=last + 1, rule=rule, campaign=campaign, by=by,
        digest=hashlib.sha256(orjson.dumps([rule, rows])).hexdigest(),
    )  # fmt: skip
    Reference.objects.bulk_create(
        Reference(
            version=version, photo=member.photo, boxes=boxes[member.photo_id],
            rated=rated.get(member.photo_id, []),
            made_from=_once(paths[member.photo_id], rated.get(member.photo_id, [])),
        )
        for member in members
    )  # fmt: skip
    audit.record(
        actor=by, verb="benchmark.freeze", scope=benchmark.project.scope,
        target=f"benchmark/{benchmark.pk}", version=version.number, rule=rule,
        campaign=campaign.pk if campaign else None,
    )  # fmt: skip
    return version


def _check_rule(rule: str, campaign: Campaign | None) -> None:
    if rule not in RULES:
        raise InvalidInput(f"The rule is one of: {', '.join(RULES)}.", field="rule")
    if campaign is not None and rule != AGREED:
        raise InvalidInput(WRONG_RULE, field=FIELD)


def _once(paths: list[str], rated: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys([*paths, *(f"crop/{each['crop']}" for each in rated)]))


def _counted(
    photo_ids: list[int], rule: str
) -> tuple[dict[int, list[list[float]]], dict[int, list[str]]]:
    """Per photo the boxes that count as right, and the crops they come from, as paths."""
    if rule == IMPORTED:
        given = imported_boxes(photo_ids)
        boxes = {pk: boxes for pk, (boxes, _) in given.items()}
        crops = {pk: crops for pk, (_, crops) in given.items()}
    else:
        crops = _drawn(photo_ids) if rule == DRAWN else _best(photo_ids)
        boxes = {pk: [list(crop.corners) for crop in each] for pk, each in crops.items()}
    return boxes, {pk: [f"crop/{crop.pk}" for crop in each] for pk, each in crops.items()}


def _check_all_have_one(
    members: list[BenchmarkPhoto], found: dict[int, list[list[float]]], rule: str
) -> None:
    missing = [str(member.photo) for member in members if not found.get(member.photo_id)]
    if missing:
        names = ", ".join(missing[:5]) + (" and others" if len(missing) > 5 else "")
        raise InvalidInput(
            f"{len(missing)} of {len(members)} benchmark photos have {_MISSING[rule]} yet: "
            f"{names}. Give them to experts first.",
            field="rule",
        )


def _drawn(photo_ids: list[int]) -> dict[int, list[Crop]]:
    """What experts drew, oldest first; a box of an answer that was changed later is left out."""
    crops = Crop.objects.filter(photo_id__in=photo_ids, origin=CropOrigin.EXPERT)
    crops = crops.exclude(label=CropLabel.BAD).order_by("pk")
    changed = _changed([crop.made_from for crop in crops])
    found: dict[int, list[Crop]] = defaultdict(list)
    for crop in crops:
        if crop.made_from not in changed:
            found[crop.photo_id].append(crop)
    return _without_twins(found)


def _changed(made_from: list[str]) -> set[str]:
    numbers = {path.removeprefix("response/") for path in made_from if path.startswith("response/")}
    replaced = Response.objects.filter(
        pk__in={int(number) for number in numbers if number.isdigit()}, replaced_by__isnull=False
    )
    return {f"response/{pk}" for pk in replaced.values_list("pk", flat=True)}


def _best(photo_ids: list[int]) -> dict[int, list[Crop]]:
    """The crops that share the highest score."""
    scores = deciding_scores().filter(photo_id__in=photo_ids)
    highest: dict[int, float] = {}
    found: dict[int, list[Crop]] = defaultdict(list)
    for score in scores.select_related("crop").order_by("photo_id", "-value", "crop_id"):
        top = highest.setdefault(score.photo_id, score.value)
        if score.crop is not None and top - score.value <= TOLERANCE:
            found[score.photo_id].append(score.crop)
    crops = {pk: sorted(each, key=lambda crop: crop.pk) for pk, each in found.items()}
    return _without_twins(crops)


def _without_twins(found: dict[int, list[Crop]]) -> dict[int, list[Crop]]:
    """One crop of each box, the oldest: the same box from two people is one reference."""
    kept: dict[int, dict[tuple[float, ...], Crop]] = {}
    for photo_id, crops in found.items():
        of_photo = kept.setdefault(photo_id, {})
        for crop in crops:
            of_photo.setdefault(crop.corners, crop)
    return {photo_id: list(each.values()) for photo_id, each in kept.items()}
