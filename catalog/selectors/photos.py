"""Photos of a project as its people see them: one, many by filters, and those that look alike."""

from __future__ import annotations

import django_filters
from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Upper
from django.db.models.lookups import GreaterThan

from accounts.models import Project
from catalog.models import Photo, PhotoState, RawComment
from catalog.models.trigrams import holds_parts_of
from core.errors import NotFound

MAX_LICENCES = 6
# So many photos are counted at every visit; of more, figures are kept for a while and said to be "about".
MOST_COUNTED = 10_000
KEPT_S = 600
YES_NO = [("true", "yes"), ("false", "no")]


class PhotoFilter(django_filters.FilterSet):
    """The only ways in which photos may be asked for; pages and the API share them."""

    state = django_filters.ChoiceFilter(choices=PhotoState.choices)
    licence = django_filters.CharFilter(max_length=200)
    comments = django_filters.ChoiceFilter(
        choices=YES_NO,
        method="by_comments",
        help_text="Only photos with raw comments, or only those without.",
    )
    alike = django_filters.ChoiceFilter(
        choices=YES_NO,
        method="by_likeness",
        help_text="Only photos that look like another one, or only the rest.",
    )
    group = django_filters.NumberFilter(
        field_name="group_id", help_text="One group of near-duplicates."
    )
    q = django_filters.CharFilter(
        method="by_words", max_length=80, help_text="Words of the title or the author."
    )

    def by_comments(self, rows: QuerySet[Photo], name: str, value: str) -> QuerySet[Photo]:
        """With raw comments, or without."""
        has_comments = Exists(RawComment.objects.filter(photo=OuterRef("pk")))
        return rows.filter(has_comments if value == "true" else ~has_comments)

    def by_likeness(self, rows: QuerySet[Photo], name: str, value: str) -> QuerySet[Photo]:
        """In a group with others, or alone."""
        others = Photo.objects.filter(group=OuterRef("group")).exclude(pk=OuterRef("pk"))
        if value == "true":  # what has no group need not be looked at
            return rows.filter(Exists(others), group__isnull=False)
        return rows.filter(~Exists(others))

    def by_words(self, rows: QuerySet[Photo], name: str, value: str) -> QuerySet[Photo]:
        """Every word stands in the title or the author's name."""
        for word in value.split()[:8]:
            parts = holds_parts_of(word, "title", "author")
            if parts is not None:
                rows = rows.filter(parts)
            rows = rows.filter(_stands_in("title", word) | _stands_in("author", word))
        return rows


def _stands_in(field: str, word: str) -> Q:
    """The word, or a part of one, in small letters or capitals. Not by LIKE, of which PostgreSQL expects
    so few rows that it reads the index of parts even for a word that every photo has."""
    return Q(GreaterThan(StrIndex(Upper(field), Upper(Value(word))), 0))


def photos_of(project: Project) -> QuerySet[Photo]:
    """All photos of the project."""
    return Photo.objects.filter(project=project)


def photo_in(project: Project, photo_id: int) -> Photo:
    """One photo of the project, or `NotFound`, the same for a photo of another one."""
    photo = photos_of(project).select_related("project").filter(pk=photo_id).first()
    if photo is None:
        raise NotFound("There is no such photo in this project.")
    return photo


def look_alikes(photo: Photo) -> QuerySet[Photo]:
    """The other photos of its near-duplicate group, oldest first."""
    if photo.group_id is None:
        return Photo.objects.none()
    return Photo.objects.filter(group=photo.group_id).exclude(pk=photo.pk).order_by("pk")


def is_large(project: Project) -> bool:
    """Whether counting all photos of the project takes longer than a page should."""
    return counted(photos_of(project), MOST_COUNTED) > MOST_COUNTED


def counted(rows: QuerySet[Photo], most: int) -> int:
    """How many there are; ``most`` + 1 for more than that."""
    return rows.order_by()[: most + 1].count()


def about_all(project: Project) -> int:
    """The photos of a large project, counted some minutes ago at most."""
    return int(cache.get_or_set(f"photos/{project.pk}", photos_of(project).count, KEPT_S) or 0)


def licences_of(project: Project) -> list[tuple[str, int]]:
    """The licences most photos have, with their counts; those of a large project may be minutes old."""
    if not is_large(project):
        return _licences(project)
    kept = cache.get_or_set(f"licences/{project.pk}", lambda: _licences(project), KEPT_S)
    return [(str(licence), int(count)) for licence, count in kept or []]


def _licences(project: Project) -> list[tuple[str, int]]:
    rows = photos_of(project).exclude(licence="").values_list("licence")
    return list(rows.annotate(n=Count("*")).order_by("-n", "licence")[:MAX_LICENCES])
