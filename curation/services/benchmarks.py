"""Drawing a benchmark and freezing what counts as right on it."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict

import orjson
from django.db import IntegrityError, transaction

from accounts.models import Project, User
from catalog.models import Crop, CropOrigin, Photo, PhotoState
from core import audit
from core.errors import Conflict, InvalidInput
from curation.models import (
    Benchmark,
    BenchmarkPhoto,
    BenchmarkVersion,
    Reference,
    Score,
    ScoreKind,
)
from curation.services.splitting import group_keys

RULES = {
    "drawn": "every box that an expert drew",
    "best": "the crop or crops with the highest score",
}


@transaction.atomic
def draw_benchmark(
    *, project: Project, name: str, share: float, seed: int, by: User | None
) -> Benchmark:
    """Hold out a random ``share`` of the project's photos, whole likeness groups at a time.

    The same photos, seed and share give the same draw. Frozen at once: a benchmark never changes.
    """
    name = name.strip()
    if not name:
        raise InvalidInput("Give the benchmark a name.", field="name")
    if not 0 < share < 1:
        raise InvalidInput("The share lies between 0 and 1, both left out.", field="share")
    photos = list(Photo.objects.filter(project=project, state=PhotoState.READY).order_by("pk"))
    chosen = _draw(photos, share, seed)
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
            "A hold-out needs at least two photos that do not look alike.", field="share"
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
def freeze_references(*, benchmark: Benchmark, rule: str, by: User | None) -> BenchmarkVersion:
    """Freeze the boxes that count as right now, under a digest; photos without one are named."""
    if rule not in RULES:
        raise InvalidInput(f"The rule is one of: {', '.join(RULES)}.", field="rule")
    Benchmark.objects.select_for_update().get(pk=benchmark.pk)
    members = list(benchmark.members.select_related("photo").order_by("content_hash"))
    found = [(member, _references(member.photo, rule)) for member in members]
    missing = [str(member.photo) for member, crops in found if not crops]
    if missing:
        raise InvalidInput(
            f"{len(missing)} of {len(members)} benchmark photos have no {RULES[rule]} yet: "
            f"{', '.join(missing[:5])}. Give them to experts first.",
            field="rule",
        )
    rows = [[m.content_hash, [list(crop.corners) for crop in crops]] for m, crops in found]
    digest = hashlib.sha256(orjson.dumps([rule, rows])).hexdigest()
    version = BenchmarkVersion.objects.create(
        benchmark=benchmark, number=benchmark.versions.count() + 1, rule=rule, digest=digest, by=by
    )
    Reference.objects.bulk_create(
        Reference(
            version=version, photo=member.photo, boxes=[list(crop.corners) for crop in crops],
            made_from=[f"crop/{crop.pk}" for crop in crops],
        )
        for member, crops in found
    )  # fmt: skip
    audit.record(
        actor=by, verb="benchmark.freeze", scope=benchmark.project.scope,
        target=f"benchmark/{benchmark.pk}", version=version.number, rule=rule,
    )  # fmt: skip
    return version


def _references(photo: Photo, rule: str) -> list[Crop]:
    if rule == "drawn":
        return list(photo.crops.filter(origin=CropOrigin.EXPERT).order_by("pk"))
    scores = Score.objects.filter(photo=photo, kind=ScoreKind.CROP).order_by("-value", "crop_id")
    best = scores.values_list("value", flat=True).first()
    if best is None:
        return []
    return [score.crop for score in scores.filter(value=best).select_related("crop") if score.crop]
