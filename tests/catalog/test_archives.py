"""Archives from outside: what is taken, and every way they may be dangerous."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from catalog.models import ImportedFile, Photo, PhotoImport
from catalog.services.archives import entry as limits
from catalog.services.importing import import_archive
from core.errors import InvalidInput, TooLarge
from core.models import Job
from tests.catalog.imports import outcome, run
from tests.catalog.pictures import jpeg

pytestmark = pytest.mark.django_db


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def take(project: Project, by: User, content: bytes) -> Job:
    stream = io.BytesIO(content)
    return run(import_archive(project=project, stream=stream, name="photos", by=by))


PHOTOS = {
    "sea/a.jpg": jpeg(1),
    "sea/b.jpg": jpeg(2),
    "sea/manifest.csv": b"file,author\nb.jpg,Ansel\n",
    "__MACOSX/sea/._a.jpg": b"x",
}


@pytest.mark.parametrize(
    "content",
    [zipped(PHOTOS), *(tarred(PHOTOS, mode) for mode in ("w", "w:gz", "w:bz2", "w:xz"))],
    ids=["zip", "tar", "gz", "bz2", "xz"],
)
def test_photos_of_an_archive_come_in_with_their_manifest(
    project: Project, kim: User, content: bytes, media_folder: Path
) -> None:
    job = take(project, kim, content)
    assert job.result == {"manifest": 1, "taken": 2}, job.error
    assert dict(Photo.objects.values_list("title", "author")) == {"a": "", "b": "Ansel"}
    assert not [path for path in (media_folder / "staging").rglob("*") if path.is_file()]


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize(
    "name", ["../../evil.jpg", "/etc/evil.jpg", "a/../../evil.jpg", "C:/evil.jpg", "..\\evil.jpg"]
)
def test_names_that_lead_out_are_refused_one_by_one(
    project: Project,
    kim: User,
    pack: Callable[[dict[str, bytes]], bytes],
    name: str,
    media_folder: Path,
) -> None:
    job = take(project, kim, pack({name: jpeg(1), "good.jpg": jpeg(2)}))
    assert job.result == {"refused": 1, "taken": 1}
    reason = ImportedFile.objects.get(state="refused").reason
    assert "leads out" in reason or "absolute" in reason
    assert not list(media_folder.parent.rglob("evil*"))


def million_entries(count: int = 1_000_000) -> bytes:
    """A zip that only lists: every header of its directory is the same empty file."""
    header = b"PK\x01\x02" + bytes(24) + struct.pack("<3H", 1, 0, 0) + bytes(12) + b"a"
    directory = header * count
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, len(directory), 0, 0)
    return directory + end


def test_a_zip_with_a_million_entries_is_refused_unopened(project: Project, kim: User) -> None:
    with pytest.raises(TooLarge, match="more than 50,000 entries"):
        take(project, kim, million_entries())
    assert not PhotoImport.objects.exists() and not Job.objects.exists()


def test_a_tar_with_too_many_entries_is_refused(
    project: Project, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ENTRIES", 10)
    job = take(project, kim, tarred({f"{n}.jpg": b"" for n in range(12)}))
    assert job.state == "failed" and "more than 10 entries" in job.error
    assert not Photo.objects.exists()


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_that_unpacks_to_too_much_is_refused_whole(
    project: Project,
    kim: User,
    pack: Callable[[dict[str, bytes]], bytes],
    settings: Settings,
) -> None:
    content = pack({"good.jpg": jpeg(1), "zeros.jpg": bytes(3_000_000)})
    settings.MAX_ARCHIVE_BYTES = 700_000
    job_or_error = ""
    try:
        job_or_error = take(project, kim, content).error
    except TooLarge as error:
        job_or_error = str(error)
    assert "unpacks to more than" in job_or_error and not Photo.objects.exists()


def test_a_bomb_of_an_entry_is_refused_alone(project: Project, kim: User) -> None:
    take(project, kim, zipped({"good.jpg": jpeg(1), "bomb.jpg": bytes(5_000_000)}))
    found = outcome(PhotoImport.objects.get())
    assert found["good.jpg"][0] == "taken" and "no photo is" in found["bomb.jpg"][1]


def test_a_gzip_that_never_ends_is_stopped(project: Project, kim: User, settings: Settings) -> None:
    settings.MAX_ARCHIVE_BYTES = 1_000_000
    info = tarfile.TarInfo("huge.jpg")
    info.size = 10**12
    content = gzip.compress(info.tobuf() + bytes(1_000_000))
    job = take(project, kim, content)
    assert job.state == "failed" and "unpacks to" in job.error


def test_an_entry_larger_than_one_photo_may_be_is_refused(
    project: Project, kim: User, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES = 2000
    take(project, kim, tarred({"big.jpg": bytes(2001)}))
    assert "larger than" in outcome(PhotoImport.objects.get())["big.jpg"][1]


def test_links_and_locked_entries_are_refused(project: Project, kim: User) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    take(project, kim, out.getvalue())
    assert "link" in outcome(PhotoImport.objects.get())["link.jpg"][1]


def test_tar_links_are_refused(project: Project, kim: User) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"{kind!r}.jpg")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    take(project, kim, out.getvalue())
    assert {state for state, _ in outcome(PhotoImport.objects.get()).values()} == {"refused"}


def test_an_archive_in_an_archive_stays_shut(project: Project, kim: User) -> None:
    take(project, kim, zipped({"inner.zip": zipped({"a.jpg": jpeg(1)})}))
    assert "not a photo" in outcome(PhotoImport.objects.get())["inner.zip"][1]
    assert not Photo.objects.exists()


def test_a_damaged_entry_is_refused_alone(project: Project, kim: User) -> None:
    content = bytearray(zipped({"a.jpg": jpeg(1), "b.jpg": jpeg(2)}, zipfile.ZIP_STORED))
    content[200] ^= 0xFF
    take(project, kim, bytes(content))
    found = outcome(PhotoImport.objects.get())
    assert "archive is broken" in found["a.jpg"][1] and found["b.jpg"][0] == "taken"


@pytest.mark.parametrize("content", [b"words", jpeg(1), zipped(PHOTOS)[:-30]])
def test_what_is_no_archive_is_refused_at_the_door(
    project: Project, kim: User, content: bytes
) -> None:
    with pytest.raises(InvalidInput, match="neither a zip nor a tar"):
        take(project, kim, content)
    assert not PhotoImport.objects.exists()


def test_a_cut_tar_fails_in_words_and_takes_nothing(project: Project, kim: User) -> None:
    job = take(project, kim, tarred(PHOTOS)[:-3000])
    assert job.state == "failed" and "broken" in job.error
    assert not Photo.objects.exists()
