"""Runs through the real services: the drawn export as a ready one, looks in this process."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Project, User
from catalog.models import Photo
from core.models import Job
from curation.models import Dataset, DatasetVersion, Export, ExportState
from curation.selectors.exports import local_home
from tests.jobs import run as run_job
from tests.training.making import QUICK
from training.checkpoints import seal
from training.engines import Status
from training.events import EventLog
from training.models import Attempt, AttemptState, Model, Run, RunState
from training.places import run_folder
from training.services.attempting import close_attempt
from training.services.reading import EVENTS, read_events
from training.services.registering import register_base
from training.services.runs import start_run

MODEL = "tiny"
ENDLESS = {"max_steps": 100_000, "save_every": 100_000}


def tiny_model(project: Project, lab: Path) -> Model:
    """The tiny model below the models' root, registered."""
    folder = Path(settings.MODELS_DIR) / MODEL
    if not folder.exists():
        shutil.copytree(lab / "model", folder)
    return register_base(project=project, name=MODEL, folder=MODEL, by=None)


def parrot_model(project: Project, parrot: Path) -> Model:
    """The model that knows one answer, registered."""
    folder = Path(settings.MODELS_DIR) / "parrot"
    if not folder.exists():
        shutil.copytree(parrot, folder)
    return register_base(project=project, name="Parrot", folder="parrot", by=None)


def drawn_export(project: Project, lab: Path, **fields: Any) -> Export:
    """The drawn export as one of a frozen version of the project, unpacked on this machine."""
    dataset, _ = Dataset.objects.get_or_create(project=project, name="Drawn")
    version = DatasetVersion.objects.create(
        dataset=dataset, number=dataset.versions.count() + 1, state="frozen", digest="d" * 64
    )
    ready = {"exporter": "trl_jsonl", "state": ExportState.READY, "digest": "e" * 64, "rows": 40}
    export = Export.objects.create(version=version, **{**ready, **fields})
    home = local_home(export.pk, export.digest)
    if not home.exists():
        shutil.copytree(lab / "data", home)
    return export


def started(project: Project, by: User, lab: Path, **told: Any) -> Run:
    """A run on the tiny model and the drawn export; ``config`` is laid over the quick one."""
    config = QUICK | told.pop("config", {})
    told.setdefault("export", None)
    export = told.pop("export") or drawn_export(project, lab)
    is_tried = told.pop("is_tried", False)
    parts = {"name": "Tiny", "recipe": "crop_sft", "base_model": tiny_model(project, lab)} | told
    run = start_run(project=project, export=export, config=config, by=by, **parts)
    if is_tried:  # the dry run is left out, for tests of what comes after it
        Run.objects.filter(pk=run.pk).update(spec_hash="tried")
    return run


# Between two looks, so that the trainer gets the processor.
PAUSE_S = 0.25


def look(run: Run) -> Run:
    """One look of the supervisor, as a worker would take it."""
    job = Job.objects.get(subject=f"run/{run.pk}", state="queued")
    Job.objects.filter(pk=job.pk).update(not_before=None)
    run_job(job)
    run.refresh_from_db()
    return run


def look_until(run: Run, is_so: Callable[[Run], bool], *, seconds: float = 120) -> Run:
    """Looks until it is so."""
    end = time.monotonic() + seconds
    while not is_so(look(run)):
        assert time.monotonic() < end, f"the run is {run.state}, {run.phase}, at {run.step}"
        time.sleep(PAUSE_S)
    return run


def ended(run: Run) -> Run:
    """Looks until the run has ended."""
    return look_until(run, lambda each: each.ended_at is not None)


def at_step(run: Run, step: int) -> Run:
    """Looks until the run has told of this step."""
    return look_until(run, lambda each: each.step >= step)


class Killed(BaseException):
    """The worker is gone in the middle of a look."""


def kill_after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[str]:
    """The worker dies right after the first call of this part; the list tells that it did."""
    real: Callable[..., Any] = getattr(owner, name)
    dead: list[str] = []

    def part(*args: Any, **named: Any) -> Any:
        found = real(*args, **named)
        if not dead:
            dead.append(name)
            raise Killed
        return found

    monkeypatch.setattr(owner, name, part)
    return dead


def told_run(project: Project, by: User, export: Export, photos: Sequence[Photo] = ()) -> Run:
    """A finished run as its diary tells it, without a trainer: 40 steps, answers for ``photos``,
    a checkpoint, a final model that is registered."""
    base, _ = Model.objects.get_or_create(
        project=project, name="base", defaults={"folder": "base", "revision": "b" * 64}
    )
    run = Run.objects.create(
        project=project, name="Told", recipe="crop_sft", recipe_version="1", export=export,
        base_model=base, config={**QUICK, "log_every": 10}, state=RunState.RUNNING, by=by,
    )  # fmt: skip
    Run.objects.filter(pk=run.pk).update(folder=f"run-{run.pk}")
    run.refresh_from_db()
    attempt = Attempt.objects.create(run=run, number=1, state=AttemptState.RUNNING)
    _write_diary(run_folder(run), photos)
    said = read_events(run=run, attempt=attempt)
    close_attempt(run=run, attempt=attempt, said=said, status=Status("ended", 0))
    run.refresh_from_db()
    return run


def _write_diary(folder: Path, photos: Sequence[Photo]) -> None:
    final = folder / "final"
    final.mkdir(parents=True)
    (final / "model.safetensors").write_bytes(b"weights")
    sealed = seal(final, {"family": "idefics3", "box_format": "percent"})
    facts = {"digest": sealed.digest, "bytes": sealed.size, "is_pruned": False}
    with EventLog(folder / EVENTS, attempt=1) as log:
        log.emit("state", state="loading")
        log.emit("state", state="training", step=0, total=40)
        for step in range(0, 41, 10):
            values = {"loss": 4 / (step + 1), "seconds_per_step": 0.25}
            log.emit("metric", step=step, values=values)
            for photo in photos:
                image = f"images/{photo.content_hash[:2]}/{photo.content_hash}.jpg"
                answer = f"[0,0,{50 + step},100]" if step else "none"
                log.emit("sample", step=step, images=[image], wanted="[0,0,90,100]", answer=answer)
        step = {"step": 40, "path": "final", "is_final": True}
        log.emit("checkpoint", **step, **facts)
        log.emit("state", state="finished", step=40, reason="Finished at step 40.")
