"""Imported annotations meet their photos: boxes become crops, means become scores, words become
elements, questions and comments. Each photo of a source is attached once, in one transaction.

A photo is known by its name in the source: as for raw comments, a photo's number, SHA-256, file
name or title. Where sizes are known on both sides their shapes must agree.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from accounts.models import Project
from catalog.models import (
    CompositionElement,
    Crop,
    CropLabel,
    CropOrigin,
    Photo,
    PhotoState,
    Question,
    RawComment,
)
from catalog.services.crops import DECIMALS
from core import jobs
from core.errors import InvalidInput
from core.jobs import JobRun
from core.models import Job
from curation import kinds
from curation.importers import Edges
from curation.models import (
    AnnotationImport,
    AnnotationImportState,
    BoxRole,
    ImportedPair,
    ImportedRating,
    Score,
    ScoreKind,
    SourceBox,
    SourcePhoto,
    SourceQuestion,
)
from curation.selectors.deciding_scores import IMPORTED_MEAN
from curation.services.agreeing import start_agreement
from curation.services.import_names import KnownPhotos
from curation.services.import_rows import copy_rows, new_ids
from curation.services.scoring import score_photos
from measures.boxes.conversions import from_pixels, is_past_edge, points_from_pixels
from measures.statistics.ranks import ranks

VERSION = "1"
NO_INTERVAL = "not known, because the source gives a mean without its ratings"
PHOTOS_AT_ONCE = 100
# Rounding a side to whole pixels when a photo was scaled moves its shape by no more than this.
SHAPE = 0.01
# A box that reaches farther past a photo of unknown size was drawn on another version of it.
FAR = 0.05
LINK = """
    UPDATE curation_sourcebox box SET crop_id = new.crop, is_past_edge = new.past
    FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[]) AS new(id, crop, past)
    WHERE box.id = new.id
"""
LABELS = {
    BoxRole.CANDIDATE: CropLabel.UNKNOWN,
    BoxRole.BEST: CropLabel.GOOD,
    BoxRole.REGION: CropLabel.GOOD,
}
Size = tuple[int, int]


def start_attaching(*, project: Project) -> Job | None:
    """Have waiting annotations meet the photos that are here now; None when nothing waits."""
    if not waiting_photos(project).exists():
        return None
    key = f"project/{project.pk}"
    return jobs.start(
        kinds.ATTACH, by=None, scope=project.scope, subject=key, key=key,
        params={"project": project.pk},
    )  # fmt: skip


def waiting_photos(project: Project) -> QuerySet[SourcePhoto]:
    """Photos of finished imports that are not attached."""
    return SourcePhoto.objects.filter(
        annotation_import__project=project,
        annotation_import__state=AnnotationImportState.DONE,
        photo__isnull=True,
    )


def attach_waiting(run: JobRun) -> dict[str, Any]:
    """Handler: everything of a project that waits."""
    project = Project.objects.get(pk=run.params["project"])
    waiting = waiting_photos(project).order_by("annotation_import_id")
    ids = waiting.values_list("annotation_import_id", flat=True).distinct()
    imports = AnnotationImport.objects.filter(pk__in=list(ids)).select_related("project")
    return {"photos": sum(attach_import(found, run) for found in imports.order_by("pk"))}


def attach_import(found: AnnotationImport, run: JobRun) -> int:
    """Attach what can be attached of one import; how many photos were."""
    waiting = SourcePhoto.objects.filter(annotation_import=found, photo__isnull=True)
    rows = list(waiting.order_by("pk").values_list("pk", "name"))
    known = KnownPhotos(found.project, (name for _, name in rows))
    ready = []
    for pk, name in rows:
        if photo_id := known.photo_id(name):
            ready.append((pk, photo_id))
        elif known.is_doubtful(name):
            SourcePhoto.objects.filter(pk=pk).update(problem=known.problem(name)[:300])
    done = 0
    for start in range(0, len(ready), PHOTOS_AT_ONCE):
        run.progress(start, len(ready), "Attaching to photos.")
        done += _attach(found, dict(ready[start : start + PHOTOS_AT_ONCE]))
    if done:
        _count_past_edge(found)
    return done


def _count_past_edge(found: AnnotationImport) -> None:
    """Known for boxes of unknown size only since their photo is here."""
    boxes = SourceBox.objects.filter(source_photo__annotation_import=found, is_past_edge=True)
    found.counts["past_edge"] = boxes.count()
    AnnotationImport.objects.filter(pk=found.pk).update(counts=found.counts)


@transaction.atomic
def _attach(found: AnnotationImport, wanted: Mapping[int, int]) -> int:
    held = SourcePhoto.objects.select_for_update().filter(pk__in=list(wanted), photo__isnull=True)
    photos = Photo.objects.filter(state=PhotoState.READY).in_bulk(set(wanted.values()))
    attached: dict[int, Photo] = {}
    sources = {row.pk: row for row in held.order_by("pk")}
    far = _farthest(sources, {pk: photos[wanted[pk]] for pk in sources if wanted[pk] in photos})
    for pk, source in sources.items():
        photo = photos.get(wanted[pk])
        if photo is None:
            continue
        source.problem = _problem(source, photo, far.get(pk, 0.0))
        if not source.problem:
            source.photo = photo
            attached[pk] = photo
    SourcePhoto.objects.bulk_update(sources.values(), ["photo", "problem"])
    chosen = [sources[pk] for pk in attached]
    _add_crops(found, chosen)
    _add_words(found, chosen)
    _add_questions(chosen)
    _score_rated(found.project, attached)
    return len(attached)


def _farthest(sources: Iterable[int], photos: Mapping[int, Photo]) -> dict[int, float]:
    """How far each photo's boxes reach, as a share of the photo that is here."""
    boxes = SourceBox.objects.filter(source_photo__in=list(sources)).values("source_photo_id")
    reach = boxes.annotate(right=Max("x2"), low=Max("y2")).order_by()
    found = {}
    for row in reach:
        photo = photos.get(row["source_photo_id"])
        if photo is not None:
            far = max(row["right"] / photo.width, row["low"] / photo.height)
            found[row["source_photo_id"]] = far
    return found


