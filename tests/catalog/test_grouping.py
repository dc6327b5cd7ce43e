"""Near-duplicates: found as photos arrive, and all anew."""

from __future__ import annotations

import pytest
from PIL import ImageEnhance

from accounts.models import Project, User
from catalog.models import LikenessGroup, Photo
from catalog.services.grouping import join_group, start_regroup
from tests.catalog.imports import imported, run
from tests.catalog.pictures import file_of, jpeg, scene
from tests.make import make_photo

pytestmark = pytest.mark.django_db


def arrive(project: Project, *hashes: int) -> list[Photo]:
    photos = [make_photo(project, phash=each) for each in hashes]
    for photo in photos:
        join_group(photo)
    return photos


def groups_of(photos: list[Photo]) -> list[int | None]:
    return [Photo.objects.get(pk=photo.pk).group_id for photo in photos]


def test_a_brighter_smaller_copy_is_a_near_duplicate(project: Project, kim: User) -> None:
    copy = ImageEnhance.Brightness(scene(1)).enhance(1.1).resize((90, 60))
    imported(project, kim, {"a.jpg": jpeg(1), "b.jpg": file_of(copy, "JPEG"), "c.jpg": jpeg(2)})
    a, b, c = Photo.objects.order_by("pk")
    assert a.group_id == b.group_id != c.group_id


def test_six_bits_are_alike_and_seven_are_not(project: Project) -> None:
    first, second, third = arrive(project, 0, 0b111111, -(1 << 63) | 0b1111111 << 20)
    assert groups_of([first])[0] == groups_of([second])[0] != groups_of([third])[0]


def test_a_photo_between_two_groups_joins_them_under_the_smallest_id(project: Project) -> None:
    left, right = arrive(project, 0, 0xFFF)
    kept = groups_of([left])[0]
    (between,) = arrive(project, 0x3F)
    assert groups_of([left, right, between]) == [kept] * 3
    assert LikenessGroup.objects.get().pk == kept


def test_projects_do_not_share_groups(project: Project, other_project: Project) -> None:
    (mine,), (theirs,) = arrive(project, 5), arrive(other_project, 5)
    assert groups_of([mine]) != groups_of([theirs])


def test_regrouping_finds_the_same_groups_as_arriving(project: Project, kim: User) -> None:
    photos = arrive(project, 0, 0xFFF, 0x3F, 1 << 40, -1)
    before = groups_of(photos)
    assert run(start_regroup(project=project, by=kim)).result == {"photos": 5, "moved": 0}
    assert groups_of(photos) == before


def test_regrouping_parts_and_joins(project: Project, kim: User) -> None:
    photos = arrive(project, 0, 0xFFF, 0x3F)
    one = groups_of(photos)[0]
    photos[2].delete()
    run(start_regroup(project=project, by=kim))
    first, second = groups_of(photos[:2])
    assert first == one != second
    make_photo(project, phash=0x3F)
    run(start_regroup(project=project, by=kim))
    assert groups_of(photos[:2]) == [one, one] and LikenessGroup.objects.count() == 1
