"""A crop as a person changes it by words: where it stands, what it came from, what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Project
from annotation.models import Draft, DraftKind
from catalog.models import Crop
from core.errors import NotFound

STEP = "crop.refine"
MOST = 50


@dataclass(frozen=True)
class Refinement:
    """One wish: the words, the draft made of them, and its crop, where it passed the check."""

    words: str
    draft: Draft
    crop: Crop | None


def crop_in(project: Project, crop_id: int) -> Crop:
    """One crop of the project's photos; one of another project is `NotFound`."""
    rows = Crop.objects.filter(photo__project=project).select_related("photo__project")
    found = rows.filter(pk=crop_id).first()
    if found is None:
        raise NotFound("There is no such crop in this project.")
    return found


def draft_behind(crop: Crop) -> Draft | None:
    """The draft that proposed a crop."""
    kind, _, number = crop.made_from.partition("/")
    if kind != "draft" or not number.isdigit():
        return None
    return Draft.objects.filter(pk=int(number), photo=crop.photo_id).first()


def refinements_of(crop: Crop) -> list[Refinement]:
    """What was wished of a crop, newest first."""
    rows = Draft.objects.filter(crop=crop, kind=DraftKind.CROPS)
    rows = rows.filter(prompt_name__startswith=f"{STEP}@").prefetch_related("verdicts")
    drafts = list(rows.order_by("-pk")[:MOST])
    made = crops_of(drafts)
    return [
        Refinement(words_behind(draft), draft, next(iter(made.get(draft.pk, [])), None))
        for draft in drafts
    ]


def words_behind(draft: Draft) -> str:
    """What a person wished, for a draft that was made of a wish; else empty."""
    return str(draft.parameters.get("words", "")) if draft.crop_id else ""


def crops_of(drafts: Iterable[Draft]) -> dict[int, list[Crop]]:
    """The crops that came of drafts, by the draft's id, in the drafts' own order."""
    paths = {f"draft/{draft.pk}": draft.pk for draft in drafts}
    found: dict[int, list[Crop]] = {}
    for crop in Crop.objects.filter(made_from__in=paths).order_by("pk"):
        found.setdefault(paths[crop.made_from], []).append(crop)
    return found
