"""Photos whose files are lost or changed are found, kept out of work, and mended by the same file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import Project, User
from annotation.subjects import Selection, ready_photos
from catalog.models import Photo
from catalog.services import checking
from catalog.services.checking import CHANGED, GONE, NO_SMALLER, start_check
from core.errors import Unavailable
from core.jobs.running import claim, run_claimed
from core.models import Job
from tests.catalog.imports import imported, imported_photo, outcome
from tests.catalog.pictures import jpeg
from tests.jobs import run
from tests.people import signed_in

pytestmark = pytest.mark.django_db
CONTENT = jpeg(1, (500, 400))


@pytest.fixture
def photo(project: Project, kim: User, media_folder: Path) -> Photo:
    return imported_photo(project, kim, CONTENT)


def checked(photo: Photo, kim: User) -> dict[str, Any]:
    found = run(start_check(project=photo.project, by=kim))
    photo.refresh_from_db()
    assert found.state == "succeeded", found.error
    return dict(found.result)


def spoil(photo: Photo, how: str) -> str:
    """Do this to its files; the words that it is to be found by."""
    key = photo.renditions.get(size=320).key if how == NO_SMALLER else photo.original
    path = Path(default_storage.path(key))
    if how == CHANGED:
        path.write_bytes(CONTENT[:-20])
    else:
        path.unlink()
    return how


def test_whole_files_stay_ready(photo: Photo, kim: User) -> None:
    assert checked(photo, kim) == {"photos": 1, "broken": 0}
    assert (photo.state, photo.error) == ("ready", "")


@pytest.mark.parametrize("how", [GONE, CHANGED, NO_SMALLER])
def test_what_is_lost_is_marked_and_mended_by_the_same_file(
    photo: Photo, kim: User, how: str
) -> None:
    spoil(photo, how)
    assert checked(photo, kim) == {"photos": 1, "broken": 1}
    assert (photo.state, photo.error) == ("broken", how)
    again = imported(photo.project, kim, {"again.jpg": CONTENT})
    assert outcome(again)["again.jpg"][0] == "known" and Photo.objects.count() == 1
    photo.refresh_from_db()
    assert photo.state == "ready" and checked(photo, kim)["broken"] == 0


def test_a_file_that_is_back_is_found_by_the_next_check(photo: Photo, kim: User) -> None:
    path = Path(default_storage.path(photo.original))
    path.rename(path.with_suffix(".away"))
    assert checked(photo, kim)["broken"] == 1
    path.with_suffix(".away").rename(path)
    assert checked(photo, kim)["broken"] == 0 and photo.state == "ready"


def test_a_store_that_does_not_answer_breaks_no_photo(
    photo: Photo, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(path: Path) -> str:
        raise Unavailable("The file storage does not answer.")

    monkeypatch.setattr(checking, "content_hash", away)
    job = start_check(project=photo.project, by=kim)
    claimed = claim(job.pk)
    assert claimed is not None
    run_claimed(claimed, checking.check_files)
    photo.refresh_from_db()
    assert photo.state == "ready" and Job.objects.get(pk=job.pk).state == "queued"


def test_broken_photos_are_listed_and_given_to_nobody(
    project: Project, photo: Photo, kim: User
) -> None:
    spoil(photo, GONE)
    client, room = signed_in(kim), f"/p/{project.slug}/photos/"
    assert "Check the files" in client.get(f"{room}imports/").content.decode()
    sent = client.post(f"{room}check-files/")
    assert sent.status_code == 302 and client.get(sent["Location"]).status_code == 200
    run(Job.objects.get(kind="catalog.check_files"))
    assert "Cannot be read" in client.get(room).content.decode()
    assert "missing from the storage" in client.get(f"{room}{photo.pk}/").content.decode()
    assert not list(ready_photos(project.pk, Selection()))


def test_the_api_starts_it(project: Project, photo: Photo, kim: User, ada: User) -> None:
    url = f"/api/v1/projects/{project.slug}/photos/check-files/"
    assert signed_in(ada).post(url).status_code == 403
    job = signed_in(kim).post(url).json()
    assert run(Job.objects.get(pk=job["id"])).result == {"photos": 1, "broken": 0}
