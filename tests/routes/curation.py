"""Who may enter the addresses of curation."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.utils import timezone

from catalog.selectors.photos import photos_of
from catalog.services.selections import save_selection
from curation.models import (
    AnnotationImport,
    Benchmark,
    BenchmarkVersion,
    Dataset,
    DatasetVersion,
    Export,
    ExportState,
    Score,
    VersionState,
)
from tests.curation.build import compared, photo_with_crops, rate
from tests.make import make_crop, make_member, make_photo
from tests.routes import Row, World, members, of_project, signed_in


def a_score(world: World) -> dict[str, Any]:
    photo = make_photo(world.project)
    score = Score.objects.create(
        project=world.project, kind="crop", photo=photo, crop=make_crop(photo), value=4, n=3
    )
    return {"pk": score.pk}


def a_selection(world: World) -> dict[str, Any]:
    make_photo(world.project)
    kept = save_selection(
        project=world.project,
        name=uuid4().hex,
        photos=photos_of(world.project),
        made_by={},
        by=None,
    )
    return {"pk": kept.pk}


def a_rater(world: World) -> dict[str, Any]:
    """Somebody who scored one photo's crops."""
    rater = make_member(world.project, f"Rater {uuid4().hex[:6]}", "expert")
    photo = photo_with_crops(world.project)
    rate([photo], {rater: {photo.pk: [5, 4, 2, 1]}})
    return {"pk": rater.pk}


def a_compared_photo(world: World) -> dict[str, Any]:
    """A photo with one pair vote, in a campaign that nobody can answer any more."""
    photo = photo_with_crops(world.project, 2)
    compared([photo], [make_member(world.project, f"Voter {uuid4().hex[:6]}", "expert")])
    return {"pk": photo.pk}


def the_pair_figures(world: World) -> dict[str, Any]:
    """Counted pair votes; the address has no part of its own."""
    a_compared_photo(world)
    return {}


def a_dataset(world: World) -> dict[str, Any]:
    return {"pk": Dataset.objects.create(project=world.project, name=uuid4().hex).pk}


def the_version(world: World) -> DatasetVersion:
    dataset = Dataset.objects.create(project=world.project, name=uuid4().hex)
    return DatasetVersion.objects.create(
        dataset=dataset, number=1, state=VersionState.FROZEN, digest="ab" * 32, salt="split/0",
        report={"samples": 0, "photos": 0, "lost": {}}, frozen_at=timezone.now(),
    )  # fmt: skip


def a_version(world: World) -> dict[str, Any]:
    return {"pk": the_version(world).pk}


def an_export(world: World) -> dict[str, Any]:
    export = Export.objects.create(
        version=the_version(world), exporter="trl_jsonl", state=ExportState.READY,
        folder="exports/0", files=[{"name": "a.jsonl", "bytes": 1, "sha256": "", "rows": 1}],
        options={"image_side": 64}, ready_at=timezone.now(),
    )  # fmt: skip
    return {"pk": export.pk}


def a_file(world: World) -> dict[str, Any]:
    """Of an export that is not ready: who may fetch it is told to wait."""
    export = Export.objects.create(version=the_version(world), exporter="trl_jsonl")
    return {"pk": export.pk, "name": "a.jsonl"}


def a_benchmark(world: World) -> dict[str, Any]:
    made = Benchmark.objects.create(project=world.project, name=uuid4().hex, share=0.2, seed=1)
    return {"pk": made.pk}


def a_benchmark_version(world: World) -> dict[str, Any]:
    found = a_benchmark(world)
    BenchmarkVersion.objects.create(benchmark_id=found["pk"], number=1, rule="best", digest="ab")
    return {**found, "number": 1}


def an_annotation_import(world: World) -> dict[str, Any]:
    made = AnnotationImport.objects.create(
        project=world.project, importer="gaicd", state="done", digest=uuid4().hex
    )
    return {"pk": made.pk}


STUDIO = of_project("lead", "curator", "researcher")
LEADS = of_project("lead")
CURATORS = of_project("curator")
RULES = {"kinds": ["sft_crop"], "min_votes": 2}

IMPORTERS = of_project("lead", "curator")

SAVERS = of_project("lead", "curator")

