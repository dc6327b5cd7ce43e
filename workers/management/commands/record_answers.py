from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Project
from annotation.models import DraftBatch, DraftSource
from annotation.services.drafting import start_batch
from annotation.services.sources import set_source
from catalog.models import Photo, PhotoState
from core.errors import InvalidInput, ReframeError
from core.jobs.running import JobRun, claim, run_claimed
from core.models import Job
from inference.recording import Recorder
from inference.settings import SamplingSettings
from workers.pipelines.batch import run_batch


class Command(BaseCommand):
    """Draft some photos of a project in this process and keep every answer in a file. The file is
    then a source of its own, which gives the same answers to the same requests, without a model."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """What to ask whom about, and where to keep it."""
        parser.add_argument("project", help="slug of the project")
        parser.add_argument("file", help="new file below the models' folder, such as answers.jsonl")
        parser.add_argument("--source", type=int, required=True, help="id of the drafting source")
        parser.add_argument("--verifier", type=int, help="id of the checking source, if any")
        parser.add_argument("--pipeline", default="guidance")
        parser.add_argument("--photos", type=int, default=10, help="how many, the newest first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Record, then add the recording as a source."""
        try:
            self._record(options)
        except ReframeError as error:
            raise CommandError(str(error)) from None

    def _record(self, options: dict[str, Any]) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise InvalidInput(f"There is no project {options['project']!r}.")
        file = _place(options["file"])
        source = _source(project, options["source"])
        verifier = _source(project, options["verifier"]) if options["verifier"] else None
        photos = Photo.objects.filter(project=project, state=PhotoState.READY).order_by("-pk")
        batch = _done(
            partial(run_batch, seen=partial(Recorder, path=file)),
            project=project, pipeline=options["pipeline"], source=source,
            verifier=verifier, photos=photos[: options["photos"]], by=None,
        )  # fmt: skip
        counts = [f"{n} {state}" for state, n in _counts(batch)]
        self.stdout.write(f"Batch {batch.pk}: {', '.join(counts)}.")
        for each in (source, verifier):
            if each is not None and file.exists():
                made = _replayed(each, options["file"])
                self.stdout.write(f"Source {made.pk}, {made.name!r}, replays {each.name!r}.")


def _place(name: str) -> Path:
    """The new file; its folder is made. `InvalidInput` for one that lies elsewhere or is there."""
    root = Path(settings.MODELS_DIR).resolve()
    file = (root / name).resolve()
    if not file.is_relative_to(root) or file == root:
        raise InvalidInput(f"A recording lies below the models' folder, {root}.")
    if file.exists():
        raise InvalidInput(f"There is {file} already. Choose a new name.")
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def _source(project: Project, pk: int) -> DraftSource:
    found = DraftSource.objects.filter(project=project, pk=pk, is_active=True).first()
    if found is None:
        raise InvalidInput(f"There is no active source {pk} in this project.")
    return found


def _done(handler: Any, **fields: Any) -> DraftBatch:
    """A batch that is started and worked off here; no worker hears of it."""
    with transaction.atomic():
        batch = start_batch(**fields)
        job = Job.objects.get(subject=f"draftbatch/{batch.pk}")
        run: JobRun | None = claim(job.pk)
    while run is not None:
        run_claimed(run, handler)
        run = _claimed_when_due(job)
    return batch


def _claimed_when_due(job: Job) -> JobRun | None:
    """The job once more, when it asked to be run again; None when it has ended."""
    while True:
        run = claim(job.pk)
        job.refresh_from_db()
        if run is not None or job.has_ended:
            return run
        time.sleep(0.2)


def _counts(batch: DraftBatch) -> list[tuple[str, int]]:
    states = list(batch.requests.values_list("state", flat=True))
    return sorted((state, states.count(state)) for state in set(states))


def _replayed(source: DraftSource, file: str) -> DraftSource:
    """The recording as a source: with the sampling of the recorded one, requests are the same."""
    kept = {*SamplingSettings.model_fields, "box_format"}
    return set_source(
        project=source.project, name=f"{source.name} ({file})", backend="replay", location=file,
        model=source.model, revision=source.revision, by=None,
        parameters={name: value for name, value in source.parameters.items() if name in kept},
    )  # fmt: skip
