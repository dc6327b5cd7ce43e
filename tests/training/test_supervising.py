"""Looking after runs with the real trainer: stop, resume, loss, and a look cut off at any point."""

from __future__ import annotations

import os
import shutil
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Project, User
from core import jobs
from core.models import Job
from curation.models import Export
from tests.training.build import (
    ENDLESS,
    PAUSE_S,
    Killed,
    at_step,
    ended,
    kill_after,
    look,
    look_until,
    started,
)
from tests.training.making import wait_until
from training.engines.local import Local, end_all
from training.models import AttemptState, Checkpoint, Model, Run, RunState
from training.places import checkpoint_folder, run_folder
from training.services import attempting, reading, supervising
from training.services.reading import read_events
from training.services.runs import cancel_run, resume_run
from training.services.supervising import wake_open_runs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_trainer_left")]


def processes_of(run: Run) -> list[psutil.Process]:
    """All that carry the run's folder in their command line."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(run_folder(run)) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def kill_trainer(run: Run) -> None:
    """SIGKILL to the trainer itself; its guard notes the signal."""
    wait_until(lambda: len(processes_of(run)) == 2)
    for process in processes_of(run):
        if "_guard.py" not in " ".join(process.cmdline()):
            os.kill(process.pid, signal.SIGKILL)


def steps_of(run: Run, name: str = "loss") -> list[int]:
    return list(run.metrics.filter(name=name).order_by("step").values_list("step", flat=True))


def test_a_run_from_its_start_to_a_model(project: Project, rui: User, lab: Path) -> None:
    run = ended(started(project, rui, lab))
    assert (run.state, run.error, run.step, run.max_steps) == ("succeeded", "", 6, 6)
    assert steps_of(run) == [1, 2, 3, 4, 5, 6]
    kept = run.checkpoints.filter(is_pruned=False).order_by("step", "is_final")
    assert [(each.step, each.is_final) for each in kept] == [(4, False), (6, False), (6, True)]
    model = Model.objects.get(checkpoint=kept[2])
    assert (model.revision, model.family) == (kept[2].digest, "idefics3")
    assert (model.name, model.box_format, model.by) == (f"Tiny (run {run.pk})", "percent", rui)
    assert {answer.step for answer in run.watched_answers.all()} == {0, 6}
    attempt = run.attempts.get()
    assert (attempt.state, attempt.exit_code) == (AttemptState.SUCCEEDED, 0)
    assert run.spec["run"] == f"run-{run.pk}" and len(run.spec_hash) == 64
    assert Job.objects.get(kind="training.supervise").state == "succeeded"
    check_a_changed_checkpoint_does_not_change_a_model(run, rui)


def check_a_changed_checkpoint_does_not_change_a_model(run: Run, rui: User) -> None:
    early = run.checkpoints.get(step=4)
    model = attempting.register_checkpoint(checkpoint=early, name="Early", by=rui)
    shutil.rmtree(checkpoint_folder(early))  # as a resumed run deletes it
    Checkpoint.objects.filter(pk=early.pk).update(is_pruned=True)
    again = attempting.register_checkpoint(checkpoint=early, name="Another name", by=rui)
    assert again == model
    assert (settings.RUNS_DIR / model.folder / "model.safetensors").is_file()


def check_the_diary_is_stored_once(run: Run) -> None:
    attempt, stale = run.attempts.get(), run.attempts.get()
    read_events(run=run, attempt=attempt)
    before = steps_of(run)
    read_events(run=run, attempt=stale)  # one that had read the same lines
    run.attempts.update(events_offset=0)  # one whose transaction was lost
    read_events(run=run, attempt=run.attempts.get())
    assert steps_of(run) == before == list(range(1, len(before) + 1))
    assert run.watched_answers.count() == 1


def test_stopping_keeps_a_checkpoint_and_no_process(project: Project, rui: User, lab: Path) -> None:
    run = at_step(started(project, rui, lab, is_tried=True, config=ENDLESS), 2)
    cancel_run(run=run, by=rui)
    assert look(run).state == RunState.CANCELLING
    assert ended(run).state == RunState.CANCELLED
    assert processes_of(run) == []
    kept = run.checkpoints.get(is_pruned=False)
    assert kept.step == run.step > 1
    assert run.attempts.get().state == AttemptState.STOPPED

    resume_run(run=run, by=rui)
    at_step(run, kept.step + 1)
    second = run.attempts.get(number=2)
    assert second.resumed_at_step == kept.step
    assert steps_of(run)[-1] > kept.step and len(set(steps_of(run))) == len(steps_of(run))


def test_a_killed_trainer_goes_on_from_its_checkpoint(
    project: Project, rui: User, lab: Path
) -> None:
    config = {**ENDLESS, "save_every": 3}
    run = at_step(started(project, rui, lab, is_tried=True, config=config), 4)
    kill_trainer(run)
    look_until(run, lambda each: each.state == RunState.QUEUED)
    lost = run.attempts.get()
    assert (lost.state, lost.exit_code) == (AttemptState.LOST, -9)
    assert "killed by signal 9" in lost.reason
    look_until(run, lambda each: each.attempts.filter(resumed_at_step__gte=3).exists())
    assert run.attempts.get(state=AttemptState.RUNNING).number == 2


def test_a_trainer_that_dies_again_and_again_is_given_up(
    project: Project, rui: User, lab: Path
) -> None:
    run = started(project, rui, lab, is_tried=True, config=ENDLESS)
    for _ in range(3):
        look_until(run, lambda each: each.state == RunState.RUNNING)
        kill_trainer(run)
        look_until(run, lambda each: each.state != RunState.RUNNING)
    assert (run.state, "died 3 times" in run.error) == (RunState.FAILED, True)
    assert set(run.attempts.values_list("state", flat=True)) == {AttemptState.LOST}


def test_shutting_down_is_no_loss(project: Project, rui: User, lab: Path) -> None:
    run = at_step(started(project, rui, lab, is_tried=True, config=ENDLESS), 3)
    end_all(settings.RUNS_DIR, grace_s=60)
    assert processes_of(run) == []
    check_the_diary_is_stored_once(run)
    look_until(run, lambda each: each.state == RunState.QUEUED)
    first = run.attempts.get()
    assert (first.state, first.exit_code) == (AttemptState.STOPPED, 3)
    saved = run.checkpoints.get().step
    at_step(run, saved + 1)  # nobody has done anything
    assert run.attempts.get(number=2).resumed_at_step == saved


PARTS: list[tuple[Any, str]] = [
    (supervising, "claim_slots"), (attempting, "_open_attempt"), (attempting, "write_spec"),
    (Local, "prepare"), (Local, "submit"), (attempting, "_note_start"),
    (reading, "_store_progress"), (supervising, "read_events"),
    (attempting, "_succeed"), (attempting, "register_checkpoint"), (supervising, "close_attempt"),
]  # fmt: skip


def test_a_look_cut_off_anywhere_does_nothing_twice(
    project: Project, rui: User, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(project, rui, lab)
    deaths = [kill_after(monkeypatch, owner, name) for owner, name in PARTS]
    while run.ended_at is None or Job.objects.filter(state="running").exists():
        time.sleep(PAUSE_S)
        try:
            look(run)
        except Killed:
            Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            jobs.sweep()
            run.refresh_from_db()
    assert all(deaths), deaths
    assert (run.state, run.attempts.count()) == (RunState.SUCCEEDED, 1)
    assert steps_of(run) == [1, 2, 3, 4, 5, 6]
    assert Model.objects.filter(checkpoint__run=run).count() == 1
    assert len(list(run_folder(run).glob("ref-*.json"))) == 1


def test_a_stop_between_the_start_and_its_note_ends_the_trainer(
    project: Project, rui: User, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = look(started(project, rui, lab, is_tried=True, config=ENDLESS))
    kill_after(monkeypatch, Local, "submit")
    with pytest.raises(Killed):
        look(run)
    Job.objects.update(state="queued")
    cancel_run(run=run, by=rui)
    assert ended(run).state == RunState.CANCELLED
    assert processes_of(run) == []


def test_a_dry_run_that_fails_ends_the_run_in_words(project: Project, rui: User, lab: Path) -> None:
    config = {"tuning": "lora", "lora_targets": "nothing"}
    run = ended(started(project, rui, lab, config=config))
    assert (run.state, "No layer of the model" in run.error) == (RunState.FAILED, True)
    assert run.attempts.get().reason == run.error
    assert not list(run_folder(run).glob("ref-*.json")), "no trainer was started"


def test_data_that_is_gone_ends_the_run_in_words(
    project: Project, rui: User, lab: Path, export: Export
) -> None:
    run = started(project, rui, lab, export=export)
    shutil.rmtree(settings.EXPORTS_DIR)
    assert ended(run).state == RunState.FAILED
    assert "no such file" in run.error


def test_whoever_stops_the_job_means_the_run(project: Project, rui: User, lab: Path) -> None:
    run = started(project, rui, lab)
    Job.objects.filter(subject=f"run/{run.pk}").update(cancel_requested=True)
    look(run)
    assert Job.objects.get(subject=f"run/{run.pk}").state == "cancelled"
    assert wake_open_runs() == 1
    assert ended(run).state == RunState.CANCELLED


def test_an_open_run_that_nobody_looks_after_is_woken(
    project: Project, rui: User, lab: Path
) -> None:
    run = started(project, rui, lab)
    assert wake_open_runs() == 0
    Job.objects.update(state="failed")
    assert (wake_open_runs(), wake_open_runs()) == (1, 0)
    assert look(run).state == RunState.PREPARING
