"""Frozen versions: reproducible, group-safe, and never changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Project, User
from catalog.models import LikenessGroup, Photo
from core.errors import Conflict, InvalidInput
from core.jobs import cancel
from core.models import Job
from curation.models import BenchmarkPhoto, Dataset, Sample, VersionState
from curation.services.benchmarks import draw_benchmark
from curation.services.freezing import create_dataset, freeze_version
from tests.curation.build import (
    dataset_of,
    frozen,
    photo_with_crops,
    rate,
    scored_photos,
    work_off,
)
from tests.make import make_crop, make_member, make_photo, make_project

pytestmark = pytest.mark.django_db


def test_the_same_curation_has_the_same_digest(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    scored_photos(project, [ben, eve], 4)
    first, again = frozen(project, kim), frozen(project, kim)
    assert first.digest == again.digest and len(first.digest) == 64
    assert (first.number, again.number) == (1, 2)
    assert (
        frozen(project, kim, kinds=["dpo_crop", "sft_crop"]).digest
        == frozen(project, kim, kinds=["sft_crop", "dpo_crop"]).digest
    )


def test_row_ids_do_not_change_the_digest(kim: User) -> None:
    digests = set()
    for order in ((1, 2, 3), (3, 1, 2)):
        project = make_project()
        people = [make_member(project, f"{project.slug} {n}", "expert") for n in (1, 2)]
        hashes = {n: f"{n:064x}" for n in order}
        photos = [photo_with_crops(project, content_hash=hashes[n]) for n in order]
        grades = {photo.pk: [5, int(photo.content_hash[-1]), 2, 1] for photo in photos}
        rate(photos, dict.fromkeys(people, grades))
        digests.add(frozen(project, kim).digest)
    assert len(digests) == 1


def test_look_alikes_stay_in_one_split(project: Project, ben: User, eve: User, kim: User) -> None:
    photos = scored_photos(project, [ben, eve], 12)
    for at in range(0, 12, 3):
        group = LikenessGroup.objects.create(project=project)
        Photo.objects.filter(pk__in=[p.pk for p in photos[at : at + 3]]).update(group=group)
    version = frozen(project, kim, validation=0.3, test=0.3, seed=2)
    splits = {}
    for sample in version.samples.select_related("photo"):
        splits.setdefault(sample.photo.group_id, set()).add(sample.split)
    assert all(len(each) == 1 for each in splits.values())
    assert len({next(iter(each)) for each in splits.values()}) > 1


def test_a_photo_that_joins_moves_nobody(project: Project, ben: User, eve: User, kim: User) -> None:
    photo = scored_photos(project, [ben, eve], 1)[0]
    key = frozen(project, kim).samples.first().group_key
    group = LikenessGroup.objects.create(project=project)
    newcomer = photo_with_crops(project, content_hash="0" * 64, group=group)
    Photo.objects.filter(pk=photo.pk).update(group=group)
    rate([newcomer], {ben: {newcomer.pk: [5, 4, 2, 1]}, eve: {newcomer.pk: [4, 4, 2, 1]}})
    samples = frozen(project, kim).samples.all()
    assert {sample.photo_id for sample in samples} == {photo.pk, newcomer.pk}
    assert {sample.group_key for sample in samples} == {key} == {photo.content_hash}


def test_when_splits_grow_together_the_training_side_goes(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    photos = scored_photos(project, [ben, eve], 12)
    first = frozen(project, kim, validation=0.5)
    trained = first.samples.filter(split="train").first().photo
    held = first.samples.filter(split="validation").first().photo
    group = LikenessGroup.objects.create(project=project)
    Photo.objects.filter(pk__in=[trained.pk, held.pk]).update(group=group)
    second = frozen(project, kim, validation=0.5)
    reason = "photo looks like a photo that is held out in another split"
    assert second.report["lost"]["sft_crop"][reason] == 1 and len(photos) == 12
    assert not second.samples.filter(photo=trained).exists()
    assert second.samples.filter(photo=held, split="validation").exists()


def in_benchmark(photo: Photo) -> None:
    project = photo.project
    make_photo(project)
    seed = 0
    while not BenchmarkPhoto.objects.filter(photo=photo).exists():
        BenchmarkPhoto.objects.all().delete()
        draw_benchmark(project=project, name=f"{seed}", share=0.01, seed=seed, by=None)
        seed += 1


def same_file(photo: Photo, other: Project) -> None:
    in_benchmark(make_photo(other, content_hash=photo.content_hash))


def same_group(photo: Photo, other: Project) -> None:
    group = LikenessGroup.objects.create(project=photo.project)
    Photo.objects.filter(pk=photo.pk).update(group=group)
    in_benchmark(make_photo(photo.project, group=group))


def same_scene_elsewhere(photo: Photo, other: Project) -> None:
    Photo.objects.filter(pk=photo.pk).update(phash=0b1111)
    in_benchmark(make_photo(other, phash=0b0101))


def like_its_look_alike(photo: Photo, other: Project) -> None:
    group = LikenessGroup.objects.create(project=photo.project)
    Photo.objects.filter(pk=photo.pk).update(phash=-1, group=group)
    make_photo(photo.project, phash=0b1111, group=group)
    in_benchmark(make_photo(other, phash=0b0101))


@pytest.mark.parametrize(
    "hold_out", [same_file, same_group, same_scene_elsewhere, like_its_look_alike]
)
def test_benchmark_photos_and_their_like_never_get_in(
    project: Project, other_project: Project, ben: User, eve: User, kim: User,
    hold_out: Callable[[Photo, Project], None],
) -> None:  # fmt: skip
    photo, free = scored_photos(project, [ben, eve], 2)
    hold_out(photo, other_project)
    version = frozen(project, kim)
    assert set(version.samples.values_list("photo", flat=True)) <= {free.pk}
    lost = version.report["lost"]["sft_crop"] if version.report else {}
    assert any("benchmark photo" in why or "in a benchmark" in why for why in lost)


def test_nothing_to_freeze_is_said_with_the_reasons(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    scored_photos(project, [ben, eve], 1)
    version = frozen(project, kim, min_votes=3)
    assert version.state == VersionState.FAILED and not Sample.objects.exists()
    assert version.error == (
        "Nothing passes these rules yet, so there is nothing to freeze. Lower the least number of "
        "votes, settle open flags, or collect more responses. "
        "Left out: crop has too few votes (8)."
    )
    assert Job.objects.get(kind="curation.freeze").error == version.error


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"min_votes": 0}, "min_votes"), ({"min_gap": "wide"}, "min_gap"), ({"kinds": []}, "kinds"),
        ({"validation": 0.6, "test": 0.5}, ""), ({"owner": 1}, "owner"),
    ],
)  # fmt: skip
def test_wrong_rules_change_nothing(
    project: Project, kim: User, rules: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        freeze_version(dataset=dataset_of(project, kim), rules=rules, by=kim)
    assert refusal.value.field == field and not Job.objects.exists()


def test_a_name_is_taken_once(project: Project, kim: User) -> None:
    create_dataset(project=project, name="Coast", by=kim)
    with pytest.raises(Conflict):
        create_dataset(project=project, name=" Coast ", by=kim)
    with pytest.raises(InvalidInput):
        create_dataset(project=project, name=" ", by=kim)


def test_a_stopped_build_says_so(project: Project, ben: User, eve: User, kim: User) -> None:
    scored_photos(project, [ben, eve], 1)
    version = freeze_version(dataset=dataset_of(project, kim), rules={}, by=kim)
    Job.objects.filter(kind="curation.freeze").update(cancel_requested=True)
    work_off()
    version.refresh_from_db()
    assert version.state == VersionState.FAILED and version.error.startswith("Stopped")


def test_a_frozen_version_cannot_be_changed_by_any_way(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    photo = scored_photos(project, [ben, eve], 1)[0]
    version = frozen(project, kim)
    changes: list[Callable[[], object]] = [
        lambda: version.samples.update(split="test"),
        lambda: version.samples.all().delete(),
        lambda: Sample.objects.create(
            version=version, index=999, kind="sft_crop", split="train", photo=photo, data={}
        ),
        lambda: Dataset.objects.first().versions.update(digest="0" * 64),
        lambda: Dataset.objects.first().versions.update(state="building"),
        lambda: Dataset.objects.first().versions.all().delete(),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    kim.delete()
    version.refresh_from_db()
    assert version.by is None and version.samples.count() == sum(version.counts.values())


def test_a_job_cancelled_before_it_began_leaves_a_building_version(
    project: Project, kim: User
) -> None:
    version = freeze_version(dataset=dataset_of(project, kim), rules={}, by=kim)
    cancel(job=Job.objects.get())
    version.refresh_from_db()
    assert version.state == VersionState.BUILDING and make_crop(make_photo(project))
