"""Putting a model back to drafting: it becomes a draft source of its project."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from annotation.models import DraftSource
from annotation.services.sources import set_source
from core import audit
from training.models import Model
from training.places import model_folder

# A box and a short why; a model that rambles is cut off.
ANSWER_TOKENS = 64


def source_of(model: Model) -> DraftSource:
    """An unsaved source that opens the model from its folder, greedy."""
    return DraftSource(
        project=model.project, name=model.name, backend="transformers",
        location=str(model_folder(model)), model=model.name, revision=model.revision,
        parameters={"box_format": model.box_format, "max_tokens": ANSWER_TOKENS},
        made_from=f"model/{model.pk}",
    )  # fmt: skip


@transaction.atomic
def promote(*, model: Model, share: float = 1.0, by: User) -> DraftSource:
    """Let the model draft crops for ``share`` of the project's photos; the drafts carry it."""
    wanted = source_of(model)
    source = set_source(
        project=model.project, name=wanted.name, backend=wanted.backend,
        location=wanted.location, model=wanted.model, revision=wanted.revision,
        parameters=wanted.parameters, made_from=wanted.made_from, share=share, by=by,
    )  # fmt: skip
    audit.record(
        actor=by, verb="model.promote", scope=model.project.scope, target=f"model/{model.pk}",
        source=source.pk, share=share,
    )  # fmt: skip
    return source
