"""Setting which verifiers reject drafts in a project, and what they expect of a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import Project, User
from annotation.checks import KEY, CheckSettings, checked_settings
from core import audit


@transaction.atomic
def set_checks(*, project: Project, given: Mapping[str, Any], by: User) -> CheckSettings:
    """Keep the settings for the batches that run from now on; verdicts that are there stay."""
    wanted = checked_settings(given)
    stored = wanted.model_dump(mode="json")
    row = Project.objects.select_for_update().get(pk=project.pk)
    Project.objects.filter(pk=row.pk).update(settings={**row.settings, KEY: stored})
    project.refresh_from_db()
    audit.record(actor=by, verb="checks.set", scope=row.scope, target=row.scope, **stored)
    return wanted
