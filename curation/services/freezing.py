"""Freezing a dataset version: rows chosen by rules, split by likeness group, under one digest.

A build reads and chooses first, into a file of its own, and can be watched and stopped; then one
short transaction writes the samples and freezes the version. Killed at any moment it leaves no
row, and it can be run again.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import orjson
from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils import timezone

from accounts.models import Project, User
from catalog.models import Photo
from core import audit, jobs
from core.errors import Conflict, InvalidInput, ReframeError
from core.jobs import JobCancelled, JobRun
from curation import kinds
from curation.models import Dataset, DatasetVersion, Sample, Split, VersionState
from curation.rules import Rules, checked_rules
from curation.selectors.changes import changes_since_last
from curation.services.candidates import Candidate, Lost, batches
from curation.services.sampling import candidates
from curation.services.splitting import HoldOut, places_of, split_of

ROWS_AT_ONCE = 500
NOTHING = (
    "Nothing passes these rules yet, so there is nothing to freeze. "
    "Lower the least number of votes, settle open flags, or collect more responses."
)
STOPPED = "Stopped before it was frozen. Nothing was kept."


@transaction.atomic
def create_dataset(
    *, project: Project, name: str, description: str = "", by: User | None
) -> Dataset:
    """A named line of versions."""
    name = name.strip()
    if not name:
        raise InvalidInput("Give the dataset a name.", field="name")
    if len(name) > 120:
        raise InvalidInput("A name has at most 120 characters.", field="name")
    try:
        with transaction.atomic():
            dataset = Dataset.objects.create(
                project=project, name=name, description=description.strip()
            )
    except IntegrityError:
        raise Conflict(f"There is a dataset called {name!r} already.", field="name") from None
    audit.record(
        actor=by, verb="dataset.create", scope=project.scope, target=f"dataset/{dataset.pk}",
        name=name,
    )  # fmt: skip
    return dataset


@transaction.atomic
def freeze_version(
    *, dataset: Dataset, rules: dict[str, object] | Rules, by: User | None
) -> DatasetVersion:
    """Start the next version of a dataset; a job builds and freezes it."""
    checked = rules if isinstance(rules, Rules) else checked_rules(rules)
    Dataset.objects.select_for_update().get(pk=dataset.pk)
    last = dataset.versions.aggregate(number=Max("number"))["number"] or 0
    version = DatasetVersion.objects.create(
        dataset=dataset, number=last + 1, rules=checked.model_dump(mode="json"),
        salt=checked.salt(), by=by,
    )  # fmt: skip
    audit.record(
        actor=by, verb="version.freeze", scope=dataset.project.scope,
        target=f"datasetversion/{version.pk}", number=version.number,
    )  # fmt: skip
    jobs.start(
        kinds.FREEZE, by=by, scope=dataset.project.scope, subject=f"datasetversion/{version.pk}",
        params={"version": version.pk}, key=f"version/{version.pk}",
    )  # fmt: skip
    return version


def build_version(run: JobRun) -> dict[str, Any]:
    """Handler: choose, then write and freeze. Run again after a crash it starts anew."""
    version = DatasetVersion.objects.select_related("dataset__project").get(
        pk=run.params["version"]
    )
    if version.state != VersionState.BUILDING:
        return {"version": version.pk}
    try:
        with tempfile.TemporaryFile() as chosen:
            built = _choose(run, version, chosen)
            _freeze(version, chosen, built)
    except JobCancelled:
        _fail(version, STOPPED)
        raise
    except OSError as error:
        problem = InvalidInput(f"The version could not be built: {error.strerror or error}.")
        _give_up(run, version, problem)
        raise problem from error
    except ReframeError as error:
        _give_up(run, version, error)
        raise
    return {"version": version.pk, "samples": built.samples}


@dataclass
class Built:
    """What a build has found so far."""

    digest: Any = field(default_factory=hashlib.sha256)
    counts: Counter[str] = field(default_factory=Counter)
    lost: Lost = field(default_factory=Lost)
    samples: int = 0


def chosen_samples(
    project: Project, rules: Rules, source: Iterator[Candidate], lost: Lost
) -> Iterator[Sample]:
    """The candidates that may be used, as unsaved samples in order, each with its split."""

    def split(key: str) -> Split:
        return split_of(key, salt=rules.salt(), validation=rules.validation, test=rules.test)

    hold_out = HoldOut()
    for chunk in batches(source, ROWS_AT_ONCE):
        photos = Photo.objects.in_bulk({candidate.photo_id for candidate in chunk})
        refused = hold_out.reasons(photos.values())
        places = places_of(photos.values(), split)
        for candidate in chunk:
            place = places[candidate.photo_id]
            reason = refused.get(candidate.photo_id) or place.refused
            if reason:
                lost.add(candidate.kind, f"photo {reason}")
                continue
            yield Sample(
                kind=candidate.kind, split=place.split, photo=photos[candidate.photo_id],
                group_key=place.group_key, data=candidate.data, made_from=candidate.made_from,
            )  # fmt: skip


def _choose(run: JobRun, version: DatasetVersion, chosen: IO[bytes]) -> Built:
    rules = Rules.model_validate(version.rules)
    built, project = Built(), version.dataset.project
    source = candidates(project, rules, built.lost)
    for sample in chosen_samples(project, rules, source, built.lost):
        built.digest.update(_canonical(sample))
        built.counts[f"{sample.kind}/{sample.split}"] += 1
        chosen.write(_packed(sample) + b"\n")
        built.samples += 1
        run.progress(built.samples, message="choosing samples")
    if not built.samples:
        because = built.lost.in_words()
        raise InvalidInput(f"{NOTHING} Left out: {because}." if because else NOTHING)
    run.check()
    return built


def _freeze(version: DatasetVersion, chosen: IO[bytes], built: Built) -> None:
    """All or nothing. The job's row is not written in here: a lock on it would keep others from
    stopping the job or seeing that it lives."""
    with transaction.atomic():
        held = DatasetVersion.objects.select_for_update().get(pk=version.pk)
        if held.state != VersionState.BUILDING:
            return  # another worker was quicker
        chosen.seek(0)
        for chunk in batches(enumerate(chosen), ROWS_AT_ONCE):
            Sample.objects.bulk_create(_unpacked(held, index, line) for index, line in chunk)
        photos = held.samples.aggregate(n=Count("photo_id", distinct=True))["n"]
        changes = changes_since_last(held)
        report = {"lost": built.lost.as_json(), "samples": built.samples, "photos": photos}
        DatasetVersion.objects.filter(pk=version.pk).update(
            state=VersionState.FROZEN, digest=built.digest.hexdigest(), counts=dict(built.counts),
            report=report | ({"changes": changes} if changes else {}),
            frozen_at=timezone.now(),
        )  # fmt: skip


def _packed(sample: Sample) -> bytes:
    row = [
        sample.kind, sample.split, sample.photo_id, sample.group_key, sample.data,
        sample.made_from,
    ]  # fmt: skip
    return orjson.dumps(row)


def _unpacked(version: DatasetVersion, index: int, line: bytes) -> Sample:
    kind, split, photo_id, group_key, data, made_from = orjson.loads(line)
    return Sample(
        version=version, index=index, kind=kind, split=split, photo_id=photo_id,
        group_key=group_key, data=data, made_from=made_from,
    )  # fmt: skip


def _canonical(sample: Sample) -> bytes:
    row = [sample.kind, sample.split, sample.photo.content_hash, sample.group_key, sample.data]
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS) + b"\n"


def _give_up(run: JobRun, version: DatasetVersion, error: ReframeError) -> None:
    run.check()  # a worker that has lost the job must not fail it for the one that has it
    _fail(version, str(error))


def _fail(version: DatasetVersion, error: str) -> None:
    DatasetVersion.objects.filter(pk=version.pk, state=VersionState.BUILDING).update(
        state=VersionState.FAILED, error=error
    )
