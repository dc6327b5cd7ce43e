"""Who may enter the addresses of training."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from curation.models import Benchmark, BenchmarkVersion, Dataset, DatasetVersion, Export
from tests.make import make_photo
from tests.routes import Row, World, of_project
from training.models import Checkpoint, Evaluation, Model, Run

STUDIO = of_project("lead", "curator", "researcher")
RESEARCHERS = of_project("researcher")


def _model(world: World) -> Model:
    return Model.objects.create(
        project=world.project, name=f"tiny {uuid4().hex[:8]}", folder="tiny", revision="0" * 64
    )


def _run(world: World, state: str = "cancelled") -> Run:
    dataset = Dataset.objects.create(project=world.project, name=uuid4().hex)
    version = DatasetVersion.objects.create(dataset=dataset, number=1, state="frozen")
    export = Export.objects.create(version=version, exporter="trl_jsonl", state="ready")
    return Run.objects.create(
        project=world.project, name="Tiny", recipe="crop_sft", export=export, state=state,
        base_model=_model(world), folder=f"run-{uuid4().hex}",
    )  # fmt: skip


def a_run(world: World) -> dict[str, Any]:
    return {"pk": _run(world).pk}


def an_open_run(world: World) -> dict[str, Any]:
    return {"pk": _run(world, "running").pk}


def a_model(world: World) -> dict[str, Any]:
    return {"pk": _model(world).pk}


def a_checkpoint(world: World) -> dict[str, Any]:
    run = _run(world)
    pruned = Checkpoint.objects.create(run=run, step=3, folder="x/y", digest="0", is_pruned=True)
    return {"pk": pruned.pk}


def an_evaluation(world: World) -> dict[str, Any]:
    benchmark = Benchmark.objects.create(project=world.project, name=uuid4().hex, seed=0, share=0.2)
    version = BenchmarkVersion.objects.create(benchmark=benchmark, number=1, rule="best")
    made = Evaluation.objects.create(
        project=world.project, model=_model(world), benchmark_version=version, state="done"
    )
    return {"pk": made.pk}


def a_photo(world: World) -> dict[str, Any]:
    return {"pk": make_photo(world.project).pk}


SFT = "?recipe=crop_sft"
ROWS = [
    Row("training:runs", STUDIO),
    Row("training:choose-recipe", RESEARCHERS),
    Row("training:new-run", RESEARCHERS, query=SFT),
    Row("training:new-run", RESEARCHERS, "POST", query=SFT),
    Row("training:run", STUDIO, args=a_run),
    Row("training:run-live", STUDIO, args=a_run),
    Row("training:run-log", STUDIO, args=a_run),
    Row("training:run-metrics", STUDIO, args=a_run),
    Row("training:stop-run", RESEARCHERS, "POST", an_open_run),
    Row("training:resume-run", RESEARCHERS, "POST", a_run),
    Row("training:models", STUDIO),
    Row("training:models", RESEARCHERS, "POST"),
    Row("training:model", STUDIO, args=a_model),
    Row("training:register", RESEARCHERS, "POST", a_checkpoint),
    Row("training:evaluate", RESEARCHERS, "POST", a_model),
    Row("training:promote", RESEARCHERS, "POST", a_model),
    Row("training:evaluation", STUDIO, args=an_evaluation),
    Row("training:evaluate-again", RESEARCHERS, "POST", an_evaluation),
    Row("training:lineage", STUDIO, args=a_photo),
    Row("training:trail", STUDIO, args=a_photo),
    Row("api:recipes", STUDIO),
    Row("api:runs", STUDIO),
    Row("api:runs", RESEARCHERS, "POST", body={}),
    Row("api:run", STUDIO, args=a_run),
    Row("api:run-stop", RESEARCHERS, "POST", an_open_run),
    Row("api:run-resume", RESEARCHERS, "POST", a_run),
    Row("api:run-metrics", STUDIO, args=a_run),
    Row("api:run-log", STUDIO, args=a_run),
    Row("api:checkpoints", STUDIO),
    Row("api:checkpoint-register", RESEARCHERS, "POST", a_checkpoint, {"name": "Early"}),
    Row("api:models", STUDIO),
    Row("api:models", RESEARCHERS, "POST", body={}),
    Row("api:model", STUDIO, args=a_model),
    Row("api:model-promote", RESEARCHERS, "POST", a_model, {"share": 2}),
    Row("api:evaluations", STUDIO),
    Row("api:evaluations", RESEARCHERS, "POST", body={}),
    Row("api:evaluation", STUDIO, args=an_evaluation),
    Row("api:evaluation-again", RESEARCHERS, "POST", an_evaluation),
    Row("api:evaluation-predictions", STUDIO, args=an_evaluation),
    Row("api:photo-lineage", STUDIO, args=a_photo),
]
