"""Near-duplicate groups of a project: every photo is in one, alone or with those it looks like.

Photos within `DEFAULT_THRESHOLD` of 64 bits are alike, and likeness is passed on (a chain is one
group). Where groups grow together the smallest id stays, so that a split by group stays too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection, transaction

from accounts.models import Project, User
from catalog.kinds import REGROUP
from catalog.models import LikenessGroup, Photo
from core.jobs import JobRun, start
from core.models import Job
from measures.likeness import DEFAULT_THRESHOLD, from_signed, groups

_LOCK_CLASS = 0x7265_6672  # any number; it keeps our advisory locks apart from others'
_ALIKE = """
    SELECT DISTINCT group_id FROM catalog_photo
    WHERE project_id = %s AND id <> %s AND group_id IS NOT NULL AND phash IS NOT NULL
      AND bit_count((phash # %s)::bit(64)) <= %s
    ORDER BY group_id
"""


def join_group(photo: Photo) -> LikenessGroup:
    """Put a photo with those it looks like; call it in the transaction that wrote the photo."""
    _lock(photo.project_id)
    found = _alike_groups(photo) if photo.phash is not None else []
    if found:
        group = LikenessGroup.objects.get(pk=found[0])
        _merge(found[1:], into=group)
    else:
        group = LikenessGroup.objects.create(project_id=photo.project_id)
    photo.group = group
    Photo.objects.filter(pk=photo.pk).update(group=group)
    return group


def start_regroup(*, project: Project, by: User) -> Job:
    """Find all groups of a project anew, in the background."""
    params = {"project": project.pk}
    key = f"project/{project.pk}"
    return start(REGROUP, by=by, scope=project.scope, subject=key, params=params, key=key)


def regroup(run: JobRun) -> dict[str, Any]:
    """Handler: compute every group from the hashes; running it again changes nothing."""
    project_id = int(run.params["project"])
    with transaction.atomic():
        _lock(project_id)
        rows = list(
            Photo.objects.filter(project_id=project_id, phash__isnull=False)
            .order_by("pk")
            .values_list("pk", "phash", "group_id")
        )
        run.progress(0, len(rows))
        moved = _write(project_id, rows)
    run.progress(len(rows), len(rows))
    return {"photos": len(rows), "moved": moved}


def _write(project_id: int, rows: list[tuple[int, Any, Any]]) -> int:
    hashes = np.array([from_signed(phash) for _, phash, _ in rows], dtype=np.uint64)
    first_of = groups(hashes, DEFAULT_THRESHOLD).tolist()
    chosen = _chosen_groups(first_of, [group for _, _, group in rows])
    members: dict[int, list[int]] = {}
    for (pk, _, group), first in zip(rows, first_of, strict=True):
        target = chosen.get(first)
        if target is None:
            target = chosen[first] = LikenessGroup.objects.create(project_id=project_id).pk
        if group != target:
            members.setdefault(target, []).append(pk)
    for target, pks in members.items():
        Photo.objects.filter(pk__in=pks).update(group_id=target)
    LikenessGroup.objects.filter(project_id=project_id, photos__isnull=True).delete()
    return sum(map(len, members.values()))


def _chosen_groups(first_of: list[int], groups_now: list[int | None]) -> dict[int, int | None]:
    """For each component the smallest group id its photos hold that no earlier one has taken."""
    held: dict[int, set[int]] = {}
    for first, group in zip(first_of, groups_now, strict=True):
        held.setdefault(first, set()).update({group} if group is not None else ())
    taken: set[int] = set()
    chosen: dict[int, int | None] = {}
    for first, ids in held.items():
        chosen[first] = min(ids - taken, default=None)
        taken |= {chosen[first]} - {None}  # type: ignore[arg-type]
    return chosen


def _alike_groups(photo: Photo) -> list[int]:
    with connection.cursor() as cursor:
        values = [photo.project_id, photo.pk, photo.phash, DEFAULT_THRESHOLD]
        cursor.execute(_ALIKE, values)
        return [group for (group,) in cursor.fetchall()]


def _merge(others: list[int], *, into: LikenessGroup) -> None:
    if others:
        Photo.objects.filter(group_id__in=others).update(group=into)
        LikenessGroup.objects.filter(pk__in=others).delete()


def _lock(project_id: int) -> None:
    # Until commit nobody else of this project groups: two look-alikes that arrive at the same
    # moment would not see each other.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, project_id])
