"""How a version differs from the one before it, sample by sample and photo by photo."""

from __future__ import annotations

from django.db import connection

from curation.models import DatasetVersion, VersionState

# A sample is the same when kind, photo and canonical data are; a row's id says nothing.
_MORE = """
    SELECT count(*) FROM (
        SELECT kind, photo_id, data FROM curation_sample WHERE version_id = %(there)s
        EXCEPT ALL
        SELECT kind, photo_id, data FROM curation_sample WHERE version_id = %(here)s
    ) more
"""
_MOVED = """
    SELECT count(DISTINCT here.photo_id)
    FROM curation_sample here JOIN curation_sample there USING (photo_id)
    WHERE here.version_id = %(here)s AND there.version_id = %(there)s
        AND here.split <> there.split
"""


def changes_since_last(version: DatasetVersion) -> dict[str, int] | None:
    """``since`` (the number of the last frozen version), samples ``added`` and ``removed``, photos
    ``moved`` to another split; None for the first version. The samples must be written already."""
    frozen = DatasetVersion.objects.filter(dataset_id=version.dataset_id, state=VersionState.FROZEN)
    last = frozen.exclude(pk=version.pk).order_by("-number").first()
    if last is None:
        return None
    return {
        "since": last.number,
        "added": _count(_MORE, there=version.pk, here=last.pk),
        "removed": _count(_MORE, there=last.pk, here=version.pk),
        "moved": _count(_MOVED, here=version.pk, there=last.pk),
    }


def _count(query: str, **ids: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, ids)
        return int(cursor.fetchone()[0])
