"""Which split a photo belongs to: by its likeness group, by hash, the same in every version.

Source: statistics.md section 5: split = int(sha256(salt + group key)[:8], 16) / 2^32 against cuts.
The group key is the smallest content hash of the group when the version is frozen.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from catalog.models import Photo
from curation.models import BenchmarkPhoto, Split


def split_of(group_key: str, *, salt: str, validation: float, test: float) -> Split:
    """The split of a group; ``validation`` and ``test`` are shares in [0, 1]."""
    digest = hashlib.sha256((salt + group_key).encode()).hexdigest()
    place = int(digest[:8], 16) / 2**32
    if place < test:
        return Split.TEST
    return Split.VALIDATION if place < test + validation else Split.TRAIN


def group_keys(photos: Iterable[Photo]) -> dict[int, str]:
    """Group key by photo id; a photo that looks like no other is its own group."""
    chosen = list(photos)
    smallest: dict[int, str] = {}
    group_ids = {photo.group_id for photo in chosen if photo.group_id is not None}
    members = Photo.objects.filter(group_id__in=group_ids).values_list("group_id", "content_hash")
    for group_id, content_hash in members:
        if group_id is not None:
            smallest[group_id] = min(content_hash, smallest.get(group_id, content_hash))
    return {photo.pk: smallest.get(photo.group_id or 0, photo.content_hash) for photo in chosen}


def held_out(photos: Iterable[Photo]) -> dict[int, str]:
    """Photos that a training export must not hold, with the reason, by photo id.

    A photo is held out when it is in any benchmark of the installation (by content hash), when one
    of its group is, or when its group had a benchmark photo on the day that was drawn.
    """
    chosen = list(photos)
    hashes_of_group: dict[int, set[str]] = defaultdict(set)
    group_ids = {photo.group_id for photo in chosen if photo.group_id is not None}
    members = Photo.objects.filter(group_id__in=group_ids).values_list("group_id", "content_hash")
    for group_id, content_hash in members:
        hashes_of_group[group_id or 0].add(content_hash)
    frozen = set(BenchmarkPhoto.objects.values_list("content_hash", flat=True))
    frozen_groups = set(BenchmarkPhoto.objects.values_list("group_key", flat=True))
    reasons: dict[int, str] = {}
    for photo in chosen:
        family = hashes_of_group.get(photo.group_id or 0, set()) | {photo.content_hash}
        if photo.content_hash in frozen:
            reasons[photo.pk] = "in a benchmark"
        elif family & (frozen | frozen_groups):
            reasons[photo.pk] = "looks like a benchmark photo"
    return reasons
