"""Training through the API: recipes, runs, models, evaluations, as the pages and no further."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from curation.models import Benchmark, BenchmarkVersion, Export
from tests.make import make_photo
from tests.people import signed_in
from tests.training.build import drawn_export, told_run
from tests.training.making import QUICK
from training.models import Evaluation, Model, Prediction, Run
from training.places import run_folder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_trainer_left")]


@pytest.fixture
def api(rui: User) -> Client:
    """Rui's programs."""
    return signed_in(rui)


def url(name: str, project: Project, *args: object) -> str:
    return reverse(f"api:{name}", args=[project.slug, *args])


def post(client: Client, route: str, project: Project, *args: object, **body: Any) -> Any:
    return client.post(url(route, project, *args), body, content_type="application/json")


def error_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["field"]


def test_recipes_tell_all_their_settings(api: Client, project: Project) -> None:
    told = {recipe["name"]: recipe for recipe in api.get(url("recipes", project)).json()}
    assert told["crop_dpo"]["needs_start"] and not told["crop_sft"]["needs_start"]
    rate = told["crop_sft"]["config_schema"]["properties"]["learning_rate"]
    assert (rate["default"], rate["maximum"]) == (1e-4, 0.1)


def test_a_run_is_started_stopped_and_resumed(
    api: Client, project: Project, export: Export, tiny: Model
) -> None:
    body = {"name": "Tiny", "recipe": "crop_sft", "export": export.pk, "base_model": tiny.pk}
    made = post(api, "runs", project, **body, config=QUICK)
    assert made.status_code == 201, made.json()
    run = made.json()
    assert (run["state"], run["config"]["max_steps"], run["attempts"]) == ("queued", 6, [])
    assert api.get(url("run", project, run["id"])).json() == run
    assert post(api, "run-stop", project, run["id"]).json()["is_stop_wanted"]
    assert post(api, "run-resume", project, run["id"]).status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"config": {"learnign_rate": 1}}, "learnign_rate"),
        ({"export": 999_999}, "export"),
        ({"base_model": 999_999}, "base_model"),
        ({"start_from": 999_999}, "start_from"),
        ({"recipe": "alchemy"}, "recipe"),
        ({"devices": "two"}, "devices"),
        ({"state": "succeeded"}, "state"),
        ({"by": 1}, "by"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(
    api: Client, project: Project, export: Export, tiny: Model, changes: Any, field: str
) -> None:
    body = {"name": "Tiny", "recipe": "crop_sft", "export": export.pk, "base_model": tiny.pk}
    assert error_of(post(api, "runs", project, **{**body, **changes})) == (400, field)
    assert not Run.objects.exists()


def test_an_export_of_another_project_is_not_known(
    api: Client, project: Project, other_project: Project, lab: Path, tiny: Model
) -> None:
    theirs = drawn_export(other_project, lab)
    body = {"name": "Tiny", "recipe": "crop_sft", "export": theirs.pk, "base_model": tiny.pk}
    assert error_of(post(api, "runs", project, **body)) == (400, "export")


def test_runs_are_listed_and_narrowed(
    api: Client, project: Project, rui: User, export: Export
) -> None:
    run = told_run(project, rui, export)
    for query, count in {"": 1, "?state=succeeded": 1, "?recipe=crop_dpo": 0}.items():
        assert len(api.get(url("runs", project) + query).json()["results"]) == count
    assert error_of(api.get(url("runs", project) + "?base_model__project__slug=x")) == (
        400, "base_model__project__slug",
    )  # fmt: skip
    metrics = api.get(url("run-metrics", project, run.pk) + "?name=loss&limit=2").json()
    assert [row["step"] for row in metrics["results"]] == [40, 30]
    (run_folder(run) / "trainer.log").write_text("a warning\x07\n")
    assert api.get(url("run-log", project, run.pk)).json() == {"lines": ["a warning"]}


def test_checkpoints_become_models(
    api: Client, project: Project, rui: User, export: Export
) -> None:
    run = told_run(project, rui, export)
    listed = api.get(url("checkpoints", project) + f"?run={run.pk}&is_final=true").json()["results"]
    assert (listed[0]["step"], listed[0]["is_pruned"]) == (40, False)
    made = post(api, "checkpoint-register", project, listed[0]["id"], name="Mine")
    assert made.status_code == 201
    assert made.json()["id"] == Model.objects.get(checkpoint__run=run).pk, "it was one already"
    models = api.get(url("models", project) + f"?run={run.pk}").json()["results"]
    assert [model["id"] for model in models] == [made.json()["id"]]
    assert len(api.get(url("models", project) + "?is_base=true").json()["results"]) == 1


def test_a_base_model_is_added_and_promoted(api: Client, project: Project, tiny: Model) -> None:
    made = post(api, "models", project, name="Again", folder="tiny")
    assert made.status_code == 201
    model = api.get(url("model", project, made.json()["id"])).json()
    assert model == made.json()
    assert error_of(post(api, "models", project, name="Out", folder="../tiny")) == (400, "folder")
    source = post(api, "model-promote", project, model["id"], share=0.5).json()
    assert (source["share"], source["made_from"]) == (0.5, f"model/{model['id']}")
    assert error_of(post(api, "model-promote", project, model["id"], share=2)) == (400, "share")


def test_evaluations_with_their_predictions(
    api: Client, project: Project, other_project: Project, tiny: Model
) -> None:
    benchmark = Benchmark.objects.create(project=project, name="Hold-out", seed=0, share=0.2)
    version = BenchmarkVersion.objects.create(benchmark=benchmark, number=1, rule="best")
    made = post(api, "evaluations", project, model=tiny.pk, benchmark_version=version.pk)
    assert (made.status_code, made.json()["state"]) == (201, "queued")
    found = Evaluation.objects.get(pk=made.json()["id"])
    photo = make_photo(project)
    Prediction.objects.create(evaluation=found, photo=photo, text="no", figures={"iou_max": 0.0})
    rows = api.get(url("evaluation-predictions", project, found.pk)).json()["results"]
    assert (rows[0]["photo"], rows[0]["box"], rows[0]["text"]) == (photo.pk, None, "no")
    assert api.get(url("evaluation", project, found.pk)).json()["model"] == tiny.pk
    assert len(api.get(url("evaluations", project) + "?state=done").json()["results"]) == 0
    assert post(api, "evaluation-again", project, found.pk).status_code == 409
    wrong = post(api, "evaluations", project, model=tiny.pk, benchmark_version=999_999)
    assert error_of(wrong) == (400, "benchmark_version")
    wrong = post(api, "evaluations", project, model=999_999, benchmark_version=version.pk)
    assert error_of(wrong) == (400, "model")


def test_leads_look_but_do_not_start(project: Project, ada: User, cleo: User, tiny: Model) -> None:
    assert signed_in(ada).get(url("models", project)).status_code == 200
    refused = post(signed_in(ada), "models", project, name="x", folder="tiny")
    assert refused.status_code == 403
    assert signed_in(cleo).get(url("model", project, tiny.pk)).status_code == 404
