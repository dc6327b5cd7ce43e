"""``manage.py import_photos``."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from catalog.models import Photo
from core.models import Job
from tests.catalog.imports import run
from tests.catalog.pictures import jpeg
from tests.catalog.test_archives import zipped

pytestmark = pytest.mark.django_db


def test_a_folder_and_an_archive_are_imported(
    project: Project, max_admin: User, kim: User, tmp_path: Path, settings: Settings
) -> None:
    settings.IMPORT_ROOTS = [tmp_path]
    (tmp_path / "a.jpg").write_bytes(jpeg(1))
    (tmp_path / "b.zip").write_bytes(zipped({"b.jpg": jpeg(2)}))
    out = StringIO()
    call_command("import_photos", project.slug, str(tmp_path), author="Jo", stdout=out)
    call_command("import_photos", project.slug, str(tmp_path / "b.zip"), by=kim.email, stdout=out)
    for job in Job.objects.all():
        run(job)
    assert out.getvalue().count("/p/lighthouse/photos/imports/") == 2
    found = Photo.objects.order_by("title").values_list("title", "author", "imported_by")
    assert list(found) == [("a", "Jo", max_admin.pk), ("b", "", kim.pk)]


def test_what_cannot_be_imported_is_said(project: Project, max_admin: User, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no")
    for slug, place, words in [
        ("none", tmp_path, "no project"),
        (project.slug, tmp_path, "IMPORT_ROOTS"),
        (project.slug, tmp_path / "a.zip", "neither a zip"),
        (project.slug, tmp_path / "none", "cannot be read"),
    ]:
        with pytest.raises(CommandError, match=words):
            call_command("import_photos", slug, str(place))
    with pytest.raises(CommandError, match="--by"):
        call_command("import_photos", project.slug, str(tmp_path), by="nobody@example.org")
