"""What imported annotations are good for: training samples and references of a benchmark."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import Project, User
from core.errors import ReframeError
from core.models import Job
from curation.models import (
    AnnotationImport,
    Benchmark,
    BenchmarkVersion,
    Reference,
    SourceBox,
)
from curation.services.benchmarks import draw_benchmark, freeze_references
from curation.services.imported_benchmarks import hold_out_import
from measures.baselines import centre
from tests.curation.build import frozen, rate
from tests.curation.importers.build import imported
from tests.jobs import run
from tests.make import make_photo
from tests.measures.reference_data import FOLDER, needs_reference_data, reference_json
from tests.people import signed_in
from training.models import Evaluation, Model, Prediction
from training.services.evaluating import start_evaluation

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


def test_a_part_of_an_import_is_held_out_whole(project: Project, kim: User) -> None:
    for name in ("pier.jpg", "boat.jpg"):
        make_photo(project, title=name)
    split = {"original_data_split.json": '{"test": ["boat.jpg"], "train": ["pier.jpg"]}'}
    found = imported(project, kim, "gaicd", gaicd(["pier.jpg", "boat.jpg"]) | split)
    url = f"/p/{project.slug}/photos/annotations/{found.pk}/"
    assert "Hold out as a benchmark" in signed_in(kim).get(url).content.decode()
    sent = signed_in(kim).post(f"{url}benchmark/", {"name": "GAICD test", "part": "test"})
    (member,) = Benchmark.objects.get().members.select_related("photo")
    assert member.photo.title == "boat.jpg"
    assert "held out from an import" in signed_in(kim).get(sent["Location"]).content.decode()
    for name, part in [("GAICD test", "test"), ("", "test"), ("Other", "none")]:
        with pytest.raises(ReframeError):
            hold_out_import(found=found, name=name, part=part, by=kim)


@needs_reference_data
def test_an_evaluation_on_flms_gives_the_reference_figures(
    project: Project, kim: User, rui: User
) -> None:
    """Import, hold-out, frozen references and evaluation, all as on the pages."""
    for name, (width, height) in reference_json("flms/image_sizes.json").items():
        make_photo(project, title=name, width=width, height=height)
    names = "image_crop.json", "image_sizes.json"
    files = {name: (FOLDER / "flms" / name).read_bytes() for name in names}
    found = imported(project, kim, "flms", files, disorder="leave_out")
    benchmark = hold_out_import(found=found, name="FLMS", by=kim)
    version = freeze_references(benchmark=benchmark, rule="imported", by=kim)
    figures = evaluated_as(project, version, rui, centre(0.8).as_list())
    assert figures["whole_photo"] == [0.824425, 0.045640, 0.768182]
    assert figures["centre_90"] == [0.814607, 0.046946, 0.820455]
    assert figures["model"] == [0.784597, 0.051447, 0.747727]


@needs_reference_data
def test_an_evaluation_on_gaicd_gives_the_reference_figures(
    project: Project, kim: User, rui: User
) -> None:
    """Import, hold-out of the test part, every rated crop frozen, evaluation of free boxes."""
    names = "image_crop.json", "original_data_split.json"
    files = {name: (FOLDER / "gaicd" / name).read_bytes() for name in names}
    test = set(json.loads(files["original_data_split.json"])["test"])
    for name, crops in json.loads(files["image_crop.json"]).items():
        if name in test:  # the file gives no sizes: the smallest that hold every crop
            width, height = (max(box[side] for box in crops["bbox"]) for side in (2, 3))
            make_photo(project, title=name, width=width, height=height)
    found = imported(project, kim, "gaicd", files)
    benchmark = hold_out_import(found=found, name="GAICD", part="test", by=kim)
    version = freeze_references(benchmark=benchmark, rule="rated", by=kim)
    assert sum(len(row.rated) for row in version.references.all()) == rated_in(found, "test")
    evaluation = evaluation_as(project, version, rui, centre(0.9).as_list())
    check_gaicd(evaluation.figures)


def rated_in(found: AnnotationImport, part: str) -> int:
    """How many crops of this part have a mean."""
    boxes = SourceBox.objects.filter(source_photo__annotation_import=found, mean__isnull=False)
    return boxes.filter(source_photo__part=part).count()


def check_gaicd(figures: dict[str, dict[str, dict[str, Any]]]) -> None:
    """The figures of the largest crop, as a scorer and as a box; what is the same for everybody."""
    largest = figures["largest_crop"]
    parts = {
        title: round(value, 6)
        for name in ("acc_5", "acc_10")
        for title, value in largest[name]["parts"].items()
    }
    assert parts == {
        "1/5": 0.25625, "2/5": 0.28125, "3/5": 0.197917, "4/5": 0.234375,
        "1/10": 0.40625, "2/10": 0.484375, "3/10": 0.352083, "4/10": 0.40,
    }  # fmt: skip
    totals = {name: round(largest[name]["value"], 6) for name in ("acc_5", "acc_10", "srcc", "pcc")}
    assert totals == {"acc_5": 0.242448, "acc_10": 0.410677, "srcc": 0.32199, "pcc": 0.32922}
    tolerant = largest["tolerant_acc_90"]
    assert (tolerant["value"], tolerant["n"]) == (0.5125, 160)
    assert round(tolerant["parts"]["1/5 with ties"], 4) == 0.5563
    assert largest["nearest_acc"]["parts"]["1/5"] == largest["acc_5"]["parts"]["1/5"]
    assert figures["model"]["nearest_acc"] == figures["centre_90"]["nearest_acc"]
    for who in ("model", "whole_photo", "centre_90"):
        assert figures[who]["acc_5"]["value"] is None
    assert "not asked" in figures["model"]["acc_5"]["unknown"]


def evaluated_as(
    project: Project, version: BenchmarkVersion, by: User, box: list[float]
) -> dict[str, list[float]]:
    """The figures of a model that answered this box on every photo, and of the baselines."""
    names = "iou_max", "displacement", "recall_75"
    return {
        who: [round(rows[name]["value"], 6) for name in names]
        for who, rows in evaluation_as(project, version, by, box).figures.items()
    }


def evaluation_as(
    project: Project, version: BenchmarkVersion, by: User, box: list[float]
) -> Evaluation:
    """The finished evaluation of a model that answered this box on every photo."""
    model = Model.objects.create(project=project, name="Middle", folder="none", revision="0" * 64)
    evaluation = start_evaluation(model=model, benchmark_version=version, by=by)
    Prediction.objects.bulk_create(
        Prediction(evaluation=evaluation, photo_id=row.photo_id, box=box, text="", latency_ms=0)
        for row in version.references.all()
    )
    run(Job.objects.get(kind="training.evaluate"))
    evaluation.refresh_from_db()
    assert evaluation.state == "done", evaluation.error
    return evaluation
