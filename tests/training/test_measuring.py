"""Evaluations on rated crops: free boxes among them, a model's own scores of them, what is not known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Project, User
from core.errors import InvalidInput
from core.models import Job
from curation.models import Benchmark, BenchmarkVersion
from curation.models import Reference as ReferenceRow
from curation.services.benchmarks import freeze_references
from curation.services.imported_benchmarks import hold_out_import
from tests.curation.importers.build import imported
from tests.jobs import run as run_job
from tests.make import make_photo
from tests.people import signed_in
from tests.training.build import parrot_model
from tests.workers.drafts import stored_photos
from training.models import Evaluation, Model, Prediction
from training.services.evaluating import start_evaluation

pytestmark = pytest.mark.django_db
SAID = [100, 200, 900, 800]
RATED = {
    "pier.jpg": {
        "bbox": [SAID, [0, 0, 1000, 1000], [0, 0, 500, 500], [500, 500, 1000, 1000],
                 [0, 500, 500, 1000], [500, 0, 1000, 500]],
        "score": [2.0, 3.0, 5.0, 4.5, 4.0, 3.5],
    },
    "boat.jpg": {"bbox": [SAID, [0, 0, 500, 500], [500, 0, 900, 900]], "score": [3.0, 2.0, 1.0]},
}  # fmt: skip


@pytest.fixture
def version(project: Project, kim: User) -> BenchmarkVersion:
    """A small file in GAICD's format, held out whole, every rated crop frozen."""
    for name in RATED:
        make_photo(project, title=name, width=1000, height=1000)
    found = imported(project, kim, "gaicd", {"image_crop.json": json.dumps(RATED)})
    benchmark = hold_out_import(found=found, name="Small", by=kim)
    return freeze_references(benchmark=benchmark, rule="rated", by=kim)


@pytest.fixture
def evaluation(project: Project, rui: User, version: BenchmarkVersion) -> Evaluation:
    """Of a model that answered the same box on both photos."""
    model = Model.objects.create(project=project, name="Middle", folder="none", revision="0" * 64)
    begun = start_evaluation(model=model, benchmark_version=version, by=rui)
    for row in version.references.all():
        Prediction.objects.create(evaluation=begun, photo=row.photo, box=[0.1, 0.2, 0.9, 0.8])
    run_job(Job.objects.get(kind="training.evaluate"))
    begun.refresh_from_db()
    assert begun.state == "done", begun.error
    return begun


def test_free_boxes_are_measured_among_the_rated_crops(evaluation: Evaluation) -> None:
    own, largest = evaluation.figures["model"], evaluation.figures["largest_crop"]
    few = {"fewer than 5 crops of the photo are rated": 1}
    assert (own["nearest_acc"]["value"], own["nearest_acc"]["n"]) == (0, 1)
    assert own["nearest_acc"]["left_out"] == few and own["tolerant_acc_85"]["value"] == 0
    assert evaluation.figures["whole_photo"]["nearest_acc"]["value"] == 1
    assert evaluation.figures["whole_photo"]["procrop_acc"]["value"] == 0
    # Its four largest are rated 3.0 (a hit: fifth of six), 2.0 (none), 5.0 and 4.5.
    assert largest["acc_5"]["value"] == pytest.approx((1 + 1 / 2 + 2 / 3 + 3 / 4) / 4)
    assert largest["acc_5"]["parts"]["2/5"] == 0.5 and largest["acc_5"]["left_out"] == few
    assert largest["acc_10"]["value"] is None
    assert largest["acc_10"]["unknown"] == (
        "not known, because fewer than 10 crops of the photo are rated"
    )
    assert own["iou_max"]["value"] == pytest.approx((1 + 12 / 61) / 2)  # beside the best crop
    by_photo = {each.photo.title: each.figures for each in evaluation.predictions.all()}
    assert by_photo["pier.jpg"]["nearest_acc"] == 0 and "nearest_acc" not in by_photo["boat.jpg"]


def test_the_page_says_what_is_not_known(
    project: Project, rui: User, evaluation: Evaluation
) -> None:
    page = signed_in(rui).get(f"/p/{project.slug}/models/evaluations/{evaluation.pk}/")
    words = page.content.decode()
    for said in (
        "The box among the rated crops",
        "Scores of the rated crops",
        "Largest rated crop",
    ):
        assert said in words
    assert "Not known, because the model was not asked to score the rated crops." in words
    assert "1 photo left out: fewer than 5 crops of the photo are rated." in words


