"""Who may draft and verify in a project: sources, the project's defaults, and trying one out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Project, User
from annotation import kinds
from annotation.models import DraftSource, Prompt
from annotation.selectors.draft_sources import DRAFTER, VERIFIER
from annotation.services.prompts import check_about
from catalog.models import Crop, Photo, PhotoState, Question
from core import audit, jobs
from core.errors import Conflict, InvalidInput
from core.models import Job
from inference.backends import Source, registry
from measures.boxes.text import BoxText

CREDENTIAL = re.compile(r"REFRAME_KEY_[A-Z0-9_]{1,60}")
# What the pipelines read of a source's parameters; the rest are the backend's settings.
PIPELINE_PARAMETERS = frozenset({"box_format"})
# Backends that open a file or folder of this server: a place below the models' folder.
FILE_BACKENDS = frozenset({"transformers", "replay"})
LIMITS = {"name": 120, "location": 500, "model": 200, "revision": 100, "credential": 80}


def as_source(row: DraftSource) -> Source:
    """What the backends of `inference` read of a draft source."""
    settings_of_backend = {
        name: value for name, value in row.parameters.items() if name not in PIPELINE_PARAMETERS
    }
    return Source(
        backend=row.backend,
        location=_place(row),
        model=row.model,
        revision=row.revision,
        parameters=settings_of_backend,
        credential=row.credential,
    )


def _place(row: DraftSource) -> str:
    """The location; that of a model folder as a whole path, from one below the models' folder."""
    if row.backend not in FILE_BACKENDS or not row.location:
        return row.location
    return str(Path(settings.MODELS_DIR, row.location))


@transaction.atomic
def set_source(
    *,
    project: Project,
    name: str,
    backend: str,
    location: str = "",
    model: str = "",
    revision: str = "",
    parameters: dict[str, Any] | None = None,
    credential: str = "",
    made_from: str = "",
    share: float = 1.0,
    by: User | None,
) -> DraftSource:
    """Add a draft source. A name that is in use with other settings is a `Conflict`: drafts point
    to their source, so that a changed one is a new one."""
    wanted = DraftSource(
        project=project, name=" ".join(name.split()), backend=backend, location=location.strip(),
        model=model.strip(), revision=revision.strip(), parameters=parameters or {},
        credential=credential.strip(), made_from=made_from, share=share, by=by,
    )  # fmt: skip
    check_source(wanted)
    found = DraftSource.objects.filter(project=project, name=wanted.name).first()
    if found is None:
        return _insert(wanted)
    if as_source(found) != as_source(wanted) or _pipeline_part(found) != _pipeline_part(wanted):
        raise _taken(wanted)
    DraftSource.objects.filter(pk=found.pk).update(is_active=True, share=share)
    audit.record(
        actor=by, verb="source.use", scope=project.scope, target=f"draftsource/{found.pk}",
        share=share,
    )  # fmt: skip
    found.refresh_from_db()
    return found


def _insert(wanted: DraftSource) -> DraftSource:
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError:  # somebody added the same name in this moment
        raise _taken(wanted) from None
    audit.record(
        actor=wanted.by, verb="source.add", scope=wanted.project.scope,
        target=f"draftsource/{wanted.pk}", name=wanted.name, backend=wanted.backend,
    )  # fmt: skip
    return wanted


def _taken(wanted: DraftSource) -> Conflict:
    return Conflict(
        f"There is a source called {wanted.name!r} with other settings. Choose a new name.",
        field="name",
    )


def _pipeline_part(row: DraftSource) -> dict[str, Any]:
    return {name: row.parameters[name] for name in PIPELINE_PARAMETERS & set(row.parameters)}


def check_source(row: DraftSource) -> None:
    """`InvalidInput` (or the backend's own error) naming the field that cannot work."""
    if not row.name:
        raise InvalidInput("Give the source a name.", field="name")
    for name, most in LIMITS.items():
        value = getattr(row, name)
        if len(value) > most or not value.isprintable():
            raise InvalidInput(f"At most {most} visible characters can stand here.", field=name)
    if row.credential and not CREDENTIAL.fullmatch(row.credential):
        raise InvalidInput(
            "A credential is the name of an environment variable that starts with REFRAME_KEY_.",
            field="credential",
        )
    if not 0 <= row.share <= 1:
        raise InvalidInput("The share is a number from 0 to 1.", field="share")
    if row.backend not in registry.names():
        raise InvalidInput(f"There is no backend {row.backend!r}.", field="backend")
    _check_place(row)
    _check_box_format(row)
    plugin = registry.get(row.backend)
    for problem in plugin.configure(as_source(row), allowed_local=settings.ALLOWED_LOCAL_ENDPOINTS):
        problem.field = problem.field or "location"
        raise problem


