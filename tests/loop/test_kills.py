"""SIGKILL for web, worker and trainer in the middle of every stage, started again each time:
nothing is lost and nothing is done twice.

The kills hit while a stage is half done: the test waits for the first rows of it, then lets nobody
write to the table that is written next, waits until somebody stands there, and kills them.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Count

from accounts.models import Project, User
from annotation.models import Draft, DraftRequest, Item, Rating, Response, Verdict
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.services.drafting import start_batch
from annotation.services.sources import set_source
from annotation.subjects import Selection
from catalog.models import Crop, ImportedFile, Photo, PhotoImport, Rendition
from core.jobs.waiting import GAVE_WAY
from core.models import Job
from curation.models import BenchmarkVersion, DatasetVersion, Export, Score
from curation.services.benchmarks import draw_benchmark, freeze_references
from curation.services.exporting import export_version
from curation.services.freezing import create_dataset, freeze_version
from tests.catalog.pictures import jpeg
from tests.loop.client import Client, in_the_background
from tests.loop.house import House, wait_until
from training.engines.local import end_all
from training.models import Attempt, Evaluation, Metric, Model, Prediction, Run
from training.services.evaluating import start_evaluation
from training.services.registering import register_base
from training.services.runs import start_run

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PHOTOS = 20
STEPS = 48  # so many that a quick machine is still training when the kill comes
CONFIG = {
    "tuning": "full", "max_steps": STEPS, "batch_size": 2, "accumulation": 1, "warmup_steps": 2,
    "learning_rate": 1e-3, "log_every": 1, "save_every": 4, "eval_every": 0, "samples": 0,
}  # fmt: skip


@pytest.fixture
def house(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Web and worker, running; what the test itself starts is rung for at their broker."""
    found = House(connection.settings_dict["NAME"])
    monkeypatch.setattr("core.jobs.sending.current_app", found.bell)
    found.start("worker")
    found.start("web")
    yield found
    found.stop()
    end_all(Path(settings.RUNS_DIR), grace_s=0)


def test_kills_lose_nothing_and_repeat_nothing(
    house: House,
    project: Project,
    kim: User,
    ben: User,
    eve: User,
    rui: User,
    media_folder: Path,
    tiny_folder: Path,
) -> None:
    import_photos(house, project, Client.of(kim, house.address), media_folder)
    draft_crops(house, project, kim)
    answer_items(house, project, [ben, eve])
    count_scores(house, people=2)
    references = hold_out(project, kim)
    export = export_data(house, project, kim)
    model = train(house, project, export, tiny_folder, rui)
    evaluate(house, model, references, rui)
    assert not Job.objects.exclude(state="succeeded").exclude(message=GAVE_WAY).exists()
    assert Counter(house.kills) == {"web": 4, "worker": 8}


# After an answer is stored but before the person is told, before it is stored, while scores are
# counted, and within the answer's transaction.
WHILE_ANSWERING = [
    ("core_job", "web"), ("annotation_response", "web"), ("curation_score", "worker"),
    ("annotation_rating", "web"),
]  # fmt: skip


def import_photos(house: House, project: Project, kim: Client, media: Path) -> None:
    base = f"/api/v1/projects/{project.slug}/imports/"
    number = kim.post(base, json={"title": "Coast"})["id"]
    told = []

    def upload(at: int) -> None:
        files = {"file": (f"{at}.jpg", jpeg(at, (900, 600)))}
        told.append(kim.post(f"{base}{number}/files/", files=files)["id"])

    with in_the_background(lambda: [upload(at) for at in range(PHOTOS)]) as uploading:
        wait_until(lambda: len(told) >= 4)
        house.kill_at("catalog_importedfile", "web")
        uploading()
    files = ImportedFile.objects.filter(photo_import=number)
    assert len(told) == PHOTOS and set(told) <= set(files.values_list("pk", flat=True))
    kim.post(f"{base}{number}/close/")
    wait_until(lambda: Photo.objects.count() >= 3)
    house.kill_at("catalog_photo", "worker")
    house.wait(lambda: job_of("catalog.take_files").state == "succeeded")
    assert Photo.objects.count() == PHOTOS == len(set(files.values_list("photo", flat=True)))
    assert set(files.values_list("state", flat=True)) <= {"taken", "known"}
    assert Rendition.objects.count() == 2 * PHOTOS
    assert len([path for path in media.rglob("*") if path.is_file()]) == 3 * PHOTOS
    assert PhotoImport.objects.count() == 1


def draft_crops(house: House, project: Project, by: User) -> None:
    rules = set_source(project=project, name="Rules", backend="rules", by=by)
    photos = Photo.objects.order_by("pk")
    start_batch(
        project=project, pipeline="crops", source=rules, verifier=rules, photos=photos, by=by
    )
    for table in ("annotation_draft", "annotation_verdict"):
        wait_until(lambda: Draft.objects.count() >= 3)
        house.kill_at(table, "worker")
    house.wait(lambda: not DraftRequest.objects.exclude(state="drafted").exists())
    assert each_once(Draft.objects.values("photo")) == PHOTOS
    assert each_once(Verdict.objects.values("draft")) == PHOTOS
    assert each_once(Crop.objects.values("photo", "x1", "y1", "x2", "y2")) >= 2 * PHOTOS


