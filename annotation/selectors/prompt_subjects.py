"""On what a wording can be shown: real photos of the project, or their crops or questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet

from accounts.models import Project
from annotation.pipelines import Subject
from catalog.models import Crop, CropLabel, Photo, PhotoState, Question
from catalog.selectors.photos import photo_in
from core.errors import InvalidInput, NotFound

MOST = 24
SUBJECTS = frozenset(each.value for each in Subject)


@dataclass(frozen=True)
class Shown:
    """A photo, with its crop or question where the step is about one. ``key`` is like crop/3."""

    photo: Photo
    crop: Crop | None = None
    question: Question | None = None

    @property
    def key(self) -> str:
        """What a form sends."""
        if self.crop is not None:
            return f"crop/{self.crop.pk}"
        return f"photo/{self.photo.pk}" if self.question is None else f"question/{self.question.pk}"

    @property
    def label(self) -> str:
        """In a few words."""
        if self.crop is not None:
            return f"{self.crop.get_label_display()} crop {self.crop.pk} of {self.photo}"
        return str(self.photo) if self.question is None else f"{self.question} ({self.photo})"


def shown_on(project: Project, subject: Subject) -> list[Shown]:
    """The newest that fit; photos with the most raw comments first."""
    if subject is Subject.CROP:
        rows = _crops(project).select_related("photo").order_by("-pk")[:MOST]
        return [Shown(row.photo, crop=row) for row in rows]
    if subject is Subject.QUESTION:
        asked = _questions(project).select_related("photo").order_by("-pk")[:MOST]
        return [Shown(row.photo, question=row) for row in asked]
    photos = Photo.objects.filter(project=project, state=PhotoState.READY)
    counted = photos.annotate(n=Count("raw_comments"))
    return [Shown(row) for row in counted.order_by(F("n").desc(), "-pk")[:MOST]]


def shown_by_key(project: Project, key: str) -> Shown:
    """What a form sent; `InvalidInput` for anything that is not such a key."""
    name, _, number = key.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise InvalidInput("Choose what to show it on.", field="about")
    return shown(project, **{name: int(number)}) if name in SUBJECTS else _unknown()


def shown(
    project: Project, photo: int | None = None, crop: int | None = None, question: int | None = None
) -> Shown:
    """By ids; those of another project are `NotFound`."""
    if crop is not None:
        row = _first(_crops(project, any_label=True).filter(pk=crop), "crop")
        return Shown(row.photo, crop=row)
    if question is not None:
        asked = _first(_questions(project).filter(pk=question), "question")
        return Shown(asked.photo, question=asked)
    return Shown(photo_in(project, photo)) if photo is not None else _unknown()


def _unknown() -> Shown:
    raise InvalidInput("Choose what to show it on.", field="about")


def _first(rows: QuerySet[Any], word: str) -> Any:
    found = rows.select_related("photo").first()
    if found is None:
        raise NotFound(f"There is no such {word} in this project.")
    return found


def _crops(project: Project, *, any_label: bool = False) -> QuerySet[Crop]:
    ready = Crop.objects.filter(photo__project=project, photo__state=PhotoState.READY)
    return ready if any_label else ready.exclude(label=CropLabel.UNKNOWN)


def _questions(project: Project) -> QuerySet[Question]:
    return Question.objects.filter(photo__project=project, photo__state=PhotoState.READY)
