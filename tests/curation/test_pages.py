"""The curation pages: what they show, to whom, in how many queries."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from annotation.models import Item
from annotation.services.discussing import flag_item
from core.models import AuditEntry, Job
from curation.models import Dataset, Export, Score
from curation.services.benchmarks import draw_benchmark, freeze_references
from curation.services.exporting import export_version
from curation.services.freezing import freeze_version
from tests.catalog.imports import imported
from tests.catalog.pictures import jpeg
from tests.curation.build import (
    answer_all,
    campaign_over,
    dataset_of,
    exported,
    frozen,
    photo_with_crops,
    rate,
    reviewed,
    score_of,
    scored_photos,
    work_off,
)
from tests.make import make_crop, make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
P = "/p/lighthouse"


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def test_empty_pages_say_what_will_be_here(project: Project, kim: User, rui: User) -> None:
    for person, offers in ((kim, True), (rui, False)):
        client = signed_in(person)
        assert "No scores yet" in text_of(client, f"{P}/quality/")
        for part, words in {"": "No datasets yet", "benchmarks/": "No benchmarks yet"}.items():
            page = text_of(client, f"{P}/datasets/{part}")
            assert words in page and ("data-dialog=" in page) is offers


def test_quality_shows_figures_with_n_and_interval(
    project: Project, ada: User, ben: User, eve: User
) -> None:
    photo = photo_with_crops(project, title="Pier")
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}, eve: {photo.pk: [4, 4, 2, 1]}})
    page = text_of(signed_in(ada), f"{P}/quality/")
    assert "n 8 votes" in page and "by 2 experts" in page and "Krippendorff alpha" in page
    assert "-1.85 to 10.85" in page and "all votes are equal" in page
    assert f"{P}/quality/scores/{score_of(photo, 0).pk}/" in page


def test_open_flags_are_linked(project: Project, ada: User, ben: User) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}})
    item = Item.objects.get()
    flag_item(item=item, by=ada, reason="A bird?")
    page = text_of(signed_in(ada), f"{P}/quality/?show=flagged")
    assert page.count(f"{P}/items/{item.pk}/") == 2 and "A bird?" in page
    assert "1 open flag" in page


def test_a_score_is_explained_by_letters(project: Project, ada: User, ben: User, eve: User) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [1, 1, 1, 1]}, eve: {photo.pk: [4, 4, 2, 1]}})
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}})
    url = f"{P}/quality/scores/{score_of(photo, 0).pk}/"
    page = text_of(signed_in(ada), url)
    assert "no: the same person voted again later" in page and "n 2" in page
    assert "mean opinion score, Student's t interval, version 1" in page
    assert "Ben" not in page and "Eve" not in page
    part = signed_in(ada).get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "Why this crop" in " ".join(part.split())


def test_a_lead_who_may_still_be_asked_stays_blind(
    project: Project, ada: User, ben: User, rui: User
) -> None:
    photo = photo_with_crops(project)
    campaign = campaign_over([photo], overlap=2)
    answer_all(campaign, ben, {photo.pk: [5, 4, 2, 1]})
    work_off()
    url, lead = f"{P}/quality/scores/{score_of(photo, 0).pk}/", signed_in(ada)
    assert lead.get(url).status_code == 403
    assert "You may still be asked" in text_of(lead, f"{P}/quality/")
    assert f"{photo.pk}," not in b"".join(lead.get(f"{P}/quality/scores.csv")).decode()
    assert lead.get("/api/v1/projects/lighthouse/scores/").json()["results"] == []
    assert signed_in(rui).get(url).status_code == 200, "a researcher answers no items"
    answer_all(campaign, ada, {photo.pk: [5, 4, 2, 1]})
    assert lead.get(url).status_code == 200


def test_scores_leave_as_csv_without_formulas(project: Project, ben: User, kim: User) -> None:
    photo = photo_with_crops(project, title="=cmd()")
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}})
    response = signed_in(kim).get(f"{P}/quality/scores.csv")
    rows = list(csv.DictReader(b"".join(response).decode().splitlines()))
    assert response["Content-Disposition"].startswith("attachment")
    assert [row["value"] for row in rows] == ["5.0", "4.0", "2.0", "1.0"]
    assert {row["title"] for row in rows} == {"'=cmd()"}


def test_a_curator_makes_freezes_and_exports(
    project: Project, ben: User, eve: User, kim: User, settings: Settings, tmp_path: Path
) -> None:
    settings.EXPORTS_DIR = tmp_path
    files = {f"{number}.jpg": jpeg(number) for number in range(3)}
    imported(project, kim, files)
    photos = list(project.photos.order_by("pk"))
    for photo in photos:
        make_crop(photo), make_crop(photo, (0.0, 0.0, 0.5, 0.5))
    rate(photos, {p: {photo.pk: [5, 2] for photo in photos} for p in (ben, eve)})
    client = signed_in(kim)
    answer = client.post(f"{P}/datasets/", {"name": "Coast", "description": "Crops."})
    dataset = Dataset.objects.get()
    assert answer["Location"] == f"{P}/datasets/{dataset.pk}/freeze/"
    form = text_of(client, answer["Location"])
    assert "Smallest gap of a pair" in form and f"{P}/datasets/{dataset.pk}/preview/" in form
    client.post(answer["Location"], {"kinds": ["sft_crop"], "min_votes": 2, "validation": 0})
    work_off()
    version = dataset.versions.get()
    page = text_of(client, f"{P}/datasets/versions/{version.pk}/")
    assert version.digest in page and "3 samples of 3 photos" in page and "[10,10,90,90]" in page
    client.post(
        f"{P}/datasets/versions/{version.pk}/exports/",
        {"exporter": "trl_jsonl", "image_side": 320},
    )
    work_off()
    export = Export.objects.get()
    page = text_of(client, f"{P}/datasets/exports/{export.pk}/")
    assert export.files[0]["sha256"] in page and "sft_crop-train.jsonl" in page


def test_the_preview_counts_without_writing(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    scored_photos(project, [ben, eve], 3)
    dataset = dataset_of(project, kim)
    url = f"{P}/datasets/{dataset.pk}/preview/"
    page = text_of(signed_in(kim), f"{url}?kinds=sft_crop&kinds=dpo_crop&min_votes=2&min_gap=2")
    assert "9 samples" in page and "pair&#x27;s gap is too small" in page
    assert "Find the best crop of this photo" in page and "chosen" in page
    assert "Nothing passes" in text_of(signed_in(kim), f"{url}?kinds=sft_crop&min_votes=9")
    assert "Least votes per crop:" in text_of(signed_in(kim), f"{url}?kinds=dpo_crop&min_votes=0")
    assert not dataset.versions.exists()
    frozen_counts = frozen(project, kim, kinds=["sft_crop", "dpo_crop"], min_gap=2).report
    assert frozen_counts["samples"] == 9


@pytest.mark.parametrize(
    ("url", "form", "words"),
    [
        ("datasets/", {"name": " "}, "This field is required"),
        ("datasets/{dataset}/freeze/", {"min_votes": "0"}, "greater than or equal to 1"),
        ("datasets/{dataset}/freeze/", {"kinds": ["owner"]}, "Select a valid choice"),
        ("datasets/{dataset}/freeze/", {"kinds": ["sft_crop"], "validation": "0.6", "test": "0.5"},
         "must leave something to train on"),
        ("datasets/{dataset}/freeze/", {"kinds": ["sft_crop"], "min_gap": "0"},
         "should be greater than 0"),
        ("datasets/benchmarks/", {"name": "B", "share": "1", "seed": "1"}, "between 0 and 1"),
    ],
)  # fmt: skip
def test_wrong_forms_come_back_with_words(
    project: Project, kim: User, url: str, form: dict[str, object], words: str
) -> None:
    dataset = dataset_of(project, kim)
    response = signed_in(kim).post(f"{P}/{url.format(dataset=dataset.pk)}", form)
    assert response.status_code == 400 and words in response.content.decode()
    assert not dataset.versions.exists() and Dataset.objects.count() == 1


def test_samples_are_paged_and_filtered(project: Project, ben: User, eve: User, rui: User) -> None:
    scored_photos(project, [ben, eve], 8)
    version = frozen(project, rui, validation=0)
    client, url = signed_in(rui), f"{P}/datasets/versions/{version.pk}/"
    first = text_of(client, url)
    assert first.count('class="sample"') == 20 and "?from=20#samples" in first
    last = text_of(client, f"{url}?from=20")
    assert last.count('class="sample"') == 12 and "?from=0#samples" in last
    assert text_of(client, f"{url}?kind=sft_crop&split=train").count('class="sample"') == 8
    assert "No sample of this kind" in text_of(client, f"{url}?split=test")
    text_of(client, f"{url}?kind=owner", 400)
    text_of(client, f"{url}?from=-1", 400)


def test_a_version_says_what_changed(project: Project, ben: User, eve: User, kim: User) -> None:
    scored_photos(project, [ben, eve], 2)
    frozen(project, kim, kinds=["sft_crop"])
    scored_photos(project, [ben, eve], 1)
    version = frozen(project, kim, kinds=["sft_crop"])
    assert version.report["changes"] == {"since": 1, "added": 1, "removed": 0, "moved": 0}
    page = text_of(signed_in(kim), f"{P}/datasets/versions/{version.pk}/")
    assert "Since version 1: 1 added, 0 gone, 0 photos in another split." in page


def test_samples_lead_back(project: Project, ben: User, kim: User) -> None:
    response = reviewed(make_photo(project), ben, guidance="Kneel.")
    version = frozen(project, kim)
    page = text_of(signed_in(kim), f"{P}/datasets/versions/{version.pk}/")
    assert f"{P}/items/{response.item_id}/" in page and f"response {response.pk}" in page


def test_work_in_progress_is_followed_and_failure_said(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    scored_photos(project, [ben, eve], 1)
    version = freeze_version(dataset=dataset_of(project, kim), rules={"min_votes": 9}, by=kim)
    client, url = signed_in(kim), f"{P}/datasets/versions/{version.pk}/"
    assert 'hx-trigger="every 2s"' in text_of(client, url)
    Job.objects.filter(kind="curation.freeze").update(state="failed", error="The program failed.")
    stuck = text_of(client, url)
    assert "The program failed." in stuck and 'hx-trigger="every 2s"' not in stuck
    Job.objects.filter(kind="curation.freeze").update(state="queued")
    work_off()
    assert "Nothing passes these rules yet" in text_of(client, url)


@pytest.fixture
def export(
    project: Project, ben: User, eve: User, kim: User, settings: Settings, tmp_path: Path
) -> Export:
    settings.EXPORTS_DIR = tmp_path
    imported(project, kim, {"a.jpg": jpeg(1)})
    photo = project.photos.get()
    make_crop(photo), make_crop(photo, (0.0, 0.0, 0.5, 0.5))
    rate([photo], {person: {photo.pk: [5, 2]} for person in (ben, eve)})
    return exported(frozen(project, kim, validation=0))


@pytest.mark.parametrize("root", [P, "/api/v1/projects/lighthouse"])
def test_only_listed_files_can_be_fetched(export: Export, rui: User, root: str) -> None:
    base = f"{root}/datasets/exports" if root == P else f"{root}/exports"
    client = signed_in(rui)
    response = client.get(f"{base}/{export.pk}/files/sft_crop-train.jsonl")
    with default_storage.open(f"{export.folder}/sft_crop-train.jsonl") as stored:
        assert b"".join(response) == stored.read()
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/octet-stream"
    default_storage.save(f"{export.folder}/secret.txt", io.BytesIO(b"not listed"))
    for name in (
        "secret.txt",
        "../secret.txt",
        "..%2f..%2fsettings.py",
        "images/a.jpg",
        "/etc/passwd",
    ):
        assert client.get(f"{base}/{export.pk}/files/{name}").status_code == 404
    assert AuditEntry.objects.filter(verb="export.download", actor=rui).count() == 1


def test_an_unready_export_has_nothing_to_fetch(export: Export, kim: User) -> None:
    waiting = export_version(version=export.version, exporter="trl_jsonl", by=kim)
    client = signed_in(kim)
    response = client.get(f"{P}/datasets/exports/{waiting.pk}/files/export.zip")
    assert response.status_code == 409
    assert 'hx-trigger="every 2s"' in text_of(client, f"{P}/datasets/exports/{waiting.pk}/")


def test_benchmarks_are_drawn_and_their_references_shown(
    project: Project, ben: User, kim: User
) -> None:
    photos = [photo_with_crops(project) for _ in range(4)]
    rate(photos, {ben: {photo.pk: [5, 4, 2, 1] for photo in photos}})
    frozen(project, kim, min_votes=1)
    client = signed_in(kim)
    answer = client.post(f"{P}/datasets/benchmarks/", {"name": "B", "share": "0.5", "seed": "2"})
    page = text_of(client, answer["Location"])
    assert "2 photos" in page and "No references yet" in page
    assert "2 of these photos stood in a dataset version" in page
    refused = client.post(f"{answer['Location']}references/", {"rule": "nicest"})
    assert refused.status_code == 400
    client.post(f"{answer['Location']}references/", {"rule": "best"})
    page = text_of(client, answer["Location"])
    assert page.count('class="frame frame--best"') == 2 and "version 1, shown below" in page
    text_of(client, f"{answer['Location']}?version=7", 404)


def test_a_researcher_sees_but_does_not_freeze(project: Project, rui: User, kim: User) -> None:
    dataset = dataset_of(project, kim)
    client = signed_in(rui)
    assert "Freeze a version" not in text_of(client, f"{P}/datasets/{dataset.pk}/")
    for url in ("datasets/", f"datasets/{dataset.pk}/freeze/", "datasets/benchmarks/"):
        assert client.post(f"{P}/{url}", {"name": "X"}).status_code == 403
    assert Dataset.objects.count() == 1


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_what_people_wrote_is_only_text(project: Project, ada: User, ben: User, kim: User) -> None:
    photo = photo_with_crops(project, title=SCRIPT)
    photo.crops.update(rationale=SCRIPT)
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}})
    reviewed(photo, ben, guidance=SCRIPT)
    version = frozen(project, kim, name=SCRIPT, min_votes=1)
    Dataset.objects.update(description=SCRIPT)
    flag_item(item=Item.objects.earliest("pk"), by=ada, reason=SCRIPT)
    make_photo(project)
    benchmark = draw_benchmark(project=project, name=SCRIPT, share=0.9, seed=1, by=None)
    for path in (
        "quality/", f"quality/scores/{score_of(photo, 0).pk}/", "datasets/",
        f"datasets/{version.dataset_id}/", f"datasets/{version.dataset_id}/preview/?min_votes=1",
        f"datasets/versions/{version.pk}/", "datasets/benchmarks/",
        f"datasets/benchmarks/{benchmark.pk}/",
    ):  # fmt: skip
        page = text_of(signed_in(kim), f"{P}/{path}")
        assert "<script>alert" not in page and "<img src=x" not in page, path


def grow_quality(project: Project, people: list[User]) -> str:
    scored_photos(project, people, 3)
    return f"{P}/quality/"


def grow_datasets(project: Project, people: list[User]) -> str:
    for _ in range(3):
        frozen(project, people[0], name=f"D{Dataset.objects.count()}", min_votes=1)
    return f"{P}/datasets/"


def grow_samples(project: Project, people: list[User]) -> str:
    scored_photos(project, people, 2)
    return f"{P}/datasets/versions/{frozen(project, people[0]).pk}/"


def grow_benchmark(project: Project, people: list[User]) -> str:
    scored_photos(project, people, 6)
    benchmark = draw_benchmark(
        project=project, name=f"B{Score.objects.count()}", share=0.5, seed=1, by=None
    )
    freeze_references(benchmark=benchmark, rule="best", by=None)
    return f"{P}/datasets/benchmarks/{benchmark.pk}/"


@pytest.mark.parametrize("grow", [grow_quality, grow_datasets, grow_samples, grow_benchmark])
def test_more_rows_take_no_more_queries(
    project: Project, ben: User, eve: User, kim: User,
    grow: Callable[[Project, list[User]], str],
) -> None:  # fmt: skip
    client, counts = signed_in(kim), []
    scored_photos(project, [ben, eve], 1)
    for _ in range(2):
        url = grow(project, [ben, eve])
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        counts.append(len(found))
    assert counts[0] == counts[1] <= 30