ROWS = [
    Row("curation:selections", of_project("lead", "curator", "researcher")),
    Row("curation:new-selection", SAVERS),
    Row("curation:new-selection", SAVERS, "POST"),
    Row("curation:selection", of_project("lead", "curator", "researcher"), args=a_selection),
    Row("curation:rename-selection", SAVERS, "POST", a_selection),
    Row("curation:delete-selection", SAVERS, "POST", a_selection),
    Row("api:selections", of_project("lead", "curator", "researcher")),
    Row("api:selections", SAVERS, "POST", body={}),
    Row("api:selection", of_project("lead", "curator", "researcher"), args=a_selection),
    Row("api:selection", SAVERS, "PATCH", a_selection, {"name": "Other"}),
    Row("api:selection", SAVERS, "DELETE", a_selection),
    Row("api:selection-photos", of_project("lead", "curator", "researcher"), args=a_selection),
    Row("curation:annotation-imports", IMPORTERS),
    Row("curation:new-annotation-import", IMPORTERS, query="?format=gaicd"),
    Row("curation:new-annotation-import", IMPORTERS, "POST", query="?format=gaicd"),
    Row("curation:annotation-import", STUDIO, args=an_annotation_import),
    Row("curation:hold-out-import", CURATORS, "POST", an_annotation_import),
    Row("api:hold-out-import", CURATORS, "POST", an_annotation_import, {"name": "FLMS"}),
    Row("curation:import-faults", STUDIO, args=an_annotation_import),
    Row("api:annotation-imports", STUDIO),
    Row("api:annotation-imports", IMPORTERS, "POST", body={}),
    Row("api:import-formats", STUDIO),
    Row("api:annotation-folder", IMPORTERS, "POST", body={}),
    Row("api:annotation-import", STUDIO, args=an_annotation_import),
    Row("api:import-faults", STUDIO, args=an_annotation_import),
    Row("api:source-photos", STUDIO, args=an_annotation_import),
    Row("curation:quality", STUDIO),
    Row("curation:compute-scores", LEADS, "POST"),
    Row("curation:scores-csv", STUDIO),
    Row("curation:score", STUDIO, args=a_score),
    Row("curation:agreement", STUDIO),
    Row("curation:agreement-csv", STUDIO),
    Row("curation:pairs", STUDIO),
    Row("curation:photo-pairs", STUDIO, args=a_compared_photo),
    Row("curation:photo-pairs-csv", STUDIO, args=a_compared_photo),
    Row("curation:reliability-csv", STUDIO),
    Row("curation:distribution-csv", STUDIO),
    Row("curation:rater-csv", STUDIO, args=a_rater),
    Row("curation:report", STUDIO),
    Row("curation:report-csv", STUDIO),
    Row("curation:raters", STUDIO),
    Row("curation:raters-csv", STUDIO),
    Row("curation:my-habits", signed_in()),
    Row("curation:rater", STUDIO, args=a_rater),
    Row("curation:datasets", STUDIO),
    Row("curation:datasets", CURATORS, "POST", body={"name": "Coast"}),
    Row("curation:dataset", STUDIO, args=a_dataset),
    Row("curation:new-version", CURATORS, args=a_dataset),
    Row("curation:new-version", CURATORS, "POST", a_dataset, RULES),
    Row("curation:preview", CURATORS, args=a_dataset, query="?kinds=sft_crop"),
    Row("curation:version", STUDIO, args=a_version),
    Row("curation:new-export", CURATORS, "POST", a_version, {"exporter": "trl_jsonl"}),
    Row("curation:export", STUDIO, args=an_export),
    Row("curation:download", STUDIO, args=a_file),
    Row("curation:benchmarks", STUDIO),
    Row("curation:benchmarks", CURATORS, "POST", body={"name": "B", "share": 0.2, "seed": 1}),
    Row("curation:benchmark", STUDIO, args=a_benchmark),
    Row("curation:freeze-references", CURATORS, "POST", a_benchmark, {"rule": "best"}),
    Row("api:scores", STUDIO),
    Row("api:compute-scores", LEADS, "POST"),
    Row("api:score", STUDIO, args=a_score),
    Row("api:agreement", STUDIO),
    Row("api:pairs", STUDIO),
    Row("api:pair-figures", STUDIO, args=the_pair_figures),
    Row("api:photo-pairs", STUDIO, args=a_compared_photo),
    Row("api:raters", members()),
    Row("api:rater", STUDIO, args=a_rater),
    Row("api:report", STUDIO),
    Row("api:datasets", STUDIO),
    Row("api:datasets", CURATORS, "POST", body={"name": "Coast"}),
    Row("api:dataset", STUDIO, args=a_dataset),
    Row("api:versions", STUDIO),
    Row("api:versions", CURATORS, "POST", body={}),
    Row("api:version-rules", STUDIO),
    Row("api:version-preview", CURATORS, "POST", body={}),
    Row("api:version", STUDIO, args=a_version),
    Row("api:version-samples", STUDIO, args=a_version),
    Row("api:exports", STUDIO),
    Row("api:exports", CURATORS, "POST", body={}),
    Row("api:export-formats", STUDIO),
    Row("api:export", STUDIO, args=an_export),
    Row("api:export-file", STUDIO, args=a_file),
    Row("api:benchmarks", STUDIO),
    Row("api:benchmarks", CURATORS, "POST", body={}),
    Row("api:benchmark", STUDIO, args=a_benchmark),
    Row("api:benchmark-versions", STUDIO, args=a_benchmark),
    Row("api:benchmark-versions", CURATORS, "POST", a_benchmark, {"rule": "best"}),
    Row("api:benchmark-version", STUDIO, args=a_benchmark_version),
]
