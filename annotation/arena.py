"""Two models' crops of one photo: who made which crop, and which of them meet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby, islice

from django.db.models import QuerySet

from annotation.models import Draft, DraftKind
from annotation.subjects import CHUNK, Selection, photos_of
from catalog.models import Crop

AT_ONCE = 500
VERSION = ("source_id", "backend", "model", "revision")
Meeting = tuple[int, int, int]
HASH = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{24,}\b")


def version_words(draft: Draft) -> str:
    """Which version of which model made a draft: its source's name, with model and revision where the
    name does not say them."""
    named = draft.source.name if draft.source is not None else draft.backend
    more = [word for word in (draft.model, draft.revision) if word and word not in named]
    return f"{named} ({' '.join(more)})" if more else named


def short_words(words: str) -> str:
    """The same for people: of a long hash the beginning."""
    return HASH.sub(r"\1…", words)


def crop_makers(project_id: int) -> list[str]:
    """The versions of models that proposed crops in the project, by name."""
    rows = _proposals().filter(photo__project=project_id).order_by(*VERSION)
    return sorted({version_words(draft) for draft in rows.distinct(*VERSION)})


def meetings(project_id: int, selection: Selection, first: str, second: str) -> Iterator[Meeting]:
    """(photo id, crop id, crop id): the best crop that each of two proposed last for a photo.

    Photos for which they proposed the same (corners equal to a thousandth) are left out.
    """
    rows = _proposals().filter(photo__in=photos_of(project_id, selection))
    newest = rows.order_by("photo_id", *VERSION, "-pk").distinct("photo_id", *VERSION)
    made = groupby(newest.iterator(CHUNK), key=lambda draft: draft.photo_id)
    of_two = ((photo_id, _last_of(drafts, (first, second))) for photo_id, drafts in made)
    while batch := list(islice(of_two, AT_ONCE)):
        best = _best_crops(pk for _, drafts in batch for pk in drafts.values())
        for photo_id, drafts in batch:
            one, other = (best.get(drafts.get(maker, 0)) for maker in (first, second))
            if one and other and _rounded(one) != _rounded(other):
                yield photo_id, one.pk, other.pk


def makers_of(crops: Collection[int]) -> dict[int, str]:
    """Which version of which model proposed each of these crops; others are left out."""
    paths = Crop.objects.filter(pk__in=crops, made_from__startswith="draft/")
    drafts = {
        pk: int(path.removeprefix("draft/")) for pk, path in paths.values_list("pk", "made_from")
    }
    told = _proposals().only("backend", "model", "revision", "source__name")  # not what they say
    known = told.in_bulk(set(drafts.values()))
    return {pk: version_words(known[draft]) for pk, draft in drafts.items() if draft in known}


def _proposals() -> QuerySet[Draft]:
    return Draft.objects.filter(kind=DraftKind.CROPS).select_related("source")


def _last_of(drafts: Iterable[Draft], makers: tuple[str, str]) -> dict[str, int]:
    """Each maker's newest draft."""
    found: dict[str, int] = {}
    for draft in sorted(drafts, key=lambda each: each.pk):
        words = version_words(draft)
        if words in makers:
            found[words] = draft.pk
    return found


def _best_crops(drafts: Iterable[int]) -> dict[int, Crop]:
    """The first crop of each draft: a draft names its best one first."""
    paths = {f"draft/{pk}": pk for pk in drafts}
    found: dict[int, Crop] = {}
    for crop in Crop.objects.filter(made_from__in=paths).order_by("pk"):
        found.setdefault(paths[crop.made_from], crop)
    return found


def _rounded(crop: Crop) -> tuple[float, ...]:
    return tuple(round(corner, 3) for corner in crop.corners)
