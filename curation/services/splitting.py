"""Which split a photo belongs to, and which photos no training data may hold.

Source: statistics.md section 5: split = int(sha256(salt + group key)[:8], 16) / 2^32 against cuts.
A group's key is the smallest content hash of its photos when it is first frozen. It is stored with
the samples: photos that join later, or groups that grow together, move nobody.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from catalog.models import Photo
from curation.models import BenchmarkPhoto, Sample, Split, VersionState
from measures.likeness import from_signed, near

IN_BENCHMARK = "in a benchmark"
LIKE_BENCHMARK = "looks like a benchmark photo"
LIKE_OTHER_SPLIT = "looks like a photo that is held out in another split"
# What stays when groups of different splits have grown together: never the training side.
_KEPT_FIRST = (Split.TEST, Split.VALIDATION, Split.TRAIN)


def split_of(group_key: str, *, salt: str, validation: float, test: float) -> Split:
    """The split of a group; ``validation`` and ``test`` are shares in [0, 1]."""
    digest = hashlib.sha256((salt + group_key).encode()).hexdigest()
    place = int(digest[:8], 16) / 2**32
    if place < test:
        return Split.TEST
    return Split.VALIDATION if place < test + validation else Split.TRAIN


@dataclass(frozen=True)
class Place:
    """Where a photo goes. ``refused`` says in words why it may not be used; empty when it may."""

    group_key: str
    split: Split
    refused: str = ""


SplitOf = Callable[[str], Split]


def places_of(photos: Iterable[Photo], split: SplitOf) -> dict[int, Place]:
    """The place of each photo by id; ``split`` maps a group key to its split."""
    families = _families(photos)
    stored = _stored_keys(families)
    places: dict[int, Place] = {}
    for members in families.values():
        keys = {member.content_hash: stored[member.pk] for member in members if member.pk in stored}
        fresh = min(member.content_hash for member in members)
        kept = _kept_split(keys.values(), split)
        joined = min((key for key in keys.values() if split(key) == kept), default=fresh)
        for member in members:
            key = keys.get(member.content_hash, joined)
            refused = "" if kept in (None, split(key)) else LIKE_OTHER_SPLIT
            places[member.pk] = Place(key, split(key), refused)
    return places


def group_keys(photos: Iterable[Photo]) -> dict[int, str]:
    """Group key by photo id: of its group's photos the smallest content hash now."""
    return {
        member.pk: min(each.content_hash for each in members)
        for members in _families(photos).values()
        for member in members
    }


def _kept_split(keys: Iterable[str], split: SplitOf) -> Split | None:
    found = {split(key) for key in keys}
    return next((each for each in _KEPT_FIRST if each in found), None)


@dataclass(frozen=True)
class _Member:
    """What matters of a photo here."""

    pk: int
    content_hash: str
    phash: int | None


Family = list[_Member]


def _families(photos: Iterable[Photo]) -> dict[object, Family]:
    """The photos with everything they look like today, by group; a photo without a group alone."""
    chosen = list(photos)
    families: dict[object, Family] = defaultdict(list)
    group_ids = {photo.group_id for photo in chosen if photo.group_id is not None}
    rows = Photo.objects.filter(group_id__in=group_ids).order_by("pk")
    fields = rows.values_list("group_id", "pk", "content_hash", "phash")
    for group_id, pk, content_hash, phash in fields:
        families[group_id].append(_Member(pk, content_hash, phash))
    for photo in chosen:
        if photo.group_id is None:
            families["photo", photo.pk] = [_Member(photo.pk, photo.content_hash, photo.phash)]
    return families


def _stored_keys(families: dict[object, Family]) -> dict[int, str]:
    """The key a photo was first frozen with, by photo id, for those that ever were."""
    ids = [member.pk for members in families.values() for member in members]
    rows = Sample.objects.filter(photo_id__in=ids, version__state=VersionState.FROZEN)
    first = rows.order_by("photo_id", "version_id").distinct("photo_id")
    return dict(first.values_list("photo_id", "group_key"))


class HoldOut:
    """What any benchmark of the installation keeps out of training data, read once per build.

    A photo is kept out when it, or a photo that it looks like, is in a benchmark or looks like a
    benchmark photo: by content, by the groups of its project, and by perceptual hash across
    projects, since the same scene may have come into two of them.
    """

    def __init__(self) -> None:
        rows = BenchmarkPhoto.objects.values_list("content_hash", "group_key")
        self._hashes = {content_hash for content_hash, _ in rows}
        self._group_keys = {group_key for _, group_key in rows}
        frozen = Photo.objects.filter(benchmark_places__isnull=False).distinct()
        alike = [member for members in _families(frozen).values() for member in members]
        self._alike = {member.content_hash for member in alike} | self._group_keys
        self._phashes = _hashes(alike)

    def reasons(self, photos: Iterable[Photo]) -> dict[int, str]:
        """Why, in words, by photo id; a photo that may be used is not in it."""
        if not self._hashes:
            return {}
        found: dict[int, str] = {}
        for members in _families(photos).values():
            is_alike = self._is_alike(members)
            for member in members:
                if member.content_hash in self._hashes:
                    found[member.pk] = IN_BENCHMARK
                elif is_alike:
                    found[member.pk] = LIKE_BENCHMARK
        return found

    def _is_alike(self, members: Family) -> bool:
        if any(member.content_hash in self._alike for member in members):
            return True
        return any(near(int(value), self._phashes).size for value in _hashes(members))


def held_out(photos: Iterable[Photo]) -> dict[int, str]:
    """The same for a handful of photos, asked once."""
    return HoldOut().reasons(photos)


def _hashes(members: Iterable[_Member]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    values = [from_signed(each.phash) for each in members if each.phash is not None]
    return np.array(values, dtype=np.uint64)
