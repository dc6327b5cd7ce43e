"""Who may draft and verify in a project."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Project, User
from annotation.models import DraftSource
from core import audit
from core.errors import Conflict, InvalidInput
from inference.backends import Source, registry

CREDENTIAL = re.compile(r"REFRAME_KEY_[A-Z0-9_]{1,60}")


# What the pipelines read of a source's parameters; the rest are the backend's settings.
PIPELINE_PARAMETERS = frozenset({"box_format"})


def as_source(row: DraftSource) -> Source:
    """What the backends of `inference` read of a draft source."""
    settings_of_backend = {
        name: value for name, value in row.parameters.items() if name not in PIPELINE_PARAMETERS
    }
    return Source(
        backend=row.backend,
        location=row.location,
        model=row.model,
        revision=row.revision,
        parameters=settings_of_backend,
        credential=row.credential,
    )


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
        project=project, name=name.strip(), backend=backend, location=location.strip(),
        model=model.strip(), revision=revision.strip(), parameters=parameters or {},
        credential=credential.strip(), made_from=made_from, share=share, by=by,
    )  # fmt: skip
    check_source(wanted)
    found = DraftSource.objects.filter(project=project, name=wanted.name).first()
    if found is None:
        wanted.save(force_insert=True)
        audit.record(
            actor=by, verb="source.add", scope=project.scope, target=f"draftsource/{wanted.pk}",
            name=wanted.name, backend=backend,
        )  # fmt: skip
        return wanted
    if as_source(found) != as_source(wanted):
        raise Conflict(
            f"There is a source called {wanted.name!r} with other settings. Choose a new name.",
            field="name",
        )
    DraftSource.objects.filter(pk=found.pk).update(is_active=True, share=share)
    found.refresh_from_db()
    return found


def check_source(row: DraftSource) -> None:
    """`InvalidInput` (or the backend's own error) naming the field that cannot work."""
    if not row.name:
        raise InvalidInput("Give the source a name.", field="name")
    if row.credential and not CREDENTIAL.fullmatch(row.credential):
        raise InvalidInput(
            "A credential is the name of an environment variable that starts with REFRAME_KEY_.",
            field="credential",
        )
    if not 0 <= row.share <= 1:
        raise InvalidInput("The share is a number from 0 to 1.", field="share")
    plugin = registry.get(row.backend)
    for problem in plugin.configure(as_source(row), allowed_local=settings.ALLOWED_LOCAL_ENDPOINTS):
        raise problem


@transaction.atomic
def retire_source(*, source: DraftSource, by: User) -> DraftSource:
    """Take a source out of new batches; its drafts stay."""
    DraftSource.objects.filter(pk=source.pk).update(is_active=False)
    audit.record(
        actor=by,
        verb="source.retire",
        scope=source.project.scope,
        target=f"draftsource/{source.pk}",
    )
    source.refresh_from_db()
    return source


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