def test_the_api_gives_figures_scores_and_references(
    project: Project, rui: User, evaluation: Evaluation
) -> None:
    room, client = f"/api/v1/projects/{project.slug}", signed_in(rui)
    figures = client.get(f"{room}/evaluations/{evaluation.pk}/").json()["figures"]
    assert figures["largest_crop"]["srcc"]["n"] == 2
    rows = client.get(f"{room}/evaluations/{evaluation.pk}/predictions/").json()["results"]
    assert {row["scores"] for row in rows} == {None}
    benchmark = evaluation.benchmark_version.benchmark_id
    frozen = client.get(f"{room}/benchmarks/{benchmark}/versions/1/").json()["references"]
    rated = {len(each["rated"]): each["rated"] for each in frozen}
    assert rated[6][0] == {
        "box": [0.1, 0.2, 0.9, 0.8], "score": 2.0, "n": 7, "method": "imported_mean",
        "crop": rated[6][0]["crop"],
    }  # fmt: skip


@pytest.mark.usefixtures("no_trainer_left")
def test_a_model_scores_every_rated_crop(
    project: Project, kim: User, rui: User, parrot: Path
) -> None:
    benchmark = Benchmark.objects.create(project=project, name="Hold-out", seed=0, share=0.2)
    version = BenchmarkVersion.objects.create(benchmark=benchmark, number=1, rule="rated")
    boxes = [[0.0, 0.0, 0.5, 0.5], [0.1, 0.2, 0.9, 0.8], [0.3, 0.3, 0.8, 1.02]]
    rated = [row(box, score) for box, score in zip(boxes, (1.0, 5.0, 2.0), strict=True)]
    for photo in stored_photos(project, kim, 2):
        ReferenceRow.objects.create(version=version, photo=photo, boxes=[boxes[1]], rated=rated)
    url = f"/api/v1/projects/{project.slug}/evaluations/"
    body: dict[str, Any] = {"score_candidates": True}
    body |= {"model": parrot_model(project, parrot).pk, "benchmark_version": version.pk}
    assert signed_in(rui).post(url, body, content_type="application/json").status_code == 201
    run_job(Job.objects.get(kind="training.evaluate"))
    found = Evaluation.objects.get()
    assert found.state == "done" and found.figures["model"]["srcc"]["n"] == 2, found.error
    for prediction in found.predictions.all():
        scores = prediction.scores or []
        assert len(scores) == 3 and max(scores) == scores[1]
        assert prediction.figures["srcc"] >= 0.5


def row(box: list[float], score: float) -> dict[str, Any]:
    """A frozen rated crop."""
    return {"box": box, "score": score, "n": 5, "method": "mos", "crop": 0}


def test_unrated_references_are_not_scored(
    project: Project, kim: User, rui: User, version: BenchmarkVersion
) -> None:
    best = freeze_references(benchmark=version.benchmark, rule="best", by=kim)
    model = Model.objects.create(project=project, name="Middle", folder="none", revision="0" * 64)
    with pytest.raises(InvalidInput, match="no rated crops") as raised:
        start_evaluation(model=model, benchmark_version=best, by=rui, score_candidates=True)
    assert raised.value.field == "score_candidates"
    sent = {"benchmark_version": best.pk, "score_candidates": "on"}
    client, room = signed_in(rui), f"/p/{project.slug}/models/{model.pk}/"
    page = client.post(f"{room}evaluate/", sent, follow=True).content.decode()
    assert "no rated crops" in page and not Evaluation.objects.exists()


def test_the_digest_is_of_the_rated_crops(
    project: Project, kim: User, version: BenchmarkVersion
) -> None:
    again = freeze_references(benchmark=version.benchmark, rule="rated", by=kim)
    best = freeze_references(benchmark=version.benchmark, rule="best", by=kim)
    assert again.digest == version.digest != best.digest
    assert {len(row.rated) for row in best.references.all()} == {0}
    page = signed_in(kim).get(
        f"/p/{project.slug}/datasets/benchmarks/{version.benchmark_id}/?version=1"
    )
    words = page.content.decode()
    assert "6 rated crops" in words and "every rated crop with its score" in words
