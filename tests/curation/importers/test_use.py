"""What imported annotations are good for: training samples and references of a benchmark."""

from __future__ import annotations

import json

import pytest

from accounts.models import Project, User
from core.errors import ReframeError
from core.models import Job
from curation.models import Benchmark, BenchmarkVersion, Reference
from curation.services.benchmarks import draw_benchmark, freeze_references
from curation.services.imported_benchmarks import hold_out_import
from measures.baselines import centre
from tests.curation.build import frozen, rate
from tests.curation.importers.build import imported
from tests.jobs import run
from tests.make import make_photo
from tests.measures.reference_data import FOLDER, needs_reference_data, reference_json
from tests.people import signed_in
from training.models import Model, Prediction
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


def evaluated_as(
    project: Project, version: BenchmarkVersion, by: User, box: list[float]
) -> dict[str, list[float]]:
    """The figures of a model that answered this box on every photo, and of the baselines."""
    model = Model.objects.create(project=project, name="Middle", folder="none", revision="0" * 64)
    evaluation = start_evaluation(model=model, benchmark_version=version, by=by)
    Prediction.objects.bulk_create(
        Prediction(evaluation=evaluation, photo_id=row.photo_id, box=box, text="", latency_ms=0)
        for row in version.references.all()
    )
    run(Job.objects.get(kind="training.evaluate"))
    evaluation.refresh_from_db()
    assert evaluation.state == "done", evaluation.error
    names = "iou_max", "displacement", "recall_75"
    return {
        who: [round(rows[name]["value"], 6) for name in names]
        for who, rows in evaluation.figures.items()
    }
