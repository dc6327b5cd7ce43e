"""What imported annotations are good for: training samples and references of a benchmark."""

from __future__ import annotations

import json

import pytest

from accounts.models import Project, User
from curation.models import Reference
from curation.services.benchmarks import draw_benchmark, freeze_references
from tests.curation.build import frozen, rate
from tests.curation.importers.build import imported
from tests.make import make_photo

pytestmark = pytest.mark.django_db
BOXES = [[120, 80, 1080, 720], [0, 0, 600, 600], [300, 200, 900, 800]]


def gaicd(names: list[str]) -> dict[str, str]:
    photos = {name: {"bbox": BOXES, "score": [4.14, 2.57, 3.0]} for name in names}
    return {"image_crop.json": json.dumps(photos)}


def test_imported_means_give_samples_of_best_crops_and_pairs(project: Project, kim: User) -> None:
    make_photo(project, title="pier.jpg")
    imported(project, kim, "gaicd", gaicd(["pier.jpg"]))
    version = frozen(project, kim, kinds=["sft_crop", "dpo_crop"], min_votes=7)
    best = version.samples.get(kind="sft_crop")
    assert best.data["answer"]["box"] == [0.1, 0.1, 0.9, 0.9]
    assert len(best.data["candidates"]) == 3
    pairs = version.samples.filter(kind="dpo_crop")
    assert sorted(pair.data["gap"] for pair in pairs) == [1.14, 1.57]


def test_votes_counted_here_decide_alone(project: Project, kim: User, ben: User, eve: User) -> None:
    photo = make_photo(project, title="pier.jpg")
    imported(project, kim, "gaicd", gaicd(["pier.jpg"]))
    grades = {photo.pk: [1, 5, 2]}
    rate([photo], {ben: grades, eve: grades})
    version = frozen(project, kim, kinds=["sft_crop"], min_votes=2)
    best = version.samples.get()
    assert best.data["answer"]["box"] == [0, 0, 0.5, 0.75] and best.data["answer"]["score"] == 5


def test_imported_means_are_references_of_a_benchmark(project: Project, kim: User) -> None:
    names = [f"{number}.jpg" for number in range(4)]
    for at, name in enumerate(names):
        make_photo(project, title=name, phash=(0x1234567 << 8 * at) & (2**62 - 1))
    imported(project, kim, "gaicd", gaicd(names))
    benchmark = draw_benchmark(project=project, name="Hold-out", share=0.5, seed=1, by=kim)
    freeze_references(benchmark=benchmark, rule="best", by=kim)
    assert [row.boxes for row in Reference.objects.all()] == [[[0.1, 0.1, 0.9, 0.9]]] * 2
