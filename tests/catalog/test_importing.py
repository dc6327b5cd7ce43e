"""Imports from the first file to the end of the job, also when the worker dies in between."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from catalog.models import ImportedFile, Photo, PhotoImport, Rendition
from catalog.services import importing, taking
from catalog.services.importing import close_import, import_folder, open_import, stage_file
from core.errors import Conflict, InvalidInput, NotAllowed, TooLarge
from core.models import AuditEntry, Job
from tests.catalog.imports import imported, outcome, run, staged
from tests.catalog.pictures import jpeg

pytestmark = pytest.mark.django_db
THREE = {"a.jpg": jpeg(1), "b.jpg": jpeg(2), "c.jpg": jpeg(3)}


def files_under(folder: Path) -> list[str]:
    """Every stored file."""
    return [str(path) for path in folder.rglob("*") if path.is_file()]


def test_defaults_are_the_credit_of_all_photos(project: Project, kim: User) -> None:
    imported(project, kim, THREE, author="Ansel", licence="CC BY 4.0")
    assert set(Photo.objects.values_list("author", "licence")) == {("Ansel", "CC BY 4.0")}


def test_a_manifest_names_what_it_knows_and_the_defaults_the_rest(
    project: Project, kim: User
) -> None:
    table = b"file,title,author,licence,tags\na.jpg,Pier,Berenice,CC0,sea\n"
    imported(project, kim, {**THREE, "manifest.csv": table}, author="Ansel")
    rows = Photo.objects.order_by("pk").values_list("title", "author", "licence")
    assert list(rows) == [("Pier", "Berenice", "CC0"), ("b", "Ansel", ""), ("c", "Ansel", "")]


def test_a_broken_manifest_is_refused_with_its_line(project: Project, kim: User) -> None:
    photo_import = staged(project, kim, {"a.jpg": jpeg(1)})
    table = io.BytesIO(b"file,title\na.jpg,Pier\na.jpg,Pier,more\n")
    with pytest.raises(InvalidInput, match=r"Line 3: manifest\.csv: There are 3 cells"):
        stage_file(photo_import=photo_import, name="manifest.csv", stream=table)
    assert ImportedFile.objects.count() == 1


def test_the_job_counts_and_leaves_no_staged_file(
    project: Project, kim: User, media_folder: Path
) -> None:
    photo_import = staged(project, kim, {**THREE, "no.jpg": b"no"})
    job = run(close_import(photo_import=photo_import, by=kim))
    assert job.result == {"refused": 1, "taken": 3} and (job.done, job.total) == (4, 4)
    assert not [path for path in files_under(media_folder) if "staging" in path]
    assert AuditEntry.objects.get(verb="photo.import").target == f"photoimport/{photo_import.pk}"


def test_the_same_import_twice_adds_nothing(project: Project, kim: User) -> None:
    imported(project, kim, THREE)
    before = set(Photo.objects.values_list("pk", "content_hash"))
    again = imported(project, kim, THREE)
    assert set(Photo.objects.values_list("pk", "content_hash")) == before
    assert {state for state, _ in outcome(again).values()} == {"known"}


@pytest.mark.parametrize("place", ["prepare", "_write", "_store"])
def test_a_worker_that_dies_anywhere_loses_and_doubles_nothing(
    project: Project, kim: User, monkeypatch: pytest.MonkeyPatch, media_folder: Path, place: str
) -> None:
    photo_import = staged(project, kim, THREE)
    job = close_import(photo_import=photo_import, by=kim)
    real, calls = getattr(taking, place), []

    def dies(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt  # nothing of ours catches it: as if the process were gone
        return real(*args, **kwargs)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(taking, place, dies)
        run(job)
    Job.objects.update(state="queued", lease_until=None)
    assert run(job).state == "succeeded"
    assert {state for state, _ in outcome(photo_import).values()} == {"taken"}
    assert (Photo.objects.count(), Rendition.objects.count()) == (3, 3)
    assert len(files_under(media_folder)) == 6


def test_the_job_again_after_its_end_changes_nothing(project: Project, kim: User) -> None:
    photo_import = imported(project, kim, THREE)
    before = list(Photo.objects.order_by("pk").values())
    Job.objects.update(state="queued")
    run(Job.objects.get())
    assert list(Photo.objects.order_by("pk").values()) == before
    assert {state for state, _ in outcome(photo_import).values()} == {"taken"}


def test_closing_twice_is_one_job_and_a_closed_import_takes_no_file(
    project: Project, kim: User
) -> None:
    photo_import = staged(project, kim, {"a.jpg": jpeg(1)})
    first = close_import(photo_import=photo_import, by=kim)
    assert close_import(photo_import=photo_import, by=kim) == first
    with pytest.raises(Conflict, match="closed already"):
        stage_file(photo_import=photo_import, name="b.jpg", stream=io.BytesIO(jpeg(2)))


def test_an_empty_import_cannot_be_closed(project: Project, kim: User) -> None:
    photo_import = open_import(project=project, way="upload", by=kim)
    with pytest.raises(InvalidInput, match="no photo in this import"):
        close_import(photo_import=photo_import, by=kim)
    assert not PhotoImport.objects.get().is_closed


def test_too_large_and_empty_files_are_refused_at_once(
    project: Project, kim: User, settings: Settings, media_folder: Path
) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    photo_import = open_import(project=project, way="upload", by=kim)
    with pytest.raises(TooLarge, match="largest allowed"):
        stage_file(photo_import=photo_import, name="a.jpg", stream=io.BytesIO(b"x" * 1001))
    with pytest.raises(InvalidInput, match="empty"):
        stage_file(photo_import=photo_import, name="a.jpg", stream=io.BytesIO())
    assert not files_under(media_folder)


def test_too_many_files_are_refused(
    project: Project, kim: User, monkeypatch: pytest.MonkeyPatch, media_folder: Path
) -> None:
    monkeypatch.setattr(importing, "MAX_FILES", 1)
    photo_import = staged(project, kim, {"a.jpg": jpeg(1)})
    with pytest.raises(TooLarge, match="1 files at most"):
        stage_file(photo_import=photo_import, name="b.jpg", stream=io.BytesIO(jpeg(2)))
    assert len(files_under(media_folder)) == 1


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a\\..\\b.jpg", "x" * 900, "\0"]
)
def test_a_name_from_outside_is_only_shown(
    project: Project, kim: User, name: str, media_folder: Path
) -> None:
    photo_import = staged(project, kim, {name: jpeg(1)})
    file = ImportedFile.objects.get(photo_import=photo_import)
    assert file.staged.startswith(f"staging/{photo_import.pk}/") and len(file.name) <= 255
    assert len(files_under(media_folder / "staging")) == 1


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A folder of the server with two photos, one of them deeper, and a system's own file."""
    settings.IMPORT_ROOTS = [tmp_path / "photos"]
    deep = tmp_path / "photos" / "sea" / "north"
    deep.mkdir(parents=True)
    (deep / "b.jpg").write_bytes(jpeg(2))
    (deep.parent / "a.jpg").write_bytes(jpeg(1))
    (deep / ".DS_Store").write_bytes(b"x")
    return deep.parent


