"""Photos whose crops are still being discussed."""

from __future__ import annotations

from accounts.models import Project
from annotation.flag_rules import NO_DOUBT
from annotation.models import Flag, FlagState


def photos_in_discussion(project: Project) -> set[int]:
    """Photos with an unsettled flag on an item that shows crops."""
    flags = (
        Flag.objects.filter(campaign__project=project, item__item_crops__isnull=False)
        .exclude(state=FlagState.SETTLED)
        .exclude(rule__in=NO_DOUBT)
    )
    return set(flags.values_list("item__photo_id", flat=True).distinct())