def answer_items(house: House, project: Project, people: list[User]) -> None:
    campaign = create_campaign(
        project=project, name="Crops", item_type="crop_mos", overlap=len(people), by=None
    )
    add_selection(campaign=campaign, selection=Selection(), by=None)
    open_campaign(campaign=campaign, by=None)
    clients = [Client.of(person, house.address) for person in people]
    work = [lambda each=each: each.answer_all(campaign.pk, grades) for each in clients]
    with in_the_background(*work) as working:
        for count, (table, name) in enumerate(WHILE_ANSWERING):
            wait_until(lambda count=count: Response.objects.count() >= 3 * count)
            house.kill_at(table, name)
        working()
    assert sum(client.repeats for client in clients) > 0
    assert each_once(Response.objects.values("item", "person")) == 2 * PHOTOS
    stored = dict(Response.objects.values_list("submission_id", "pk"))
    assert {str(key): pk for key, pk in stored.items()} == clients[0].stored | clients[1].stored
    assert each_once(Rating.objects.values("response", "crop")) == Rating.objects.count()


def count_scores(house: House, people: int) -> None:
    house.wait(lambda: not Item.objects.filter(scores_due=True).exists())
    house.wait(lambda: not Job.objects.filter(state__in=["queued", "running"]).exists())
    assert set(Score.objects.values_list("n", flat=True)) == {people}
    assert (
        each_once(Score.objects.filter(method="mos").values("crop"))
        == Rating.objects.count() / people
    )


def hold_out(project: Project, by: User) -> BenchmarkVersion:
    benchmark = draw_benchmark(project=project, name="Hold-out", share=0.25, seed=3, by=by)
    return freeze_references(benchmark=benchmark, rule="best", by=by)


def export_data(house: House, project: Project, by: User) -> Export:
    dataset = create_dataset(project=project, name="Coast", by=by)
    rules = {"kinds": ["sft_crop"], "validation": 0.1}
    version = freeze_version(dataset=dataset, rules=rules, by=by)
    house.kill_at("curation_sample", "worker")
    house.wait(lambda: DatasetVersion.objects.get().state == "frozen")
    version.refresh_from_db()
    assert version.samples.count() == sum(version.counts.values()) > 5
    export = export_version(version=version, exporter="trl_jsonl", by=by)
    house.kill_at("curation_export", "worker")
    house.wait(lambda: Export.objects.get().state == "ready")
    export.refresh_from_db()
    for file in export.files:
        with default_storage.open(f"{export.folder}/{file['name']}") as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == file["sha256"]
    assert len(default_storage.listdir(f"exports/{export.pk}")[0]) == 1
    return export


def train(house: House, project: Project, export: Export, tiny: Path, by: User) -> Model:
    shutil.copytree(tiny, Path(settings.MODELS_DIR) / "tiny", dirs_exist_ok=True)
    base = register_base(project=project, name="Tiny", folder="tiny", by=by)
    run = start_run(
        project=project, name="Coast", recipe="crop_sft", export=export, base_model=base,
        config=CONFIG, by=by,
    )  # fmt: skip
    house.wait(lambda: Metric.objects.filter(step__gte=6).exists())
    kill_trainer(run)
    house.kill_at("training_metric", "worker")  # with the first figures of the second attempt
    house.wait(lambda: Run.objects.get().state not in ("queued", "preparing", "running"))
    run.refresh_from_db()
    assert (run.state, run.error) == ("succeeded", "")
    assert list(run.attempts.order_by("number").values_list("state", flat=True)) == [
        "lost", "succeeded",
    ]  # fmt: skip
    losses = Metric.objects.filter(name="loss")
    assert set(losses.values_list("step", flat=True)) == set(range(1, STEPS + 1))
    assert each_once(Metric.objects.values("attempt", "step", "name")) == Metric.objects.count()
    assert run.attempts.get(number=2).resumed_at_step >= 4
    assert each_once(run.checkpoints.values("step", "is_final")) == run.checkpoints.count()
    return Model.objects.get(checkpoint__run=run)


def kill_trainer(run: Run) -> None:
    """The trainer and the guard over it, as when the machine loses its power."""
    guard = psutil.Process(Attempt.objects.get(run=run).ref["pid"])
    everybody = [guard, *guard.children(recursive=True)]
    assert len(everybody) > 1
    for process in everybody:
        process.kill()


def evaluate(house: House, model: Model, references: BenchmarkVersion, by: User) -> None:
    evaluation = start_evaluation(model=model, benchmark_version=references, by=by)
    house.wait(lambda: Prediction.objects.exists())
    house.kill_at("training_prediction", "worker")
    house.wait(lambda: Evaluation.objects.get().state == "done")
    assert each_once(evaluation.predictions.values("photo")) == references.references.count() == 5
    evaluation.refresh_from_db()
    assert evaluation.figures["model"]["iou_max"]["n"] == 5


def grades(item: dict[str, Any]) -> dict[str, Any]:
    """Larger crops get better grades, so that everybody agrees wherever a crop stands."""
    areas = [crop["width"] * crop["height"] for crop in item["crops"]]
    order = sorted(set(areas), reverse=True)
    scores = [max(1, 5 - order.index(area)) for area in areas]
    return {"scores": [{"place": at, "score": score} for at, score in enumerate(scores)]}


def each_once(rows: Any) -> int:
    """How many there are by these columns; fails when one is there twice."""
    counts = list(rows.annotate(count=Count("pk")).values_list("count", flat=True))
    assert set(counts) <= {1}
    return len(counts)


def job_of(kind: str) -> Job:
    return Job.objects.get(kind=kind)
