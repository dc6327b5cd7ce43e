"""Benchmarks of a project."""

from __future__ import annotations

from django.db.models import Count, F, Max, QuerySet

from accounts.models import Project
from core.errors import NotFound
from curation.models import Benchmark, BenchmarkVersion, Reference, Sample, VersionState


def benchmarks_of(project: Project) -> QuerySet[Benchmark]:
    """Benchmarks with their number of photos and of the newest version, newest first."""
    rows = Benchmark.objects.filter(project=project).select_related("by")
    counted = rows.annotate(
        photo_count=Count("members", distinct=True), last_version=Max("versions__number")
    )
    return counted.order_by("-pk")


def benchmark_in(project: Project, benchmark_id: int) -> Benchmark:
    """One benchmark of the project."""
    found = benchmarks_of(project).filter(pk=benchmark_id).first()
    if found is None:
        raise NotFound("There is no such benchmark in this project.")
    return found


def version_of(benchmark: Benchmark, number: int | None = None) -> BenchmarkVersion | None:
    """The version of this number, the newest without one; `NotFound` for a wrong number."""
    rows = benchmark.versions.select_related("by").order_by("-number")
    if number is None:
        return rows.first()
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound("This benchmark has no such version.")
    return found


def references_of(version: BenchmarkVersion) -> QuerySet[Reference]:
    """The boxes by photo, in the order of the digest."""
    return version.references.select_related("photo").order_by("photo__content_hash")


def trained_before(benchmark: Benchmark) -> int:
    """How many of its photos stood in training data that was frozen before it was drawn: a model
    trained on those would be measured too kindly."""
    samples = Sample.objects.filter(
        photo__benchmark_places__benchmark=benchmark,
        version__state=VersionState.FROZEN,
        version__frozen_at__lt=F("photo__benchmark_places__benchmark__created_at"),
    )
    return samples.values("photo").distinct().count()
