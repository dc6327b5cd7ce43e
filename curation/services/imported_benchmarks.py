"""A published test set as a benchmark: the photos of an import, all of them or one part."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.models import User
from catalog.models import Crop, Photo, PhotoState
from core import audit
from core.errors import Conflict, InvalidInput
from curation.models import (
    AnnotationImport,
    Benchmark,
    BenchmarkPhoto,
    BoxRole,
    SourceBox,
    SourcePhoto,
)
from curation.services.splitting import group_keys
from measures.boxes.conversions import corners_to_shares

# In the place of a seed: nothing was drawn.
NOT_DRAWN = -1


@transaction.atomic
def hold_out_import(
    *, found: AnnotationImport, name: str, part: str = "", by: User | None
) -> Benchmark:
    """Hold out every photo of the import that is here, those of one ``part`` (test) if it is given."""
    name = name.strip()
    if not name or len(name) > 120:
        raise InvalidInput("Give the benchmark a name of at most 120 characters.", field="name")
    sources = SourcePhoto.objects.filter(annotation_import=found, photo__state=PhotoState.READY)
    sources = sources.filter(part=part) if part else sources
    ids = sources.order_by().values("photo_id")
    photos = list(Photo.objects.filter(pk__in=ids).order_by("pk"))
    if not photos:
        words = f"No photo of the part {part[:32]!r}" if part else "No photo of this import"
        raise InvalidInput(f"{words} is here yet. Import the photos first.", field="part")
    keys = group_keys(photos)
    every = Photo.objects.filter(project=found.project, state=PhotoState.READY).count()
    try:
        with transaction.atomic():
            benchmark = Benchmark.objects.create(
                project=found.project, name=name, share=len(photos) / every, seed=NOT_DRAWN, by=by
            )
    except IntegrityError:
        raise Conflict(f"There is a benchmark called {name!r} already.", field="name") from None
    BenchmarkPhoto.objects.bulk_create(
        BenchmarkPhoto(
            benchmark=benchmark, photo=each, content_hash=each.content_hash, group_key=keys[each.pk]
        )
        for each in photos
    )
    audit.record(
        actor=by, verb="benchmark.draw", scope=found.project.scope,
        target=f"benchmark/{benchmark.pk}", photos=len(photos), part=part,
        annotation_import=found.pk,
    )  # fmt: skip
    return benchmark


def imported_boxes(photo_ids: list[int]) -> dict[int, tuple[list[list[float]], list[Crop]]]:
    """Per photo the experts' crops that imports brought, in shares, and the crops made of them.

    Whole as the source has them: a box that runs past the photo runs past it here.
    """
    rows = SourceBox.objects.filter(
        source_photo__photo__in=photo_ids, role=BoxRole.BEST, crop__isnull=False
    )
    rows = rows.select_related("source_photo__photo", "crop").order_by("pk")
    found: dict[int, tuple[list[list[float]], list[Crop]]] = {}
    for row in rows:
        source, crop = row.source_photo, row.crop
        if source.photo is None or crop is None:
            continue
        size = source.width or source.photo.width, source.height or source.photo.height
        boxes, crops = found.setdefault(source.photo.pk, ([], []))
        boxes.append(list(corners_to_shares(row.corners, size)))
        crops.append(crop)
    return found
