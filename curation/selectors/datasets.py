"""Datasets, versions, samples and exports of a project."""

from __future__ import annotations

from dataclasses import dataclass

import django_filters
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.models import Project
from core.errors import NotFound
from core.models import Job
from curation.models import (
    Dataset,
    DatasetVersion,
    Export,
    ExportState,
    Sample,
    SampleKind,
    Split,
    VersionState,
)


class VersionFilter(django_filters.FilterSet):
    """The only ways in which versions may be asked for."""

    dataset = django_filters.NumberFilter(field_name="dataset_id")
    state = django_filters.ChoiceFilter(choices=VersionState.choices)


class ExportFilter(django_filters.FilterSet):
    """The only ways in which exports may be asked for."""

    version = django_filters.NumberFilter(field_name="version_id")
    state = django_filters.ChoiceFilter(choices=ExportState.choices)
    exporter = django_filters.CharFilter(max_length=32)


class SampleFilter(django_filters.FilterSet):
    """The only ways in which samples may be asked for."""

    kind = django_filters.ChoiceFilter(choices=SampleKind.choices)
    split = django_filters.ChoiceFilter(choices=Split.choices)
    photo = django_filters.NumberFilter(field_name="photo_id")


def datasets_of(project: Project) -> QuerySet[Dataset]:
    """Datasets with the number of their frozen versions and the newest of them."""
    frozen = DatasetVersion.objects.filter(dataset=OuterRef("pk"), state=VersionState.FROZEN)
    newest = frozen.order_by("-number")
    return (
        Dataset.objects.filter(project=project)
        .annotate(
            frozen_count=Count("versions", Q(versions__state=VersionState.FROZEN)),
            latest_id=Subquery(newest.values("pk")[:1]),
            latest_number=Subquery(newest.values("number")[:1]),
            latest_samples=Subquery(newest.values("report__samples")[:1]),
            latest_at=Subquery(newest.values("frozen_at")[:1]),
        )
        .order_by("-pk")
    )


def dataset_in(project: Project, dataset_id: int) -> Dataset:
    """One dataset of the project."""
    found = Dataset.objects.filter(project=project, pk=dataset_id).first()
    if found is None:
        raise NotFound("There is no such dataset in this project.")
    return found


def versions_of(project: Project) -> QuerySet[DatasetVersion]:
    """Versions of all datasets, newest first."""
    rows = DatasetVersion.objects.filter(dataset__project=project)
    return rows.select_related("dataset", "by").order_by("-pk")


def version_in(project: Project, version_id: int) -> DatasetVersion:
    """One version of the project."""
    found = versions_of(project).filter(pk=version_id).first()
    if found is None:
        raise NotFound("There is no such version in this project.")
    return found


def exports_of(project: Project) -> QuerySet[Export]:
    """Exports of all versions, newest first."""
    rows = Export.objects.filter(version__dataset__project=project)
    return rows.select_related("version__dataset", "by").order_by("-pk")


def export_in(project: Project, export_id: int) -> Export:
    """One export of the project."""
    found = exports_of(project).filter(pk=export_id).first()
    if found is None:
        raise NotFound("There is no such export in this project.")
    return found


def job_of(subject: str) -> Job | None:
    """The newest job about something (``export/7``)."""
    return Job.objects.filter(subject=subject).order_by("-created_at").first()


@dataclass(frozen=True)
class SamplePage:
    """Samples in their order; ``earlier`` and ``later`` are the ``from`` of the neighbours, None
    where there is none."""

    rows: list[Sample]
    earlier: int | None
    later: int | None


def samples_from(samples: QuerySet[Sample], start: int, *, size: int = 20) -> SamplePage:
    """One page by index: it costs the same however far one has gone."""
    ordered = samples.select_related("photo").order_by("index")
    found = list(ordered.filter(index__gte=start)[: size + 1])
    before = ordered.filter(index__lt=start).order_by("-index").values_list("index", flat=True)
    earlier = list(before[:size])
    return SamplePage(
        rows=found[:size],
        earlier=earlier[-1] if earlier else None,
        later=found[size].index if len(found) > size else None,
    )
