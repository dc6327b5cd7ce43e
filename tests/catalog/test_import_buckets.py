"""Photos from a bucket of the settings' store: page, API, command, and what an object can be."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from catalog.models import ImportedFile, Photo, PhotoImport
from catalog.services import importing
from catalog.services.buckets import BucketPlace, allowed_bucket, read_place
from catalog.services.importing import import_folder
from core.errors import InvalidInput, NotAllowed
from core.jobs.running import claim, run_claimed
from core.models import Job
from tests.catalog.imports import outcome, run
from tests.catalog.pictures import jpeg
from tests.people import signed_in
from tests.servers.buckets import fill
from tests.servers.buckets import source_bucket as source_bucket
from tests.servers.buckets import store_address as store_address

pytestmark = pytest.mark.django_db


def begun(project: Project, kim: User, bucket: Any) -> Job:
    return import_folder(project=project, folder=f"s3://{bucket.name}/shoot", by=kim)


def test_photos_of_a_bucket_come_in_with_their_manifest(
    project: Project, kim: User, source_bucket: Any
) -> None:
    manifest = b"file,author\na.jpg,Jo\n"
    fill(source_bucket, {
        "shoot/a.jpg": jpeg(1), "shoot/day 2/b.jpg": jpeg(2), "shoot/manifest.csv": manifest,
        "shoot/.DS_Store": b"x", "shoot/day 2/": b"", "elsewhere/c.jpg": jpeg(3),
    })  # fmt: skip
    job = run(begun(project, kim, source_bucket))
    assert job.result == {"manifest": 1, "taken": 2}
    assert sorted(Photo.objects.values_list("title", "author")) == [("a", "Jo"), ("b", "")]
    assert (job.done, job.total, PhotoImport.objects.get().way) == (3, 3, "bucket")
    assert run(begun(project, kim, source_bucket)).result == {"manifest": 1, "known": 2}


def test_each_object_that_cannot_be_taken_says_why(
    project: Project, kim: User, source_bucket: Any, settings: Settings
) -> None:
    fill(source_bucket, {"shoot/good.jpg": jpeg(1), "shoot/no.jpg": b"no", "shoot/void.jpg": b""})
    fill(source_bucket, {"shoot/large.jpg": b"x" * 200_000})
    fill(source_bucket, {"shoot/frozen.jpg": jpeg(2)}, StorageClass="GLACIER")
    settings.MAX_UPLOAD_BYTES = 150_000
    run(begun(project, kim, source_bucket))
    said = outcome(PhotoImport.objects.get())
    assert said.pop("good.jpg") == ("taken", "")
    assert {state for state, _ in said.values()} == {"refused"}
    for name, words in [
        ("no.jpg", "not a photo"), ("void.jpg", "empty"), ("large.jpg", "larger"),
        ("frozen.jpg", "archive"),
    ]:  # fmt: skip
        assert words in said[name][1], said[name]


def test_an_object_that_is_gone_or_grew_since_it_was_listed(
    project: Project, kim: User, source_bucket: Any, settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fill(source_bucket, {"shoot/gone.jpg": jpeg(1), "shoot/grown.jpg": jpeg(2)})
    job = begun(project, kim, source_bucket)
    listed = list(read_place(f"s3://{source_bucket.name}/shoot").objects())
    monkeypatch.setattr(BucketPlace, "objects", lambda place: iter(listed))
    source_bucket.delete_object(Bucket=source_bucket.name, Key="shoot/gone.jpg")
    settings.MAX_UPLOAD_BYTES = 150_000
    fill(source_bucket, {"shoot/grown.jpg": b"x" * 200_000})
    assert run(job).result == {"refused": 2}
    said = outcome(PhotoImport.objects.get())
    assert "no longer" in said["gone.jpg"][1] and "larger than" in said["grown.jpg"][1]


def test_a_killed_worker_goes_on_behind_what_was_taken(
    project: Project, kim: User, source_bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(source_bucket, {f"shoot/{n}.jpg": jpeg(n) for n in range(3)})
    job, take = begun(project, kim, source_bucket), importing.take_file

    def dies(**more: Any) -> None:
        if ImportedFile.objects.exclude(photo=None).count() == 2:
            raise KeyboardInterrupt
        take(**more)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(importing, "take_file", dies)
        run(job)
    Job.objects.update(state="queued", lease_until=None)
    fill(source_bucket, {"shoot/0 earlier.jpg": jpeg(7)})
    assert run(job).result == {"taken": 4} and Photo.objects.count() == 4


def test_a_store_that_falls_silent_is_asked_again(
    project: Project, kim: User, source_bucket: Any, settings: Settings
) -> None:
    fill(source_bucket, {"shoot/a.jpg": jpeg(1)})
    job = begun(project, kim, source_bucket)
    real = settings.IMPORT_STORE
    settings.IMPORT_STORE = {**real, "endpoint_url": "http://127.0.0.1:9"}
    claimed = claim(job.pk)
    assert claimed is not None
    run_claimed(claimed, importing.take_files)
    job.refresh_from_db()
    assert job.state == "queued" and "does not answer" in job.message
    settings.IMPORT_STORE = real
    Job.objects.update(not_before=None)
    assert run(job).result == {"taken": 1}


@pytest.mark.parametrize(
    "address",
    [
        "s3://{0}", "s3://{0}/", "s3://{0}/shoot2", "s3://{0}/other", "s3://other-bucket/shoot",
        "s3://{0}/shoot/../other", "s3://127.0.0.1:9000/shoot", "s3://user:pw@{0}/shoot", "s3://",
        "s3://arn:aws:s3:::{0}/shoot", "s3:/{0}/shoot", "http://{0}/shoot", "S3://{0}\x00/shoot",
    ],
)  # fmt: skip
def test_only_places_below_the_named_ones(source_bucket: Any, address: str) -> None:
    with pytest.raises((InvalidInput, NotAllowed)):
        allowed_bucket(address.format(source_bucket.name))


def test_what_is_wrong_with_the_bucket_is_said_at_once(
    project: Project, kim: User, source_bucket: Any, settings: Settings, store_address: str
) -> None:
    url, place = f"/api/v1/projects/{project.slug}/imports/folder/", f"s3://{source_bucket.name}"
    settings.IMPORT_BUCKETS = [f"{place}/shoot", "s3://missing-bucket"]

    def said(folder: str) -> tuple[int, str]:
        sent = signed_in(kim).post(url, {"folder": folder}, content_type="application/json")
        return sent.status_code, sent.json()["error"]["message"]

    assert said(f"{place}/shoot") == (400, f"There is nothing below {place}/shoot.")
    assert said("s3://missing-bucket")[0] == 400 and "no bucket" in said("s3://missing-bucket")[1]
    requests.post(f"{store_address}/moto-api/reset-auth", data="0", timeout=5)
    try:
        status, words = said(f"{place}/shoot")
    finally:
        requests.post(f"{store_address}/moto-api/reset-auth", data="1000000", timeout=5)
    assert status == 403 and "does not let us list" in words and "test" not in words
    assert not PhotoImport.objects.exists()


def test_the_page_names_the_buckets_and_imports(
    project: Project, kim: User, source_bucket: Any
) -> None:
    fill(source_bucket, {"shoot/a.jpg": jpeg(1)})
    client, room = signed_in(kim), f"/p/{project.slug}/photos/imports/"
    assert f"s3://{source_bucket.name}/shoot" in client.get(room).content.decode()
    wrong = client.post(f"{room}folder/", {"folder": "s3://other-bucket/x"})
    assert wrong.status_code == 400 and "IMPORT_BUCKETS" in wrong.content.decode()
    sent = client.post(f"{room}folder/", {"folder": f"s3://{source_bucket.name}/shoot/"})
    assert sent.status_code == 302 and run(Job.objects.get()).result == {"taken": 1}
    assert "bucket" in client.get(room).content.decode()


def test_the_command_takes_a_bucket(project: Project, max_admin: User, source_bucket: Any) -> None:
    fill(source_bucket, {"shoot/a.jpg": jpeg(1)})
    place = f"s3://{source_bucket.name}/shoot"
    call_command("import_photos", project.slug, place, author="Jo", stdout=StringIO())
    run(Job.objects.get())
    assert Photo.objects.get().author == "Jo"
    with pytest.raises(CommandError, match="IMPORT_BUCKETS"):
        call_command("import_photos", project.slug, "s3://other-bucket")
