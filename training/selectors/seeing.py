"""Blind means blind here too: who may still be asked about a photo sees no expert's box on it."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Project, User
from catalog.models import Photo
from curation.selectors.blindness import hidden_photos


def hidden_ids(project: Project, reader: User, photos: Iterable[int]) -> set[int]:
    """Those of these photos that the reader may still be asked to judge."""
    condition = hidden_photos(project, reader, photo="pk")
    if condition is None:
        return set()
    rows = Photo.objects.filter(project=project, pk__in=list(photos)).filter(condition)
    return set(rows.values_list("pk", flat=True))
