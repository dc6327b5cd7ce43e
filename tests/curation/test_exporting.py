"""Exports: whole or not at all, the same bytes for the same version, readable by their readers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer
from PIL import Image
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from catalog.models import Photo
from config import services
from core.errors import Conflict, InvalidInput, Unavailable
from core.models import Job
from curation.exporters import registry
from curation.models import USUAL_KINDS, DatasetVersion, Export, ExportState, SampleKind
from curation.selectors.exports import local_folder
from curation.services.exporting import export_version
from tests.catalog.imports import imported
from tests.catalog.pictures import jpeg
from tests.curation.build import exported, frozen, rate, reviewed, work_off
from tests.make import make_crop, make_photo
from training.rows import open_rows

pytestmark = pytest.mark.django_db
BOXES = [(0.0, 0.0, 0.6, 0.6), (0.2, 0.2, 0.9, 0.9), (0.1, 0.0, 0.8, 1.0)]
FORMATS = registry.names()


@pytest.fixture(autouse=True)
def exports_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.EXPORTS_DIR = tmp_path / "exports"
    return tmp_path / "exports"


@pytest.fixture
def version(project: Project, ben: User, eve: User, kim: User) -> DatasetVersion:
    """Six photos with files, crops of all grades, two reviews."""
    files = {f"{n}.jpg": jpeg(n, (600, 400)) for n in range(6)}
    imported(project, kim, files, author="=cmd()", licence="CC BY 4.0")
    photos = list(Photo.objects.order_by("pk"))
    for photo in photos:
        for box in BOXES:
            make_crop(photo, box, rationale="Drops <image> the sign.")
    grades = {photo.pk: [5, 2, 1] for photo in photos}
    rate(photos, {ben: grades, eve: {**grades, photos[0].pk: [4, 2, 2]}})
    for photo in photos[:2]:
        reviewed(photo, ben, guidance=f"Kneel at <|im_end|> {photo.title}.")
    return frozen(project, kim, validation=0.3)


def contents(export: Export) -> dict[str, bytes]:
    home = local_folder(export)
    paths = [path for path in home.rglob("*") if path.is_file()]
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_the_contract(version: DatasetVersion, name: str) -> None:
    export = exported(version, name, image_side=320)
    assert export.state == ExportState.READY, export.error
    found, manifest = contents(export), json.loads(contents(export)["manifest.json"])
    assert {file["name"] for file in manifest["files"]} == set(found) - {"manifest.json"}
    for file in manifest["files"]:
        assert hashlib.sha256(found[file["name"]]).hexdigest() == file["sha256"]
    assert sum(file["rows"] for file in manifest["files"]) == version.report["samples"]
    assert export.rows == version.report["samples"] and export.digest == manifest_digest(found)
    with default_storage.open(f"{export.folder}/export.zip") as stored:
        packed = zipfile.ZipFile(io.BytesIO(stored.read()))
    assert {each: packed.read(each) for each in packed.namelist()} == found


def manifest_digest(found: dict[str, bytes]) -> str:
    return hashlib.sha256(found["manifest.json"]).hexdigest()


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_again_gives_the_same_bytes(version: DatasetVersion, name: str) -> None:
    first, again = exported(version, name), exported(version, name)
    assert first.digest == again.digest and contents(first) == contents(again)
    assert [file["sha256"] for file in first.files] == [file["sha256"] for file in again.files]
    other = exported(version, name, with_rationale=True)
    assert other.digest != first.digest


@pytest.mark.parametrize("name", FORMATS)
def test_no_marker_and_no_row_id_leaves_the_house(version: DatasetVersion, name: str) -> None:
    export = exported(version, name, with_rationale=True)
    rows = [row for kind in SampleKind for row in rows_of(export, kind)]
    texts = [m["content"] for row in rows for key in row if key != "images" and key != "meta"
             for m in row[key]]  # fmt: skip
    assert len(rows) == version.report["samples"] and texts
    assert not any("<image>" in text or "<|im_end|>" in text for text in texts)
    assert any("\u2039image\u203a" in text for text in texts)
    for row in rows:
        assert set(json.loads(row["meta"])) <= {
            "photo", "group", "score", "n", "gap", "p", "tier", "marks",
        }  # fmt: skip


def rows_of(export: Export, kind: str) -> list[dict[str, Any]]:
    """The rows of a kind, read by the library that the format is made for."""
    datasets = pytest.importorskip("datasets")
    ending = {"trl_jsonl": "jsonl", "trl_parquet": "parquet"}[export.exporter]
    home = local_folder(export)
    found: list[dict[str, Any]] = []
    for path in sorted(home.glob(f"{kind}-*.{ending}")):
        builder = "json" if ending == "jsonl" else "parquet"
        cache = str(home.parent / "cache")
        found += list(
            datasets.load_dataset(
                builder, data_files={"train": str(path)}, split="train", cache_dir=cache
            )
        )
    return found


def test_the_datasets_library_reads_both_alike(version: DatasetVersion) -> None:
    lines, embedded = exported(version, "trl_jsonl"), exported(version, "trl_parquet")
    for kind in USUAL_KINDS:
        ours, theirs = rows_of(lines, kind), rows_of(embedded, kind)
        assert ours and [without(row) for row in ours] == [without(row) for row in theirs]
    row = rows_of(embedded, "dpo_crop")[0]
    assert set(row) == {"images", "prompt", "chosen", "rejected", "meta"}
    assert isinstance(row["images"][0], Image.Image) and row["images"][0].size == (600, 400)


def without(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "images"}


def test_our_runs_read_their_format(version: DatasetVersion) -> None:
    home = local_folder(exported(version))
    for sample, splits in {"sft_crop": 2, "dpo_crop": 2, "sft_guidance": 1}.items():
        found = [open_rows(home, sample, split) for split in ("train", "validation")]
        assert len([rows for rows in found if rows]) >= splits or splits == 1
        assert all(row.images[0].is_file() for rows in found if rows for row in rows)


def test_pictures_are_those_that_drafting_models_see(version: DatasetVersion) -> None:
    home = local_folder(exported(version, image_side=320))
    photo = Photo.objects.first()
    with default_storage.open(photo.renditions.get(size=320).key) as stored:
        expected = stored.read()
    digest = photo.content_hash
    assert (home / "images" / digest[:2] / f"{digest}.jpg").read_bytes() == expected
    small = next(local_folder(exported(version, image_side=64)).rglob("*.jpg"))
    with Image.open(small) as picture:
        assert picture.width == 64


def test_card_and_credits_go_along(version: DatasetVersion) -> None:
    found = contents(exported(version))
    card, rows = (
        found["README.md"].decode(),
        list(csv.DictReader(found["CREDITS.csv"].decode().splitlines())),
    )
    assert f"`{version.digest}`" in card and "- CC BY 4.0: 6" in card
    assert "config_name: dpo_crop" in card and "path: sft_crop-train.jsonl" in card
    assert len(rows) == 6 and {row["author"] for row in rows} == {"'=cmd()"}


def test_parquet_is_read_group_by_group(version: DatasetVersion) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    home = local_folder(exported(version, "trl_parquet"))
    group = parquet.ParquetFile(home / "sft_crop-train.parquet").metadata.row_group(0)
    ways = {group.column(at).path_in_schema: group.column(at).compression
            for at in range(group.num_columns)}  # fmt: skip
    assert ways["images.list.element.bytes"] == "UNCOMPRESSED"
    assert ways["prompt.list.element.content"] == ways["meta"] == "ZSTD"


def test_only_frozen_versions_and_known_formats(version: DatasetVersion, kim: User) -> None:
    with pytest.raises(InvalidInput, match="There is no format 'exe'"):
        export_version(version=version, exporter="exe", by=kim)
    with pytest.raises(InvalidInput, match="Longest side of the pictures"):
        export_version(version=version, exporter="trl_jsonl", options={"image_side": 9}, by=kim)
    version.state = "building"
    with pytest.raises(Conflict):
        export_version(version=version, exporter="trl_jsonl", by=kim)
    assert not Export.objects.exists()


def test_an_unready_export_cannot_be_trained_on(version: DatasetVersion, kim: User) -> None:
    export = export_version(version=version, exporter="trl_jsonl", by=kim)
    with pytest.raises(Conflict, match="not ready"):
        local_folder(export)


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """The system refuses to let a file of this process grow above ``size`` bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("size", [2_000, 30_000])
def test_a_full_disk_fails_in_words_and_keeps_nothing(
    version: DatasetVersion, exports_folder: Path, media_folder: Path, name: str, size: int
) -> None:
    before = stored_files(media_folder)
    with files_up_to(size):
        export = exported(version, name)
    assert export.state == ExportState.FAILED
    assert export.error.startswith("The disk is full; free some space, then export again.")
    assert Job.objects.get(kind="curation.export").state == "failed"
    assert stored_files(exports_folder) == [] and stored_files(media_folder) == before
    assert exported(version, name).state == ExportState.READY


