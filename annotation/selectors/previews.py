"""An item as an expert would see it, before there is a campaign: nothing here is stored."""

from __future__ import annotations

from itertools import islice
from typing import Any

from accounts.models import Project
from annotation.item_types import ImageUrl, ItemType, ShownItem, Subject
from annotation.models import Campaign, Draft, Item
from annotation.selectors.pictures import picture_at
from annotation.subjects import Selection
from catalog.models import Crop, Photo
from core.errors import NotFound

MOST_EXAMPLES = 50
SEED = 1  # places and sides of a preview: the same at every look


def example(kind: ItemType, project: Project, selection: Selection, number: int) -> Subject | None:
    """One of the first subjects that the selection gives, round and round; None where it gives none."""
    draft = _campaign(kind, project)
    found = list(islice(kind.subjects(draft, selection), number % MOST_EXAMPLES + 1))
    return found[number % len(found)] if found else None


def preview_entry(
    kind: ItemType, project: Project, photo_id: int, image_url: ImageUrl
) -> dict[str, Any]:
    """What an expert's page would get of the photo's first item."""
    shown = _shown(kind, project, photo_id)
    item = kind.item_json(shown, _presentation(kind, shown), image_url)
    return {"assignment": {"id": 0}, "item": item, "working_copy": None}


def preview_picture(kind: ItemType, project: Project, photo_id: int, place: str) -> bytes:
    """The JPEG at a place of it."""
    shown = _shown(kind, project, photo_id)
    return picture_at(kind, shown, _presentation(kind, shown), place)


def _presentation(kind: ItemType, shown: ShownItem) -> dict[str, Any]:
    return kind.presentation(shown, SEED)


def _campaign(kind: ItemType, project: Project) -> Campaign:
    settings = kind.settings.model_dump(mode="json")
    return Campaign(project=project, item_type=kind.name, settings=settings)


def _shown(kind: ItemType, project: Project, photo_id: int) -> ShownItem:
    subject = example(kind, project, Selection(photo_ids=(photo_id,)), 0)
    if subject is None:
        raise NotFound("This photo gives no item with these settings.")
    item = Item(
        campaign=_campaign(kind, project), photo=Photo.objects.get(pk=subject.photo_id),
        draft=Draft.objects.filter(pk=subject.draft_id or 0).first(),
        subject_key=subject.key,
        payload=dict(subject.payload),
    )  # fmt: skip
    crops = Crop.objects.in_bulk(subject.crop_ids)
    return ShownItem(item, tuple(crops[pk] for pk in subject.crop_ids))
