"""Which photos a batch of drafts takes, and what the batch would take in time and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, QuerySet, Value
from django.db.models.functions import MD5, Concat, Substr

from accounts.models import Project
from annotation.models import Draft, DraftKind, DraftSource, Verdict
from annotation.pipelines import Pipeline, Subject
from annotation.selectors.drafts import lacks_draft
from catalog.models import Photo, PhotoState, Question
from catalog.selectors.photos import PhotoFilter, photos_of
from core.errors import InvalidInput

# Which of the project's ready photos, beside the catalog's own filters.
SCOPES = {
    "missing": "Ready photos without a passed draft of this kind",
    "comments": "Ready photos with raw comments",
    "all": "All ready photos",
}
NARROWED_BY = frozenset({"q", "licence", "alike", "group"})
# How many of a source's last drafts tell what the next ones take.
SAMPLE = 200
PARALLEL = 8  # the `openai` backend's own default


@dataclass(frozen=True)
class Choice:
    """Photos by scope, the catalog's filters, ids, and at most ``limit`` of them, newest first."""

    scope: str = "missing"
    filters: Mapping[str, str] | None = None
    photo_ids: tuple[int, ...] | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Asked:
    """How many requests a batch over so many photos has; ``is_most`` where it may have fewer."""

    photos: int
    count: int
    subject: Subject
    is_most: bool = False


@dataclass(frozen=True)
class Estimate:
    """Of so many requests; ``seconds`` and ``usd`` are None where no draft of the source tells; ``n``
    drafts did."""

    requests: int
    seconds: float | None
    usd: float | None
    n: int


def photos_for(
    project: Project, kind: DraftKind, choice: Choice, source: DraftSource | None = None
) -> QuerySet[Photo]:
    """The chosen ready photos, newest first; `InvalidInput` names a filter that is wrong.

    Of photos that nobody named one by one, ``source`` gets the share that it was promoted for.
    """
    if choice.scope not in SCOPES:
        raise InvalidInput(f"Choose one of {', '.join(SCOPES)}.", field="photos")
    rows = _narrowed(project, dict(choice.filters or {})).filter(state=PhotoState.READY)
    if choice.scope == "missing":
        rows = rows.filter(lacks_draft(kind))
    elif choice.scope == "comments":
        rows = rows.filter(raw_comments__isnull=False).distinct()
    if choice.photo_ids is not None:
        rows = rows.filter(pk__in=choice.photo_ids)
    elif source is not None and source.share < 1:
        rows = _share_of(rows, source)
    return rows.order_by("-pk")[: choice.limit]


def _share_of(photos: QuerySet[Photo], source: DraftSource) -> QuerySet[Photo]:
    """The same photos every time, and another part of them for another source."""
    digest = MD5(Concat(F("content_hash"), Value(f"/{source.made_from or source.pk}")))
    limit = f"{int(source.share * 16**8):08x}"
    return photos.annotate(lot=Substr(digest, 1, 8)).filter(lot__lt=limit)


def _narrowed(project: Project, filters: dict[str, str]) -> QuerySet[Photo]:
    for name in filters:
        if name not in NARROWED_BY:
            known = ", ".join(sorted(NARROWED_BY))
            raise InvalidInput(f"There is no filter {name!r}. Known: {known}.", field=name[:60])
    found = PhotoFilter(filters, queryset=photos_of(project))
    if not found.is_valid():
        name, errors = next(iter(found.errors.items()))
        raise InvalidInput(f"{name}: {errors[0]}", field=name)
    rows: QuerySet[Photo] = found.qs
    return rows


def requests_for(pipeline: Pipeline, photos: QuerySet[Photo], wanted: Mapping[str, Any]) -> Asked:
    """How often a pipeline with these parameters asks about the chosen photos. Of crops at most so
    many as the parameters allow: the bad ones are made when the batch starts."""
    found, samples = photos.count(), int(wanted.get("samples", 1))
    if pipeline.subject is Subject.QUESTION:
        ids = list(photos.values_list("pk", flat=True))
        questions = Question.objects.filter(photo_id__in=ids).count()
        return Asked(found, questions * samples, pipeline.subject)
    if pipeline.subject is Subject.CROP:
        each = int(wanted.get("good_per_photo", 1)) + int(wanted.get("bad_per_photo", 0))
        return Asked(found, found * each * samples, pipeline.subject, is_most=True)
    return Asked(found, found * samples, pipeline.subject)


def estimate(
    kind: DraftKind, source: DraftSource, verifier: DraftSource | None, requests: int
) -> Estimate:
    """What so many requests take, going by the last drafts and checks of these sources."""
    made = _means(Draft.objects.filter(source=source, kind=kind))
    checked = _means(Verdict.objects.filter(source=verifier, draft__kind=kind))
    if not made["n"]:
        return Estimate(requests, None, None, 0)
    ms = made["ms"] + (checked["ms"] or 0)
    usd = None if made["usd"] is None else float(made["usd"]) + float(checked["usd"] or 0)
    lanes = int(source.parameters.get("parallel", PARALLEL)) if source.backend == "openai" else 1
    return Estimate(
        requests, requests * ms / 1000 / lanes, None if usd is None else requests * usd, made["n"]
    )


def _means(rows: QuerySet[Any]) -> dict[str, Any]:
    latest = rows.order_by("-pk").values("pk")[:SAMPLE]
    found: dict[str, Any] = rows.model._default_manager.filter(pk__in=latest).aggregate(
        ms=Avg("latency_ms"), usd=Avg("cost_usd"), n=Count("pk")
    )
    return found
