"""Starting a run: everything that can be wrong is said at once, by field, and nothing is made."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from core.errors import Conflict, InvalidInput
from core.models import AuditEntry, Job
from curation.models import Export
from tests.training.build import drawn_export, look, started, tiny_model
from tests.training.making import QUICK
from training.models import Checkpoint, Model, Run, RunState
from training.services.runs import cancel_run, resume_run, start_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(project: Project, rui: User, export: Export, tiny: Model) -> dict[str, Any]:
    """What a run needs."""
    return {
        "project": project, "name": "Tiny", "recipe": "crop_sft", "export": export,
        "base_model": tiny, "config": QUICK, "by": rui,
    }  # fmt: skip


def refused(parts: dict[str, Any], **changes: Any) -> InvalidInput:
    """The refusal of a run with these changes; no row and no job is left of it."""
    with pytest.raises(InvalidInput) as raised:
        start_run(**(parts | changes))
    assert not Run.objects.filter(project=parts["project"], name=(parts | changes)["name"]).exists()
    assert not Job.objects.filter(kind="training.supervise").exists()
    return raised.value


def test_a_run_is_a_row_and_a_job(parts: dict[str, Any], rui: User) -> None:
    run = start_run(**parts)
    assert (run.state, run.folder, run.recipe_version) == ("queued", f"run-{run.pk}", "1")
    assert run.config["max_steps"] == QUICK["max_steps"]
    assert run.config["lora_rank"] == 16, "the recipe's own value"
    assert Job.objects.get(kind="training.supervise").subject == f"run/{run.pk}"
    assert AuditEntry.objects.get(verb="run.start").actor_id == rui.pk


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"learning_rate": -1}, "learning_rate"),
        ({"batch_size": "many"}, "batch_size"),
        ({"learnign_rate": 0.1}, "learnign_rate"),
        ({"lora_targets": "("}, "lora_targets"),
    ],
)
def test_a_wrong_setting_is_named(parts: dict[str, Any], config: Any, field: str) -> None:
    error = refused(parts, config=config)
    assert error.field == field
    assert field in error.message


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"recipe": "alchemy"}, "recipe"),
        ({"engine": "moon"}, "engine"),
        ({"devices": -1}, "devices"),
        ({"base_model": None}, "base_model"),
        ({"recipe": "crop_dpo"}, "start_from"),
    ],
)
def test_a_wrong_part_is_named(parts: dict[str, Any], changes: Any, field: str) -> None:
    assert refused(parts, **changes).field == field


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"state": "writing"}, "not ready"), ({"exporter": "trl_parquet"}, "trl_jsonl")],
)
def test_an_export_that_cannot_be_read_is_refused(
    parts: dict[str, Any], fields: dict[str, str], words: str
) -> None:
    Export.objects.filter(pk=parts["export"].pk).update(**fields)
    parts["export"].refresh_from_db()
    error = refused(parts)
    assert (error.field, words in error.message) == ("export", True)


def test_nothing_of_another_project_is_used(
    parts: dict[str, Any], other_project: Project, lab: Path, cleo: User
) -> None:
    theirs = started(other_project, cleo, lab)
    Job.objects.all().delete()
    step = Checkpoint.objects.create(run=theirs, step=1, folder="run-1/x", digest="0" * 64)
    assert refused(parts, export=drawn_export(other_project, lab)).field == "export"
    assert refused(parts, base_model=tiny_model(other_project, lab)).field == "base_model"
    assert refused(parts, start_from=step).field == "start_from"


def test_a_pruned_checkpoint_is_no_start(parts: dict[str, Any]) -> None:
    run = start_run(**parts)
    Job.objects.all().delete()
    gone = Checkpoint.objects.create(run=run, step=1, folder="x/y", digest="0", is_pruned=True)
    assert refused(parts, start_from=gone, name="next").field == "start_from"


def test_a_model_whose_folder_is_gone_is_refused(parts: dict[str, Any], settings: Settings) -> None:
    shutil.rmtree(Path(settings.MODELS_DIR) / "tiny")
    error = refused(parts)
    assert (error.field, "no model folder" in error.message) == ("base_model", True)


def test_a_waiting_run_is_stopped_at_once(parts: dict[str, Any], rui: User) -> None:
    run = start_run(**parts)
    cancel_run(run=run, by=rui)
    assert look(run).state == RunState.CANCELLED
    assert not run.attempts.exists()
    with pytest.raises(Conflict, match="stopped"):
        cancel_run(run=run, by=rui)


def test_only_what_has_ended_is_resumed(parts: dict[str, Any], rui: User) -> None:
    run = start_run(**parts)
    with pytest.raises(Conflict, match="Only a stopped or failed run"):
        resume_run(run=run, by=rui)
    cancel_run(run=run, by=rui)
    look(run)
    assert resume_run(run=run, by=rui).state == RunState.QUEUED
    assert look(run).state == RunState.PREPARING