def _problem(source: SourcePhoto, photo: Photo, far: float) -> str:
    """Why the photo here is not the annotated one, or its words do not fit it; else empty."""
    if source.width is None or source.height is None:
        if far > 1 + FAR:
            return (
                f"Boxes reach {far:.0%} of the photo here, which is {photo.width} x {photo.height} "
                "pixels: they were drawn on a larger version. Import the photo in its annotated size."
            )
        source.photo = photo
    elif abs(source.width / source.height * photo.height / photo.width - 1) > SHAPE:
        return (
            f"The photo here is {photo.width} x {photo.height} pixels, the annotated one "
            f"{source.width} x {source.height}: it is another picture, or was cropped or turned."
        )
    try:
        for _, points in source.words.get("elements", []):
            points_from_pixels(points, _size(source))
    except InvalidInput as error:
        source.photo = None
        return error.message[:300]
    return ""


def _size(source: SourcePhoto) -> Size:
    if source.width is not None and source.height is not None:
        return source.width, source.height
    if source.photo is None:
        raise ValueError(f"{source} is not attached")
    return source.photo.width, source.photo.height


def _add_crops(found: AnnotationImport, sources: Sequence[SourcePhoto]) -> None:
    edges = Edges(found.options.get("edges", Edges.KEEP))
    boxes: dict[int, list[SourceBox]] = defaultdict(list)
    roles = list(LABELS)
    for box in SourceBox.objects.filter(source_photo__in=sources).order_by("pk"):
        boxes[box.source_photo_id].append(box)
    crops: list[tuple[Any, ...]] = []
    links: list[tuple[int, int | None, bool]] = []
    scores: list[tuple[Any, ...]] = []
    for source in sources:
        of_photo = boxes[source.pk]
        corners = {box.pk: _crop_corners(box, _size(source), edges) for box in of_photo}
        labels = _labels(of_photo, corners, roles)
        ids = dict(zip(labels, new_ids(Crop, len(labels)), strict=True))
        crops += [_crop_row(ids[each], source, each, label) for each, label in labels.items()]
        for box in of_photo:
            crop = ids.get(corners[box.pk] or ()) if box.role in roles else None
            is_past = box.is_past_edge
            if is_past is None:
                is_past = is_past_edge(box.corners, _size(source))
            links.append((box.pk, crop, is_past))
        scores += _mean_rows(
            found, source, of_photo, {pk: ids.get(c or ()) for pk, c in corners.items()}
        )
    columns = ["id", "photo_id", "x1", "y1", "x2", "y2", "origin", "label", "rationale", "ratio"]
    copy_rows(Crop, [*columns, "made_from", "created_at", "rule"], crops)
    _link(links)
    _add_scores(scores)


Four = tuple[float, ...]


def _crop_corners(box: SourceBox, size: Size, edges: Edges) -> Four | None:
    """The crop's corners, or None where the box makes none."""
    if edges is Edges.FLAG and (box.is_past_edge or is_past_edge(box.corners, size)):
        return None
    try:
        corners = from_pixels(box.corners, size, clip=True).corners()
    except InvalidInput:
        return None  # it lies wholly outside
    rounded = tuple(round(value, DECIMALS) for value in corners)
    return rounded if rounded[0] < rounded[2] and rounded[1] < rounded[3] else None


