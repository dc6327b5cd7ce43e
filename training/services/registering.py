"""Models become rows: base models by their folder, trained ones by their checkpoint."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from django.db import IntegrityError, transaction

from accounts.models import Project, User
from core import audit
from core.errors import Conflict, InvalidInput
from training.checkpoints import read_seal
from training.models import Checkpoint, Model
from training.places import base_folder, checkpoint_folder, run_folder, runs_root
from training.preflight import check_base_model


@transaction.atomic
def register_base(*, project: Project, name: str, folder: str, by: User | None) -> Model:
    """Add a folder below the models' root; its files' digest becomes the revision."""
    folder = folder.strip().strip("/")
    path = base_folder(folder)
    try:
        check_base_model(path)
    except InvalidInput as error:
        raise InvalidInput(error.message, field="folder") from error
    revision = folder_digest(path)
    found = Model.objects.filter(project=project, name=name.strip(), checkpoint=None).first()
    if found is not None and (found.revision, found.folder) == (revision, folder):
        return found
    return _create(
        Model(project=project, name=name.strip(), folder=folder, revision=revision, by=by,
              family=family_of(path)),
        by,
    )  # fmt: skip


@transaction.atomic
def register_checkpoint(*, checkpoint: Checkpoint, name: str, by: User | None) -> Model:
    """Make a checkpoint a model; a checkpoint is one model at most."""
    found = Model.objects.filter(checkpoint=checkpoint).first()
    if found is not None:
        return found
    if checkpoint.is_pruned:
        raise Conflict("This checkpoint has been deleted; choose one that is kept.")
    run, folder = checkpoint.run, checkpoint_folder(checkpoint)
    facts = read_seal(folder)
    if not checkpoint.is_final:
        folder = _keep(folder, run_folder(run) / "kept" / folder.name)
    return _create(
        Model(project=run.project, name=name.strip(), by=by, checkpoint=checkpoint,
              folder=folder.relative_to(runs_root()).as_posix(), revision=checkpoint.digest,
              family=str(facts.get("family") or run.base_model.family)[:60],
              box_format=str(facts.get("box_format") or "percent")[:16]),
        by,
    )  # fmt: skip


def _keep(folder: Path, place: Path) -> Path:
    """The same files under another name, so that the run may delete its checkpoint: links, no copy."""
    if not place.is_dir():
        part = place.with_name(f".{place.name}.{uuid4().hex}.part")
        shutil.copytree(folder, part, copy_function=_link)
        try:
            part.rename(place)
        except OSError:  # another worker was quicker; its folder holds the same files
            shutil.rmtree(part)
    return place


def _link(source: str, target: str) -> str:
    os.link(source, target)
    return target


def _create(model: Model, by: User | None) -> Model:
    if not 0 < len(model.name) <= 120:
        raise InvalidInput("Give the model a name of at most 120 characters.", field="name")
    try:
        with transaction.atomic():
            model.save(force_insert=True)
    except IntegrityError:
        raise Conflict(f"There is a model called {model.name!r} already.", field="name") from None
    audit.record(
        actor=by, verb="model.register", scope=model.project.scope, target=f"model/{model.pk}",
        name=model.name, revision=model.revision,
    )  # fmt: skip
    return model


def family_of(folder: Path) -> str:
    """``model_type`` of the folder's config, empty when it cannot be read."""
    try:
        config: dict[str, Any] = orjson.loads((folder / "config.json").read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return ""
    return str(config.get("model_type", ""))[:60]


def folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of all files of a model folder."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{digest}  {path.relative_to(folder).as_posix()}\n".encode())
    return total.hexdigest()
