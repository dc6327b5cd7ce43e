"""Imports of annotations as their people see them, and what came with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Q, QuerySet

from accounts.models import Project
from core.errors import NotFound
from core.models import Job
from curation.kinds import IMPORT_ANNOTATIONS
from curation.models import AnnotationImport, ImportedRating, ImportFault, SourceBox, SourcePhoto
from measures.boxes.arrays import Floats, as_array


@dataclass(frozen=True)
class AnnotationImportRow:
    """An import, its job, and how many of its photos are here."""

    found: AnnotationImport
    job: Job | None
    attached: int


def annotation_imports_of(project: Project) -> QuerySet[AnnotationImport]:
    """All imports of annotations, latest first."""
    rows = AnnotationImport.objects.filter(project=project)
    return rows.select_related("by", "project", "same_as").order_by("-pk")


def annotation_import_in(project: Project, pk: int) -> AnnotationImport:
    """One import of the project, or `NotFound`, the same for one of another project."""
    found = annotation_imports_of(project).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such import in this project.")
    return found


def with_import_jobs(imports: Sequence[AnnotationImport]) -> list[AnnotationImportRow]:
    """Each import with its job and its attached photos, in two queries."""
    subjects = [f"annotationimport/{each.pk}" for each in imports]
    found = Job.objects.filter(kind=IMPORT_ANNOTATIONS.name, subject__in=subjects)
    jobs = {job.subject: job for job in found.select_related("owner").order_by("created_at")}
    here = Count("pk", Q(photo__isnull=False))
    photos = SourcePhoto.objects.filter(annotation_import__in=imports).order_by()
    counts = dict(photos.values_list("annotation_import_id").annotate(n=here))
    return [
        AnnotationImportRow(each, jobs.get(f"annotationimport/{each.pk}"), counts.get(each.pk, 0))
        for each in imports
    ]


def faults_of(found: AnnotationImport) -> QuerySet[ImportFault]:
    """What is wrong, in the order of the files."""
    return found.faults.order_by("pk")


def source_photos_of(found: AnnotationImport) -> QuerySet[SourcePhoto]:
    """Its photos as the source names them."""
    return (
        SourcePhoto.objects.filter(annotation_import=found).select_related("photo").order_by("pk")
    )


def parts_of(found: AnnotationImport) -> list[str]:
    """The parts (train, test) that its photos belong to."""
    named = source_photos_of(found).exclude(part="").order_by("part")
    return list(named.values_list("part", flat=True).distinct())


def doubtful_photos_of(found: AnnotationImport) -> QuerySet[SourcePhoto]:
    """Photos that a photo here is called like, but was not taken for."""
    return source_photos_of(found).exclude(problem="")


def boxes_past_edge_of(found: AnnotationImport) -> QuerySet[SourceBox]:
    """Boxes that run past their photo."""
    boxes = SourceBox.objects.filter(source_photo__annotation_import=found, is_past_edge=True)
    return boxes.select_related("source_photo__photo").order_by("pk")


@dataclass(frozen=True)
class SourceBoxes:
    """The boxes of one role on one photo of a source, in source pixels and in the source's order.

    ``corners`` has shape (n, 4), ``means`` shape (n,) with NaN where the source gives none.
    """

    photo: str
    size: tuple[int, int] | None
    corners: Floats
    means: Floats


def source_boxes(found: AnnotationImport, role: str, *, part: str = "") -> Iterator[SourceBoxes]:
    """Photo by photo, those of one ``part`` (train, test) if it is given: what measures compute on,
    whether the photo is here or not."""
    photos = SourcePhoto.objects.filter(annotation_import=found)
    if part:
        photos = photos.filter(part=part)
    rows = SourceBox.objects.filter(source_photo__in=photos, role=role).order_by(
        "source_photo_id", "place"
    )
    fields = "source_photo_id", "x1", "y1", "x2", "y2", "mean"
    by_photo: dict[int, list[tuple[float | None, ...]]] = {}
    for pk, *values in rows.values_list(*fields).iterator(chunk_size=10_000):
        by_photo.setdefault(pk, []).append(tuple(values))
    for pk, name, width, height in photos.order_by("pk").values_list(
        "pk", "name", "width", "height"
    ):
        if pk in by_photo:
            table = np.array(by_photo[pk], dtype=np.float64)
            size = (width, height) if width and height else None
            yield SourceBoxes(name, size, as_array(table[:, :4]), table[:, 4])


def imported_ratings_of(found: AnnotationImport) -> QuerySet[ImportedRating]:
    """Single ratings, by photo and rater."""
    rows = ImportedRating.objects.filter(source_photo__annotation_import=found)
    return rows.order_by("source_photo_id", "box_id", "rater_id")