def test_what_a_killed_worker_left_is_cleared(
    version: DatasetVersion, exports_folder: Path, kim: User
) -> None:
    export = export_version(version=version, exporter="trl_jsonl", by=kim)
    leftover = exports_folder / f"{export.pk}.dead.part" / "images"
    leftover.mkdir(parents=True)
    default_storage.save(f"exports/{export.pk}/dead/export.zip", io.BytesIO(b"half"))
    work_off()
    export.refresh_from_db()
    assert export.state == ExportState.READY and not leftover.exists()
    assert default_storage.listdir(f"exports/{export.pk}")[0] == [export.folder.rpartition("/")[2]]


def test_a_stopped_export_says_so(version: DatasetVersion, kim: User) -> None:
    export = export_version(version=version, exporter="trl_jsonl", by=kim)
    Job.objects.filter(kind="curation.export").update(cancel_requested=True)
    work_off()
    export.refresh_from_db()
    assert export.state == ExportState.FAILED and export.error.startswith("Stopped")


def test_a_photo_whose_file_is_gone_is_said(version: DatasetVersion, project: Project) -> None:
    photo = Photo.objects.first()
    default_storage.delete(photo.original)
    export = exported(version, image_side=100)
    assert export.state == ExportState.FAILED and "missing from the storage" in export.error
    assert make_photo(project)