def _labels(
    boxes: Iterable[SourceBox], corners: Mapping[int, Four | None], roles: Sequence[str]
) -> dict[Four, CropLabel]:
    """One crop for boxes of the same corners; good if any of them is."""
    found: dict[Four, CropLabel] = {}
    for box in boxes:
        place = corners[box.pk]
        if place is not None and box.role in roles:
            label = LABELS[BoxRole(box.role)]
            if found.get(place) != CropLabel.GOOD:
                found[place] = label
    return found


def _crop_row(pk: int, source: SourcePhoto, corners: Four, label: CropLabel) -> tuple[Any, ...]:
    made_from = f"sourcephoto/{source.pk}"
    origin = CropOrigin.IMPORTED
    return (pk, source.photo_id, *corners, origin.value, label.value, "", "", made_from,
            timezone.now(), "{}")  # fmt: skip


def _mean_rows(
    found: AnnotationImport,
    source: SourcePhoto,
    boxes: Sequence[SourceBox],
    crops: Mapping[int, int | None],
) -> list[tuple[Any, ...]]:
    """Scores of the means that the source gives, on our scale only; the first of equal boxes."""
    means: dict[int, SourceBox] = {}
    for box in boxes:
        crop = crops[box.pk]
        if crop is not None and box.mean is not None and box.scale == "1-5":
            means.setdefault(crop, box)
    places = ranks({crop: float(box.mean or 0) for crop, box in means.items()}) if means else {}
    now = timezone.now()
    return [
        (found.project_id, ScoreKind.CROP.value, source.photo_id, crop, IMPORTED_MEAN, VERSION, box.mean,
         box.votes or 0, NO_INTERVAL, places[crop].place, False, now)
        for crop, box in means.items()
    ]  # fmt: skip


def _add_scores(rows: Sequence[tuple[Any, ...]]) -> None:
    copy_rows(Score, [
        "project_id", "kind", "photo_id", "crop_id", "method", "method_version", "value", "n",
        "unknown", "rank", "is_provisional", "computed_at",
    ], rows)  # fmt: skip


def _link(links: Sequence[tuple[int, int | None, bool]]) -> None:
    ids, crops, pasts = [list(column) for column in zip(*links, strict=True)] or ([], [], [])
    with connection.cursor() as cursor:
        cursor.execute(LINK, [ids, crops, pasts])


def _add_words(found: AnnotationImport, sources: Sequence[SourcePhoto]) -> None:
    elements, comments = [], []
    for source in sources:
        if source.photo_id is None:
            continue  # its photo has been deleted meanwhile
        made_from = f"sourcephoto/{source.pk}"
        for name, points in source.words.get("elements", []):
            elements.append(
                CompositionElement(
                    photo_id=source.photo_id, name=name, origin=CropOrigin.IMPORTED,
                    points=points_from_pixels(points, _size(source)), made_from=made_from,
                )
            )  # fmt: skip
        for text in source.words.get("comments", []):
            digest = hashlib.sha256(text.encode()).hexdigest()
            comments.append(
                RawComment(
                    photo_id=source.photo_id, text=text, text_hash=digest, source=found.title[:200]
                )
            )
    CompositionElement.objects.bulk_create(elements, batch_size=1000)
    RawComment.objects.bulk_create(comments, ignore_conflicts=True, batch_size=1000)


def _add_questions(sources: Sequence[SourcePhoto]) -> None:
    photos = {source.pk: source.photo_id for source in sources}
    rows = SourceQuestion.objects.filter(source_photo__in=sources).order_by("pk")
    there = Question.objects.filter(photo_id__in=set(photos.values()))
    known = set(there.values_list("photo_id", "external_id", "text"))
    new = []
    for row in rows.iterator(chunk_size=1000):
        key = (photos[row.source_photo_id] or 0, row.external_id, row.text)
        if key not in known:
            known.add(key)
            new.append(
                Question(
                    photo_id=key[0], text=row.text, answers=row.answers, external_id=row.external_id
                )
            )
    Question.objects.bulk_create(new, batch_size=1000)


def _score_rated(project: Project, attached: Mapping[int, Photo]) -> None:
    rated = ImportedRating.objects.filter(source_photo__in=list(attached))
    ids = rated.values_list("source_photo_id", flat=True).distinct()
    photo_ids = sorted({attached[pk].pk for pk in ids})
    if photo_ids:
        score_photos(photo_ids)
    if photo_ids or ImportedPair.objects.filter(source_photo__in=list(attached)).exists():
        start_agreement(project=project)
