"""Changing a crop by words: a person says what it should be, a source makes a new draft of it."""

from __future__ import annotations

import hashlib

from django.db import transaction

from accounts.models import User
from annotation import kinds
from annotation.models import DraftSource
from catalog.models import Crop, PhotoState
from core import audit, jobs
from core.errors import InvalidInput
from core.models import Job
from inference.backends import registry
from inference.visible import visible_text

MOST_WORDS = 500


@transaction.atomic
def refine_crop(*, crop: Crop, words: str, source: DraftSource, by: User) -> Job:
    """Ask ``source`` for the crop as ``words`` wish it. The job's result names the new draft and crop,
    or says why the check rejected it; its error says what was not understood. The crop stays."""
    wish = " ".join(visible_text(words).split())
    if not wish or len(wish) > MOST_WORDS:
        raise InvalidInput(
            f"Say in up to {MOST_WORDS} characters how the crop should change.", field="words"
        )
    _check_source(crop, source)
    if crop.photo.state != PhotoState.READY:
        raise InvalidInput("This crop's photo has no picture, so it cannot be shown to a model.")
    scope = source.project.scope
    audit.record(
        actor=by, verb="crop.refine", scope=scope, target=f"crop/{crop.pk}", words=wish,
        source=source.pk,
    )  # fmt: skip
    digest = hashlib.sha256(f"{source.pk}/{wish}".encode()).hexdigest()[:16]
    return jobs.start(
        kinds.REFINE_CROP_GPU if registry.get(source.backend).is_warm else kinds.REFINE_CROP,
        by=by, scope=scope, subject=f"crop/{crop.pk}", key=f"refine/{crop.pk}/{digest}",
        params={"crop": crop.pk, "words": wish, "source": source.pk},
    )  # fmt: skip


def _check_source(crop: Crop, source: DraftSource) -> None:
    if source.project_id != crop.photo.project_id or not source.is_active:
        raise InvalidInput("This source is not an active one of this project.", field="source")
    if source.parameters.get("box_format"):
        raise InvalidInput(
            "This source was trained to write its best box and understands no wishes. Choose another.",
            field="source",
        )
