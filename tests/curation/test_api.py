"""The API of curation: works, refuses what is wrong, one shape."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Project, User
from curation.models import Benchmark, Dataset, DatasetVersion
from tests.curation.build import (
    dataset_of,
    frozen,
    photo_with_crops,
    rate,
    score_of,
    scored_photos,
    work_off,
)
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
API = "/api/v1/projects/lighthouse"


def get(client: Client, path: str) -> Any:
    response = client.get(f"{API}/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def post(client: Client, path: str, body: object, status: int) -> Any:
    response = client.post(f"{API}/{path}", body, content_type="application/json")
    assert response.status_code == status, response.content
    return response.json()


def test_scores_are_listed_filtered_and_explained(
    project: Project, ben: User, eve: User, rui: User
) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}, eve: {photo.pk: [4, 4, 2, 1]}})
    client = signed_in(rui)
    assert len(get(client, "scores/")["results"]) == 4
    best = get(client, f"scores/?photo={photo.pk}&rank=1")["results"][0]
    assert (best["value"], best["n"], best["method"]) == (4.5, 2, "mos")
    assert best["box"] == [0.0, 0.0, 0.6, 0.6]
    assert [each["value"] for each in get(client, "scores/?max_value=2")["results"]] == [1.0, 2.0]
    votes = get(client, f"scores/{score_of(photo, 0).pk}/")["votes"]
    assert [(v["expert"], v["value"], v["is_counted"]) for v in votes] == [
        ("A", 5.0, True), ("B", 4.0, True),
    ]  # fmt: skip
    agreement = get(client, "agreement/")[0]
    assert agreement["kind"] == "crop" and agreement["n_votes"] == 8


def test_all_scores_can_be_asked_for_anew(project: Project, ada: User) -> None:
    job = post(signed_in(ada), "scores/compute/", {}, 202)
    assert job["kind"] == "curation.full_scores"


def test_a_dataset_is_frozen_and_read(project: Project, ben: User, eve: User, kim: User) -> None:
    scored_photos(project, [ben, eve], 3)
    client = signed_in(kim)
    dataset = post(client, "datasets/", {"name": "Coast"}, 201)
    rules = {"kinds": ["sft_crop"], "validation": 0}
    seen = post(client, "versions/preview/", {"rules": rules}, 200)
    assert (seen["total"], seen["counts"]) == (3, {"sft_crop/train": 3})
    made = post(client, "versions/", {"dataset": dataset["id"], "rules": rules}, 202)
    assert made["state"] == "building"
    work_off()
    version = get(client, f"versions/{made['id']}/")
    assert version["state"] == "frozen" and version["counts"] == {"sft_crop/train": 3}
    samples = get(client, f"versions/{made['id']}/samples/?split=train")["results"]
    assert [each["index"] for each in samples] == [0, 1, 2]
    assert set(samples[0]["data"]) == {"answer", "candidates"}
    assert get(client, f"datasets/{dataset['id']}/")["latest_samples"] == 3
    assert get(client, f"versions/?dataset={dataset['id']}")["results"][0]["id"] == made["id"]
    assert get(client, "versions/rules/")["properties"]["min_gap"]["title"]


def test_an_export_is_written_with_its_files(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    scored_photos(project, [ben, eve], 1)
    version, client = frozen(project, kim), signed_in(kim)
    made = post(client, "exports/", {"version": version.pk, "exporter": "trl_jsonl"}, 202)
    assert (made["state"], made["options"]["image_side"], made["files"]) == ("writing", 1024, [])
    work_off()
    export = get(client, f"exports/{made['id']}/")
    assert export["state"] == "failed", "these photos have no file"
    assert get(client, "exports/?state=failed")["results"][0]["id"] == made["id"]
    names = {each["name"] for each in get(client, "exports/formats/")}
    assert names == {"trl_jsonl", "trl_parquet"}


def test_a_benchmark_is_drawn_and_frozen(project: Project, ben: User, kim: User) -> None:
    photos = [photo_with_crops(project) for _ in range(4)]
    rate(photos, {ben: {photo.pk: [5, 4, 2, 1] for photo in photos}})
    client = signed_in(kim)
    drawn = post(client, "benchmarks/", {"name": "B", "share": 0.5, "seed": 2}, 201)
    assert len(drawn["photos"]) == drawn["photo_count"] == 2
    path = f"benchmarks/{drawn['id']}/versions/"
    version = post(client, path, {"rule": "best"}, 201)
    assert [each["boxes"] for each in version["references"]] == [[[0.0, 0.0, 0.6, 0.6]]] * 2
    assert get(client, f"{path}1/") == version
    assert get(client, path)["results"][0]["digest"] == version["digest"]
    assert version["campaign"] is None
    refusal = post(client, path, {"rule": "agreed"}, 400)
    assert "Say which cross-review" in str(refusal)


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        ("datasets/", {"name": ""}, 400, "name"),
        ("datasets/", {"name": "A", "owner": 1}, 400, "owner"),
        ("datasets/", {"name": "First Light"}, 409, "name"),
        ("versions/", {"rules": {}}, 400, "dataset"),
        ("versions/", {"dataset": 0}, 404, ""),
        ("versions/", {"dataset": "{dataset}", "rules": {"min_votes": 0}}, 400, "min_votes"),
        ("versions/", {"dataset": "{dataset}", "rules": {"owner": 1}}, 400, "owner"),
        ("versions/", {"dataset": "{dataset}", "digest": "ab"}, 400, "digest"),
        ("versions/preview/", {"rules": {"kinds": ["all"]}}, 400, "kinds"),
        ("exports/", {"version": "{version}", "exporter": "trl_jsonl"}, 409, ""),
        ("exports/", {"version": 0, "exporter": "trl_jsonl"}, 404, ""),
        ("benchmarks/", {"name": "B", "share": 2, "seed": 1}, 400, "share"),
        ("benchmarks/", {"name": "B", "share": 0.5, "seed": -1}, 400, "seed"),
        ("benchmarks/", {"name": "B", "share": 0.5, "seed": 1}, 400, "share"),
    ],
)
def test_what_is_wrong_is_refused_by_name(
    project: Project, kim: User, path: str, body: dict[str, Any], status: int, field: str
) -> None:
    dataset = dataset_of(project, kim)
    building = DatasetVersion.objects.create(dataset=dataset, number=1, salt="s")
    ids = {"{dataset}": dataset.pk, "{version}": building.pk}
    make_photo(project)
    told = {name: ids.get(value, value) if isinstance(value, str) else value
            for name, value in body.items()}  # fmt: skip
    error = post(signed_in(kim), path, told, status)["error"]
    assert error["field"] == field and error["message"]
    assert Dataset.objects.count() == DatasetVersion.objects.count() == 1
    assert not Benchmark.objects.exists()


@pytest.mark.parametrize(
    "query",
    ["photo__project=1", "value__gt=1", "project__memberships__user=1", "ordering=-value"],
)
def test_only_listed_filters_are_known(project: Project, rui: User, query: str) -> None:
    response = signed_in(rui).get(f"{API}/scores/?{query}")
    assert response.status_code == 400
    assert response.json()["error"]["field"] == query.partition("=")[0]