def _check_place(row: DraftSource) -> None:
    """What a person names lies below the models' folder; a promoted model may lie in its run."""
    if row.backend not in FILE_BACKENDS or not row.location:
        return
    roots = [settings.MODELS_DIR, *([settings.RUNS_DIR] if row.made_from else [])]
    place = Path(_place(row)).resolve()
    if not any(place.is_relative_to(Path(root).resolve()) for root in roots):
        raise InvalidInput(
            "A model lies below the models' folder of this installation. Give its place there, "
            "such as my-model.",
            field="location",
        )


def _check_box_format(row: DraftSource) -> None:
    known = [style.value for style in BoxText]
    if row.parameters.get("box_format", known[0]) not in known:
        raise InvalidInput(
            f"box_format is one of {', '.join(known)}.", field="parameters.box_format"
        )


@transaction.atomic
def retire_source(*, source: DraftSource, by: User) -> DraftSource:
    """Take a source out of new batches; its drafts stay, and what it was the default of is free."""
    DraftSource.objects.filter(pk=source.pk).update(is_active=False)
    project = Project.objects.select_for_update().get(pk=source.project_id)
    kept = {
        name: value
        for name, value in project.settings.items()
        if not (name in (DRAFTER, VERIFIER) and value == source.pk)
    }
    Project.objects.filter(pk=project.pk).update(settings=kept)
    audit.record(
        actor=by, verb="source.retire", scope=project.scope, target=f"draftsource/{source.pk}"
    )
    source.refresh_from_db()
    return source


@transaction.atomic
def set_default_sources(
    *, project: Project, drafter: DraftSource | None, verifier: DraftSource | None, by: User
) -> Project:
    """Which sources a new batch of the project starts from; ``None`` leaves the choice open."""
    for field, source in (("drafter", drafter), ("verifier", verifier)):
        if source is not None and (source.project_id != project.pk or not source.is_active):
            raise InvalidInput("This source is not an active one of this project.", field=field)
    if drafter is not None:
        check_pair(drafter, verifier)
    row = Project.objects.select_for_update().get(pk=project.pk)
    chosen = {DRAFTER: getattr(drafter, "pk", None), VERIFIER: getattr(verifier, "pk", None)}
    Project.objects.filter(pk=row.pk).update(settings={**row.settings, **chosen})
    audit.record(
        actor=by, verb="source.defaults", scope=row.scope, target=row.scope,
        **chosen,
    )  # fmt: skip
    row.refresh_from_db()
    return row


def rules_source(*, project: Project, by: User) -> DraftSource:
    """The built-in source, which every project has once somebody uses it."""
    known = DraftSource.objects.filter(project=project, backend="rules", is_active=True)
    return known.order_by("pk").first() or set_source(
        project=project, name="Rules", backend="rules", by=by
    )


@transaction.atomic
def try_source(
    *,
    source: DraftSource,
    photo: Photo,
    prompt: Prompt | None = None,
    crop: Crop | None = None,
    question: Question | None = None,
    by: User,
) -> Job:
    """Ask a source about one photo; the job's result holds the answer, its error the reason.

    With ``prompt`` it is asked that wording's step, about the photo's crop or question where the step
    is asked about one.
    """
    if photo.project_id != source.project_id or photo.state != PhotoState.READY:
        raise InvalidInput("Choose a ready photo of this project to try it on.", field="photo")
    if prompt is not None:
        check_about(prompt=prompt, photo=photo, crop=crop, question=question)
    is_local = registry.get(source.backend).is_warm
    given = {"prompt": prompt, "crop": crop, "question": question}
    about = {name: each.pk for name, each in given.items() if each is not None}
    audit.record(
        actor=by, verb="source.try", scope=source.project.scope,
        target=f"draftsource/{source.pk}", photo=photo.pk,
    )  # fmt: skip
    return jobs.start(
        kinds.TRY_SOURCE_GPU if is_local else kinds.TRY_SOURCE,
        by=by, scope=source.project.scope, subject=f"draftsource/{source.pk}",
        params={"source": source.pk, "photo": photo.pk, **about},
        key=None if about else f"try/{source.pk}",
    )  # fmt: skip


def check_pair(drafter: DraftSource, verifier: DraftSource | None) -> None:
    """The drafting and the verifying model must differ; a rule-based verifier always does."""
    if verifier is None or registry.get(verifier.backend).is_rule_based:
        return
    same = (drafter.backend, drafter.location, drafter.model, drafter.revision) == (
        verifier.backend, verifier.location, verifier.model, verifier.revision,
    )  # fmt: skip
    if same:
        raise InvalidInput(
            "The verifier must be another model than the drafter, or rule-based.", field="verifier"
        )


def knows_its_cost(source: DraftSource) -> bool:
    """Whether what an answer costs can be told: rules are free, endpoints need both prices."""
    if registry.get(source.backend).is_rule_based:
        return True
    return {"price_in", "price_out"} <= set(source.parameters)
