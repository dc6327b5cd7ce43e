"""Benchmarks: drawn by likeness group, reproducible, references frozen."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Project, User
from annotation.models import Adjudication, Campaign
from annotation.services.submitting import change_answer
from catalog.models import CropLabel, LikenessGroup, Photo
from core.errors import Conflict, InvalidInput
from core.models import AuditEntry
from curation.models import Benchmark, Reference
from curation.services.benchmarks import draw_benchmark, freeze_references
from tests.annotation.build import answered, claimed
from tests.curation.build import answer_all, campaign_over, photo_with_crops, rate
from tests.make import make_crop, make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
CORRECTED = {"verdict": "correct", "box": [0.2, 0.2, 0.8, 0.8]}


def drawn(project: Project, seed: int = 1, share: float = 0.4) -> Benchmark:
    return draw_benchmark(project=project, name=f"B {uuid4()}", share=share, seed=seed, by=None)


def hashes(benchmark: Benchmark) -> set[str]:
    return set(benchmark.members.values_list("content_hash", flat=True))


def test_the_same_seed_draws_the_same_photos(project: Project, other_project: Project) -> None:
    photos = [make_photo(project) for _ in range(10)]
    for photo in reversed(photos):
        make_photo(other_project, content_hash=photo.content_hash)
    assert hashes(drawn(project)) == hashes(drawn(other_project))
    assert len(hashes(drawn(project))) == 4
    assert len({frozenset(hashes(drawn(project, seed))) for seed in range(5)}) > 1


def test_groups_are_held_out_whole(project: Project) -> None:
    for _ in range(4):
        group = LikenessGroup.objects.create(project=project)
        for _ in range(3):
            make_photo(project, group=group)
    members = drawn(project).members.select_related("photo")
    chosen = {member.photo.group_id for member in members}
    assert len(members) == Photo.objects.filter(group__in=chosen).count() == 6
    assert all(m.group_key == min(hashes_of(m.photo)) for m in members)


def hashes_of(photo: Photo) -> list[str]:
    return list(Photo.objects.filter(group=photo.group).values_list("content_hash", flat=True))


def test_something_is_left_to_train_on(project: Project) -> None:
    for _ in range(3):
        make_photo(project)
    assert drawn(project, share=0.99).members.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"share": 0.0}, "share"), ({"share": 1.0}, "share"), ({"name": " "}, "name"),
     ({"seed": -1}, "seed")],
)  # fmt: skip
def test_a_wrong_draw_is_refused(project: Project, wrong: dict[str, object], field: str) -> None:
    make_photo(project)
    make_photo(project)
    told = {"name": "Hold-out", "share": 0.5, "seed": 1, **wrong}
    with pytest.raises(InvalidInput) as refusal:
        draw_benchmark(project=project, by=None, **told)
    assert refusal.value.field == field and not Benchmark.objects.exists()


def test_one_kind_of_photo_is_too_little(project: Project) -> None:
    make_photo(project)
    with pytest.raises(InvalidInput, match="at least two ready photos"):
        drawn(project)


def test_a_name_is_taken_once(project: Project, kim: User) -> None:
    make_photo(project)
    make_photo(project)
    draw_benchmark(project=project, name="Hold-out", share=0.5, seed=1, by=kim)
    with pytest.raises(Conflict):
        draw_benchmark(project=project, name="Hold-out", share=0.5, seed=2, by=kim)
    assert AuditEntry.objects.filter(verb="benchmark.draw", actor=kim).count() == 1


def test_drawn_boxes_become_references(project: Project, ben: User) -> None:
    make_photo(project), make_photo(project)
    benchmark = drawn(project, share=0.1)
    photo = benchmark.members.get().photo
    campaign = campaign_over([photo], "crop_draw", overlap=1)
    answer = {"crops": [{"box": [0.1, 0.1, 0.9, 0.8], "ratio": "free"}], "none_better": False}
    first = answer_all(campaign, ben, {photo.pk: answer})[0]
    changed = {**answer, "crops": [{"box": [0.2, 0.1, 0.9, 0.8], "ratio": "free"}]}
    change_answer(response=first, person=ben, answer=changed, submission_id=uuid4())
    make_crop(photo, (0.0, 0.0, 0.5, 0.5), label=CropLabel.BAD)
    make_crop(photo, (0.2, 0.1, 0.9, 0.8), made_from="response/0")
    version = freeze_references(benchmark=benchmark, rule="drawn", by=None)
    assert version.references.get().boxes == [[0.2, 0.1, 0.9, 0.8]]


def test_frames_agreed_on_become_references(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    make_photo(project), make_photo(project)
    benchmark = drawn(project, share=0.1)
    photo = benchmark.members.get().photo
    make_crop(photo, (0.1, 0.1, 0.9, 0.9)), make_crop(photo, (0.0, 0.0, 0.5, 0.5))
    campaign = campaign_over([photo], "cross_review", overlap=2)
    freeze = partial(freeze_references, benchmark=benchmark, rule="agreed", campaign=campaign)
    correction = answered(claimed(campaign, ben), CORRECTED)
    with pytest.raises(InvalidInput, match="2 of 2 frames in"):
        freeze(by=kim)
    for person in (ben, eve, ben):
        answer_all(campaign, person, {photo.pk: {"verdict": "agree"}})
    version = freeze(by=kim)
    reference = version.references.get()
    assert CORRECTED["box"] in reference.boxes and len(reference.boxes) == 2
    golden = Adjudication.objects.get(answer__box=CORRECTED["box"])
    assert {f"adjudication/{golden.pk}", f"response/{correction.pk}"} < set(reference.made_from)
    page = signed_in(kim).get(f"/p/lighthouse/datasets/benchmarks/{benchmark.pk}/")
    assert f"golden record {golden.pk}".encode() in page.content
    assert f'value="agreed/{campaign.pk}"'.encode() in page.content


def test_a_closed_review_leaves_out_what_was_not_agreed_on(
    project: Project, ben: User, other_project: Project
) -> None:
    make_photo(project), make_photo(project)
    benchmark = drawn(project, share=0.1)
    photo = benchmark.members.get().photo
    make_crop(photo, (0.1, 0.1, 0.9, 0.9)), make_crop(photo, (0.0, 0.0, 0.5, 0.5))
    campaign = campaign_over([photo], "cross_review", overlap=1)
    answered(claimed(campaign, ben), {"verdict": "agree"})
    Campaign.objects.update(state="closed")
    campaign.refresh_from_db()
    freeze = partial(freeze_references, benchmark=benchmark, by=None)
    assert len(freeze(rule="agreed", campaign=campaign).references.get().boxes) == 1
    for rule, wrong in (("agreed", None), ("best", campaign),
                        ("agreed", campaign_over([make_photo(other_project)], "photo_score"))):  # fmt: skip
        with pytest.raises(InvalidInput) as refusal:
            freeze(rule=rule, campaign=wrong)
        assert refusal.value.field == "campaign"


def test_the_best_scored_crops_become_references(project: Project, ben: User) -> None:
    photos = [photo_with_crops(project), photo_with_crops(project)]
    rate(photos, {ben: {photo.pk: [4, 2, 4, 1] for photo in photos}})
    benchmark = drawn(project)
    first = freeze_references(benchmark=benchmark, rule="best", by=None)
    again = freeze_references(benchmark=benchmark, rule="best", by=None)
    assert first.references.get().boxes == [[0.0, 0.0, 0.6, 0.6], [0.1, 0.0, 0.8, 1.0]]
    assert (first.digest, first.number, again.number) == (again.digest, 1, 2)


def test_photos_without_a_reference_are_named(project: Project) -> None:
    make_photo(project, title="Pier"), make_photo(project, title="Pier")
    with pytest.raises(InvalidInput) as refusal:
        freeze_references(benchmark=drawn(project), rule="drawn", by=None)
    assert str(refusal.value) == (
        "1 of 1 benchmark photos have no box drawn by an expert yet: Pier. Give them to experts first."
    )
    with pytest.raises(InvalidInput, match="drawn, best"):
        freeze_references(benchmark=drawn(project), rule="nicest", by=None)


def test_frozen_references_are_never_changed(project: Project, ben: User) -> None:
    photos = [photo_with_crops(project), photo_with_crops(project)]
    rate(photos, {ben: {photo.pk: [4, 2, 3, 1] for photo in photos}})
    benchmark = drawn(project)
    freeze_references(benchmark=benchmark, rule="best", by=None)
    for change in (
        lambda: Reference.objects.update(boxes=[]),
        lambda: benchmark.members.update(group_key=""),
        lambda: benchmark.versions.update(digest=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
