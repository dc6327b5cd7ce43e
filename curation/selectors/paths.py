"""Paths such as ``response/7`` as something to follow: what a sample was made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from annotation.models import Adjudication, Draft, Response
from catalog.models import Crop, RawComment
from curation.models import Score


@dataclass(frozen=True)
class Source:
    """``kind`` is a word of the glossary; ``target`` names the page that shows it and ``target_id``
    its id there; no target where nothing can be shown any more."""

    path: str
    kind: str
    words: str
    target: str = ""
    target_id: int = 0


_WORDS = {
    "rawcomment": "raw comment", "adjudication": "golden record", "sourcephoto": "imported photo",
    "importedrating": "imported rating", "importedpair": "imported pair",
}  # fmt: skip


def sources_of(paths: Iterable[str]) -> dict[str, Source]:
    """Each path with where it leads, in few queries however many paths there are."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    given = list(dict.fromkeys(paths))
    for path in given:
        kind, _, number = path.partition("/")
        if number.isdigit():
            by_kind[kind].add(int(number))
    places = {kind: _FINDERS[kind](ids) for kind, ids in by_kind.items() if kind in _FINDERS}
    return {path: _source(path, places) for path in given}


_Places = dict[int, tuple[str, int]]


def _source(path: str, places: dict[str, _Places]) -> Source:
    kind, _, number = path.partition("/")
    words = f"{_WORDS.get(kind, kind)} {number}"
    target, target_id = places.get(kind, {}).get(int(number) if number.isdigit() else 0, ("", 0))
    return Source(path, _WORDS.get(kind, kind), words, target, target_id)


def _responses(ids: set[int]) -> _Places:
    rows = Response.objects.filter(pk__in=ids).values_list("pk", "item_id")
    return {pk: ("item", item_id) for pk, item_id in rows}


def _adjudications(ids: set[int]) -> _Places:
    rows = Adjudication.objects.filter(pk__in=ids).values_list("pk", "item_id")
    return {pk: ("item", item_id) for pk, item_id in rows}


def _drafts(ids: set[int]) -> _Places:
    rows = Draft.objects.filter(pk__in=ids).values_list("pk", flat=True)
    return {pk: ("draft", pk) for pk in rows}


def _scores(ids: set[int]) -> _Places:
    rows = Score.objects.filter(pk__in=ids).values_list("pk", flat=True)
    return {pk: ("score", pk) for pk in rows}


def _crops(ids: set[int]) -> _Places:
    rows = Crop.objects.filter(pk__in=ids).values_list("pk", "photo_id")
    return {pk: ("photo", photo_id) for pk, photo_id in rows}


def _comments(ids: set[int]) -> _Places:
    rows = RawComment.objects.filter(pk__in=ids).values_list("pk", "photo_id")
    return {pk: ("photo", photo_id) for pk, photo_id in rows}


_FINDERS = {
    "response": _responses,
    "adjudication": _adjudications,
    "draft": _drafts,
    "score": _scores,
    "crop": _crops,
    "rawcomment": _comments,
}
