"""Evaluations with a real model: every photo asked once, figures beside the baselines."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Project, User
from core import jobs
from core.errors import Conflict, InvalidInput
from core.models import Job
from curation.models import Benchmark, BenchmarkVersion
from curation.models import Reference as ReferenceRow
from measures.boxes import Box
from tests.jobs import run as run_job
from tests.training.build import Killed, ended, kill_after, parrot_model, started, tiny_model
from tests.workers.drafts import stored_photos
from training.models import Checkpoint, Evaluation, EvaluationState, Model
from training.services import evaluating
from training.services.evaluating import evaluate_again, start_evaluation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_trainer_left")]
SAID = Box(0.1, 0.2, 0.9, 0.8)


@pytest.fixture
def references(project: Project, kim: User) -> BenchmarkVersion:
    """Three photos: on the first what the parrot says is right, on the others half of it is."""
    benchmark = Benchmark.objects.create(project=project, name="Hold-out", seed=0, share=0.2)
    version = BenchmarkVersion.objects.create(benchmark=benchmark, number=1, rule="best")
    boxes = [[0.1, 0.2, 0.9, 0.8], [0.1, 0.2, 0.5, 0.8], [0.1, 0.2, 0.5, 0.8]]
    for photo, box in zip(stored_photos(project, kim, 3), boxes, strict=True):
        ReferenceRow.objects.create(version=version, photo=photo, boxes=[box])
    return version


def evaluated(model: Model, references: BenchmarkVersion, by: User) -> Evaluation:
    """A new evaluation, its job done here."""
    evaluation = start_evaluation(model=model, benchmark_version=references, by=by)
    run_job(Job.objects.get(subject=f"evaluation/{evaluation.pk}"))
    evaluation.refresh_from_db()
    return evaluation


def test_figures_stand_beside_the_baselines(
    project: Project, rui: User, parrot: Path, references: BenchmarkVersion
) -> None:
    found = evaluated(parrot_model(project, parrot), references, rui)
    assert (found.state, found.error) == (EvaluationState.DONE, "")
    own, whole = found.figures["model"]["iou_max"], found.figures["whole_photo"]["iou_max"]
    assert own["value"] == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert whole["value"] == pytest.approx((0.48 + 0.24 + 0.24) / 3)
    assert own["low"] <= own["value"] <= own["high"] and own["n"] == 3
    assert set(found.figures) == {"model", "whole_photo", "centre_90"}
    assert found.figures["model"]["validity"]["value"] == 1
    boxes = [tuple(each.box) for each in found.predictions.all()]
    assert boxes == [SAID.corners()] * 3
    first = found.predictions.get(photo=references.references.first().photo)
    assert first.figures["iou_max"] == 1 and first.figures["displacement"] == 0


def test_an_answer_without_a_box_counts_as_wrong(
    project: Project, rui: User, lab: Path, references: BenchmarkVersion
) -> None:
    found = evaluated(tiny_model(project, lab), references, rui)
    assert found.state == EvaluationState.DONE
    assert found.figures["model"]["validity"]["value"] == 0
    row = found.figures["model"]["iou_max"]
    assert (row["value"], row["low"], row["high"], row["n"]) == (0.0, None, None, 3)
    assert "all figures are equal" in row["unknown"]
    assert {each.box for each in found.predictions.all()} == {None}


def test_a_killed_evaluation_asks_nobody_twice(
    project: Project, rui: User, parrot: Path, references: BenchmarkVersion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    model = parrot_model(project, parrot)
    kill_after(monkeypatch, evaluating, "_predict")
    with pytest.raises(Killed):
        evaluated(model, references, rui)
    evaluation = Evaluation.objects.get()
    before = evaluation.predictions.get()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.sweep()
    run_job(Job.objects.get(kind="training.evaluate"))
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.predictions.count()) == (EvaluationState.DONE, 3)
    assert evaluation.predictions.get(pk=before.pk).text == before.text


def test_a_missing_model_is_told_and_can_be_put_right(
    project: Project, rui: User, parrot: Path, references: BenchmarkVersion
) -> None:
    model = parrot_model(project, parrot)
    shutil.rmtree(Path(settings.MODELS_DIR) / "parrot")
    found = evaluated(model, references, rui)
    assert (found.state, "no model folder" in found.error) == (EvaluationState.FAILED, True)
    assert Job.objects.get(kind="training.evaluate").error == found.error
    parrot_model(project, parrot)
    assert evaluate_again(evaluation=found, by=rui).state == EvaluationState.QUEUED
    run_job(Job.objects.get(kind="training.evaluate"))
    found.refresh_from_db()
    assert (found.state, found.error) == (EvaluationState.DONE, "")
    with pytest.raises(Conflict):
        evaluate_again(evaluation=found, by=rui)


def test_a_stopped_evaluation_goes_on_later(
    project: Project, rui: User, parrot: Path, references: BenchmarkVersion
) -> None:
    model = parrot_model(project, parrot)
    evaluation = start_evaluation(model=model, benchmark_version=references, by=rui)
    job = Job.objects.get(kind="training.evaluate")
    Job.objects.update(cancel_requested=True)
    assert run_job(job).state == "cancelled"
    evaluation.refresh_from_db()
    assert (evaluation.state, "Stopped" in evaluation.error) == (EvaluationState.FAILED, True)
    evaluate_again(evaluation=evaluation, by=rui)
    assert run_job(job).state == "succeeded"


def test_references_of_another_project_are_refused(
    project: Project, other_project: Project, rui: User, lab: Path
) -> None:
    theirs = Benchmark.objects.create(project=other_project, name="Theirs", seed=0, share=0.2)
    version = BenchmarkVersion.objects.create(benchmark=theirs, number=1, rule="best")
    with pytest.raises(InvalidInput, match="another project") as raised:
        start_evaluation(model=tiny_model(project, lab), benchmark_version=version, by=rui)
    assert raised.value.field == "benchmark_version"
    assert not Evaluation.objects.exists() and not Job.objects.exists()


# peft asks transformers by a name that is about to go.
@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
def test_preferences_continue_an_adapter_that_can_be_measured(
    project: Project, rui: User, lab: Path, references: BenchmarkVersion
) -> None:
    config = {"tuning": "lora", "max_steps": 2, "eval_every": 0}
    first = ended(started(project, rui, lab, is_tried=True, config=config))
    start = Checkpoint.objects.get(run=first, is_final=True)
    second = ended(started(
        project, rui, lab, is_tried=True, config=config, recipe="crop_dpo", start_from=start,
        base_model=None, export=first.export, name="Preferences",
    ))  # fmt: skip
    assert (second.state, second.base_model) == ("succeeded", first.base_model)
    assert second.metrics.filter(name="rewards/accuracies").exists()
    model = Model.objects.get(checkpoint__run=second)
    assert (model.family, model.box_format) == ("idefics3", "percent")
    found = evaluated(model, references, rui)
    assert (found.state, found.error) == (EvaluationState.DONE, "")
    with pytest.raises(InvalidInput, match="adapter"):
        started(project, rui, lab, base_model=model, export=first.export)
