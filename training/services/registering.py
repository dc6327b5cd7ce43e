"""Models become rows: base models by their folder, trained ones by their checkpoint."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson
from django.db import IntegrityError, transaction

from accounts.models import Project, User
from core import audit
from core.errors import Conflict, InvalidInput
from training.models import Checkpoint, Model
from training.places import base_folder, checkpoint_folder
from training.preflight import check_base_model


@transaction.atomic
def register_base(*, project: Project, name: str, folder: str, by: User | None) -> Model:
    """Add a folder below the models' root; its files' digest becomes the revision."""
    path = base_folder(folder.strip())
    check_base_model(path)
    found = Model.objects.filter(project=project, name=name.strip()).first()
    revision = folder_digest(path)
    if found is not None and found.revision == revision and found.folder == folder.strip():
        return found
    return _create(
        Model(project=project, name=name.strip(), folder=folder.strip(), revision=revision, by=by,
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
    folder = checkpoint_folder(checkpoint)
    run = checkpoint.run
    return _create(
        Model(project=run.project, name=name.strip(), folder=checkpoint.folder, by=by,
              revision=checkpoint.digest, checkpoint=checkpoint,
              family=family_of(folder) or run.base_model.family),
        by,
    )  # fmt: skip


def _create(model: Model, by: User | None) -> Model:
    if not model.name:
        raise InvalidInput("Give the model a name.", field="name")
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
    """``model_type`` of the folder's config, empty when it has none (an adapter)."""
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