def test_a_damaged_archive_is_refused(version: DatasetVersion, exports_folder: Path) -> None:
    export = exported(version)
    path = Path(default_storage.path(f"{export.folder}/export.zip"))
    path.write_bytes(path.read_bytes()[:-20] + b"0" * 20)
    assert local_folder(export)  # what is here already is whole
    with pytest.raises(Unavailable, match="damaged"):
        local_folder(export, root=exports_folder / "elsewhere")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    name = f"reframe-{uuid4().hex}"  # moto keeps its buckets as long as the process lives
    monkeypatch.setenv("STORAGE_URL", f"s3://{name}/files")
    monkeypatch.setenv("S3_ENDPOINT_URL", address)
    monkeypatch.setenv("S3_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("S3_SECRET_ACCESS_KEY", "test")
    store = services.file_storage(settings.MEDIA_ROOT)
    settings.STORAGES = {**settings.STORAGES, "default": store}
    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="test",
        aws_secret_access_key="test",
    )  # fmt: skip
    client.create_bucket(Bucket=name)
    client.name = name
    yield client
    server.stop()


def test_another_machine_fetches_from_the_bucket(
    bucket: Any, version: DatasetVersion, tmp_path: Path
) -> None:
    export = exported(version)
    here, there = local_folder(export), local_folder(export, root=tmp_path / "there")
    assert stored_files(there) and {
        p.relative_to(there): p.read_bytes() for p in stored_files(there)
    } == {p.relative_to(here): p.read_bytes() for p in stored_files(here)}
    keys = [each["Key"] for each in bucket.list_objects_v2(Bucket=bucket.name)["Contents"]]
    assert f"files/{export.folder}/sft_crop-train.jsonl" in keys


def test_a_bucket_that_lost_the_photos_fails_in_words(bucket: Any, version: DatasetVersion) -> None:
    name = bucket.name
    for each in bucket.list_objects_v2(Bucket=name)["Contents"]:
        bucket.delete_object(Bucket=name, Key=each["Key"])
    export = exported(version, image_side=320)
    assert export.state == ExportState.FAILED and "missing from the storage" in export.error
    assert "Contents" not in bucket.list_objects_v2(Bucket=name)