def test_a_folder_is_walked_with_its_manifest(project: Project, kim: User, folder: Path) -> None:
    (folder / "manifest.jsonl").write_text('{"file": "north/b.jpg", "author": "Berenice"}\n')
    job = run(import_folder(project=project, folder=folder, by=kim))
    assert job.result == {"taken": 2, "manifest": 1}
    assert Photo.objects.get(title="b").author == "Berenice"


def test_a_link_that_leaves_the_folder_is_refused(
    project: Project, kim: User, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.jpg").write_bytes(jpeg(5))
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "away").symlink_to(tmp_path)
    run(import_folder(project=project, folder=folder, by=kim))
    assert outcome(PhotoImport.objects.get())["link.jpg"][0] == "refused"
    assert Photo.objects.count() == 2


def test_a_folder_that_grew_between_two_tries_is_taken_whole(
    project: Project, kim: User, folder: Path
) -> None:
    job = run(import_folder(project=project, folder=folder, by=kim))
    (folder / "0.jpg").write_bytes(jpeg(9))
    Job.objects.update(state="queued")
    assert run(job).result == {"taken": 3}


def test_only_folders_below_the_roots_are_read(
    project: Project, kim: User, folder: Path, tmp_path: Path
) -> None:
    (folder / "up").symlink_to(tmp_path)
    for place in (tmp_path, folder / ".." / "..", folder / "up", "/etc"):
        with pytest.raises(NotAllowed, match="IMPORT_ROOTS"):
            import_folder(project=project, folder=place, by=kim)
    with pytest.raises(InvalidInput, match="no such folder"):
        import_folder(project=project, folder=folder / "none", by=kim)
    assert not PhotoImport.objects.exists()
