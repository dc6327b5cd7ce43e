"""Freezing a dataset version: rows chosen by rules, split by likeness group, under one digest."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Project, User
from catalog.models import Photo
from core import audit, jobs
from core.errors import Conflict, InvalidInput, ReframeError
from core.jobs import JobRun
from curation import kinds
from curation.models import Dataset, DatasetVersion, Sample, VersionState
from curation.rules import Rules, checked_rules
from curation.services.sampling import Candidate, Lost, candidates
from curation.services.splitting import group_keys, held_out, split_of

ROWS_AT_ONCE = 500
NOTHING = (
    "Nothing passes these rules yet, so there is nothing to freeze. "
    "Lower the least number of votes, settle open flags, or collect more responses."
)


@transaction.atomic
def create_dataset(*, project: Project, name: str, description: str = "", by: User) -> Dataset:
    """A named line of versions."""
    name = name.strip()
    if not name:
        raise InvalidInput("Give the dataset a name.", field="name")
    try:
        with transaction.atomic():
            dataset = Dataset.objects.create(project=project, name=name, description=description)
    except IntegrityError:
        raise Conflict(f"There is a dataset called {name!r} already.", field="name") from None
    audit.record(
        actor=by,
        verb="dataset.create",
        scope=project.scope,
        target=f"dataset/{dataset.pk}",
        name=name,
    )
    return dataset


@transaction.atomic
def freeze_version(
    *, dataset: Dataset, rules: dict[str, object] | Rules, by: User | None
) -> DatasetVersion:
    """Start the next version of a dataset; a job builds and freezes it."""
    checked = rules if isinstance(rules, Rules) else checked_rules(rules)
    Dataset.objects.select_for_update().get(pk=dataset.pk)
    last = dataset.versions.aggregate(number=Max("number"))["number"] or 0
    first = dataset.versions.order_by("number").first()
    version = DatasetVersion.objects.create(
        dataset=dataset, number=last + 1, rules=checked.model_dump(mode="json"),
        salt=first.salt if first else secrets.token_hex(16), by=by,
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
    """Handler: write the samples and freeze, in one transaction; a killed run leaves no row."""
    version = DatasetVersion.objects.select_related("dataset__project").get(
        pk=run.params["version"]
    )
    if version.state != VersionState.BUILDING:
        return {"version": version.pk}
    try:
        with transaction.atomic():
            _build(run, version)
    except ReframeError as error:
        _fail(version, str(error))
        raise
    return {"version": version.pk}


def _build(run: JobRun, version: DatasetVersion) -> None:
    rules = Rules.model_validate(version.rules)
    lost = Lost()
    digest = hashlib.sha256()
    counts: Counter[str] = Counter()
    index = 0
    source = candidates(version.dataset.project, rules, lost)
    while chunk := list(islice(source, ROWS_AT_ONCE)):
        samples = list(_samples(version, rules, chunk, lost, index))
        Sample.objects.bulk_create(samples)
        for sample in samples:
            digest.update(_canonical(sample))
            counts[f"{sample.kind}/{sample.split}"] += 1
        index += len(samples)
        run.check()
    if not index:
        raise InvalidInput(NOTHING + _because(lost))
    frozen = DatasetVersion.objects.filter(pk=version.pk, state=VersionState.BUILDING).update(
        state=VersionState.FROZEN, digest=digest.hexdigest(), counts=dict(counts),
        report={"lost": dict(lost.counts), "samples": index}, frozen_at=timezone.now(),
    )  # fmt: skip
    if not frozen:
        raise Conflict("This version was frozen by another worker.")


def _samples(
    version: DatasetVersion, rules: Rules, chunk: list[Candidate], lost: Lost, index: int
) -> Iterator[Sample]:
    photos = Photo.objects.in_bulk({candidate.photo_id for candidate in chunk})
    keys, out = group_keys(photos.values()), held_out(photos.values())
    for candidate in chunk:
        reason = out.get(candidate.photo_id)
        if reason is not None:
            lost.add(f"photo {reason}")
            continue
        key = keys[candidate.photo_id]
        split = split_of(key, salt=version.salt, validation=rules.validation, test=rules.test)
        yield Sample(
            version=version, index=index, kind=candidate.kind, split=split,
            photo=photos[candidate.photo_id], group_key=key, data=candidate.data,
            made_from=candidate.made_from,
        )  # fmt: skip
        index += 1


def _canonical(sample: Sample) -> bytes:
    row = [sample.kind, sample.split, sample.photo.content_hash, sample.group_key, sample.data]
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS) + b"\n"


def _because(lost: Lost) -> str:
    if not lost.counts:
        return ""
    return " Left out: " + "; ".join(f"{reason} ({n})" for reason, n in lost.counts.items()) + "."


def _fail(version: DatasetVersion, error: str) -> None:
    DatasetVersion.objects.filter(pk=version.pk, state=VersionState.BUILDING).update(
        state=VersionState.FAILED, error=error
    )
