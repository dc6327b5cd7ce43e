"""GAICD: scored crops as JSON and as native text."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from accounts.models import Project, User
from catalog.models import Crop
from core.jobs import cancel, run_claimed
from core.jobs.running import claim
from curation.importers import Fault, Record
from curation.models import AnnotationImport, Score, SourceBox, SourcePhoto
from curation.services import annotation_importing
from curation.services.annotation_imports import start_annotation_import
from tests.curation.importers.build import faults, imported, job_of, read, started, worked_off
from tests.make import make_photo

FILE = '{"pier.jpg": {"bbox": [[120, 80, 1080, 720], [0, 0, 600, 600]],\n "score": [4.14, 2.57]}}'
BOTH = {"image_crop.json": FILE, "original_data_split.json": '{"test": ["pier.jpg"]}'}


def test_json_and_text_say_the_same(tmp_path: Path) -> None:
    (json,) = read("gaicd", {"image_crop.json": FILE}, tmp_path)
    text = "80 120 720 1080 4.14\n0 0 600 600 2.57\n1 2 3 4 -2\n"
    (lines,) = read("gaicd", {"a/pier.txt": text}, tmp_path)
    assert isinstance(json, Record) and isinstance(lines, Record)
    assert (json.photo, json.boxes) == (lines.photo, lines.boxes)
    assert json.boxes[0].corners == (120, 80, 1080, 720) and json.boxes[0].mean == 4.14


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('{"bbox": [[1, 2, 3, 4]]}', "field score is missing"),
        ('{"bbox": [[1, 2, 3, 4]], "score": [NaN]}', "NaN"),
        ('{"bbox": [[1, 2, 1, 4]], "score": [3]}', "no area"),
        ('{"bbox": [[3, 2, 1, 4]], "score": [3]}', "wrong order"),
        ('{"bbox": [[1, 2, 3]], "score": [3]}', "4 entries"),
        ('{"bbox": [[1, 2, 3, 4]], "score": [7.5]}', "scale from 1 to 5"),
        ('{"bbox": [[1, 2, 3, 4]], "score": [3, 4]}', "1 entries"),
        ('{"bbox": [[1, 2, "3", 4]], "score": [3]}', "must be a number"),
        ("[1, 2", "do not match"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(entry: str, words: str, tmp_path: Path) -> None:
    found = read("gaicd", {"image_crop.json": f'{{\n"pier.jpg": {entry}\n}}'}, tmp_path)
    (fault,) = found
    assert isinstance(fault, Fault) and fault.line == 2 and words in fault.message


def test_a_wrong_line_of_text_is_named(tmp_path: Path) -> None:
    (fault,) = read("gaicd", {"pier.txt": "1 2 3 4 3.5\n1 2 x 4 3.5\n"}, tmp_path)
    assert isinstance(fault, Fault) and (fault.file, fault.line) == ("pier.txt", 2)


@pytest.mark.django_db
def test_without_the_photo_boxes_wait_in_source_pixels(project: Project, kim: User) -> None:
    found = imported(project, kim, "gaicd", BOTH)
    source = SourcePhoto.objects.get()
    assert (source.name, source.part, source.photo) == ("pier.jpg", "test", None)
    box = SourceBox.objects.order_by("place")[0]
    assert box.corners == (120, 80, 1080, 720) and (box.mean, box.votes) == (4.14, 7)
    assert found.counts["boxes"] == found.counts["means"] == 2 and not Crop.objects.exists()


@pytest.mark.django_db
def test_with_the_photo_boxes_become_crops_with_scores(project: Project, kim: User) -> None:
    photo = make_photo(project, title="pier")
    imported(project, kim, "gaicd", BOTH)
    crops = list(Crop.objects.filter(photo=photo, origin="imported").order_by("pk"))
    assert [crop.corners for crop in crops] == [(0.1, 0.1, 0.9, 0.9), (0, 0, 0.5, 0.75)]
    best = Score.objects.get(crop=crops[0])
    assert (best.value, best.n, best.rank, best.method) == (4.14, 7, 1, "imported_mean")
    assert best.low is None and "without its ratings" in best.unknown


@pytest.mark.django_db
def test_one_wrong_entry_and_nothing_is_imported(project: Project, kim: User) -> None:
    wrong = FILE[:-1] + ',\n"boat.jpg": {"bbox": [[5, 5, 5, 9]], "score": [3]}}'
    found = worked_off(started(project, kim, "gaicd", {"image_crop.json": wrong}))
    assert found.state == "refused" and faults(found)[0][0] == 3
    assert "no area" in job_of(found).error and not SourcePhoto.objects.exists()


@pytest.mark.django_db
def test_the_same_files_again_add_nothing(project: Project, kim: User) -> None:
    first = imported(project, kim, "gaicd", BOTH)
    again = worked_off(started(project, kim, "gaicd", BOTH))
    assert (again.state, again.same_as) == ("known", first)
    assert SourceBox.objects.count() == 2 and AnnotationImport.objects.count() == 2


@pytest.mark.django_db
def test_a_stopped_import_leaves_nothing(
    project: Project, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotation_importing, "ROWS_AT_ONCE", 1)
    found = started(project, kim, "gaicd", BOTH)
    claimed = claim(job_of(found).pk)
    assert claimed is not None
    cancel(job=claimed.job)
    run_claimed(claimed, annotation_importing.import_annotations)
    found.refresh_from_db()
    assert (job_of(found).state, found.state) == ("cancelled", "refused")
    assert faults(found) == [(0, annotation_importing.STOPPED)]
    assert not SourcePhoto.objects.exists() and not default_storage.exists(found.files[0]["key"])


@pytest.mark.django_db
def test_a_folder_that_changes_midway_is_not_half_imported(
    project: Project, kim: User, tmp_path: Path, settings: Settings
) -> None:
    settings.IMPORT_ROOTS = [tmp_path]
    (tmp_path / "image_crop.json").write_text(FILE)
    found = start_annotation_import(project=project, importer="gaicd", folder=tmp_path, by=kim)
    AnnotationImport.objects.update(state="writing", digest="what it was before")
    worked_off(found)
    assert found.state == "refused" and faults(found) == [(0, annotation_importing.CHANGED)]
