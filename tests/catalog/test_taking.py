"""What becomes of one file: a photo, a known one, or a refusal in words."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from accounts.models import Project, User
from catalog.models import ImportedFile, Photo, PhotoImport, Rendition
from catalog.selectors.pixels import crop_jpeg, open_upright, rendition_bytes
from catalog.services.taking import MAX_TRIES, take_file
from measures.boxes import Box
from tests.catalog.imports import imported, imported_photo, outcome, staged
from tests.catalog.pictures import bomb_png, file_of, jpeg, lying, quarters, scene

pytestmark = pytest.mark.django_db


def test_a_photo_has_its_row_its_file_and_its_renditions(project: Project, kim: User) -> None:
    content = jpeg(1, (1500, 1000))
    photo = imported_photo(project, kim, content)
    assert (photo.state, photo.width, photo.height) == ("ready", 1500, 1000)
    assert (photo.title, photo.imported_by, photo.bytes) == ("pier", kim, len(content))
    sizes = photo.renditions.order_by("size").values_list("size", "width", "height")
    assert list(sizes) == [(320, 320, 213), (1024, 1024, 683), (2048, 1500, 1000)]
    assert photo.group is not None and photo.phash is not None


def test_keys_come_from_the_content_not_from_the_name(project: Project, kim: User) -> None:
    photo = imported_photo(project, kim)
    keys = [photo.original, *photo.renditions.values_list("key", flat=True)]
    assert all(photo.content_hash in key and "pier" not in key for key in keys)


def test_orientation_6_is_upright_in_size_pixels_and_renditions(
    project: Project, kim: User
) -> None:
    photo = imported_photo(project, kim, lying(orientation=6))
    assert (photo.width, photo.height, photo.orientation) == (40, 80, 6)
    stored = Image.open(io.BytesIO(rendition_bytes(photo, 320)))
    assert stored.size == (40, 80) and not stored.getexif()
    for picture in (open_upright(photo), stored):
        # A quarter turn to the right: blue, red on top of white, green.
        assert colours(picture, 40, 80) == ["blue", "red", "white", "lime"]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_every_format_is_turned_once(project: Project, kim: User, kind: str) -> None:
    photo = imported_photo(
        project, kim, lying(kind, 6, **({} if kind != "WEBP" else {"lossless": True}))
    )
    assert (photo.width, photo.height, photo.orientation) == (40, 80, 6)
    assert colours(open_upright(photo), 40, 80) == ["blue", "red", "white", "lime"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_orientations_agree_with_pillow(project: Project, kim: User, orientation: int) -> None:
    photo = imported_photo(project, kim, lying("PNG", orientation))
    assert (photo.width > photo.height) == (orientation < 5)
    assert open_upright(photo).size == (photo.width, photo.height)


def test_a_crop_is_cut_from_the_original_upright_pixels(project: Project, kim: User) -> None:
    photo = imported_photo(project, kim, lying("PNG", 6))
    crop = Image.open(io.BytesIO(crop_jpeg(photo, Box(0.5, 0.0, 1.0, 0.5), longest=500)))
    assert crop.size == (20, 40) and near(crop.getpixel((10, 20)), (255, 0, 0))


REFUSED = {
    "not an image": (b"just words, called photo.jpg", "not a photo"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "not a photo"),
    "html": (b"<html><script>alert(1)</script></html>", "not a photo"),
    "gif": (file_of(scene().convert("P"), "GIF"), "not a photo"),
    "polyglot": (b"GIF89a/*" + b"<script>" * 50, "not a photo"),
    "truncated jpeg": (jpeg(1, (600, 400))[:-9000], "broken or cut short"),
    "truncated png": (file_of(scene(2, (200, 200)), "PNG")[:-3000], "broken or cut short"),
    "400 megapixels": (bomb_png(), "megapixels are allowed"),
    "101 megapixels": (bomb_png(10_050), "101 megapixels; 100 megapixels are allowed"),
    "tiny": (jpeg(1, (8, 8)), "too small"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_in_words_and_leaves_nothing(
    project: Project, kim: User, case: str, media_folder: Path
) -> None:
    content, words = REFUSED[case]
    photo_import = imported(project, kim, {"photo.jpg": content, "good.jpg": jpeg(3)})
    state, reason = outcome(photo_import)["photo.jpg"]
    assert state == "refused" and words in reason
    assert outcome(photo_import)["good.jpg"] == ("taken", "")
    assert Photo.objects.count() == 1
    assert len([name for _, _, names in os.walk(media_folder) for name in names]) == 2


def test_the_same_content_again_is_known(project: Project, kim: User) -> None:
    photo = imported_photo(project, kim, jpeg(1))
    again = imported(project, kim, {"other name.jpg": jpeg(1), "third.jpg": jpeg(1)})
    assert set(outcome(again).values()) == {("known", "")}
    assert set(ImportedFile.objects.values_list("photo", flat=True)) == {photo.pk}
    assert Photo.objects.count() == 1


def test_another_project_has_its_own_photo_and_files(
    project: Project, other_project: Project, kim: User, cleo: User
) -> None:
    mine, theirs = imported_photo(project, kim), imported_photo(other_project, cleo)
    assert mine.content_hash == theirs.content_hash and mine.original != theirs.original


def test_facts_are_read_without_place_or_control_characters(project: Project, kim: User) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Make\x07"
    exif[ExifTags.Base.Model] = "<b>One</b>"
    inner = {
        ExifTags.Base.FocalLength: 35.0,
        ExifTags.Base.FNumber: 2.8,
        ExifTags.Base.ExposureTime: 0.004,
        ExifTags.Base.ISOSpeedRatings: 200,
        ExifTags.Base.DateTimeOriginal: "2024:05:06 07:08:09",
    }
    exif.get_ifd(ExifTags.IFD.Exif).update(inner)
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (1.0, 2.0, 3.0)})
    photo = imported_photo(project, kim, jpeg(1, exif=exif))
    assert photo.facts == {
        "focal_length_mm": 35.0,
        "aperture": 2.8,
        "shutter_s": 0.004,
        "iso": 200,
        "taken_at": "2024-05-06T07:08:09",
        "camera": "Make <b>One</b>",
    }


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "CMYK", "I;16", "1"])
def test_every_colour_mode_becomes_rgb(project: Project, kim: User, mode: str) -> None:
    picture = scene(4).convert("L").convert("I;16") if mode == "I;16" else scene(4).convert(mode)
    kind = "TIFF" if mode in {"CMYK", "I;16"} else "PNG"
    photo = imported_photo(project, kim, file_of(picture, kind))
    assert open_upright(photo).mode == "RGB"


def test_a_file_that_kills_its_reader_is_given_up(
    project: Project, kim: User, tmp_path: Path
) -> None:
    file = ImportedFile.objects.get(photo_import=staged(project, kim, {"pier.jpg": jpeg(1)}))
    ImportedFile.objects.update(tries=MAX_TRIES)
    take_file(file=file, path=tmp_path / "never read", credit=None)
    file.refresh_from_db()
    assert file.state == "refused" and "stopped the worker twice" in file.reason


def test_a_settled_file_is_not_taken_again(project: Project, kim: User, tmp_path: Path) -> None:
    photo_import = imported(project, kim, {"pier.jpg": jpeg(1)})
    file = ImportedFile.objects.get(photo_import=photo_import)
    path = tmp_path / "copy"
    path.write_bytes(jpeg(2))
    take_file(file=file, path=path, credit=None)
    assert Photo.objects.count() == 1 and Rendition.objects.count() == 1
    assert PhotoImport.objects.count() == 1


def colours(picture: Image.Image, width: int, height: int) -> list[str]:
    """The colour in the middle of each quarter, row by row."""
    known = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    found = []
    for y in (height // 4, height * 3 // 4):
        for x in (width // 4, width * 3 // 4):
            pixel = picture.getpixel((x, y))
            found.append(next(name for name, colour in known.items() if near(pixel, colour)))
    return found


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    """Whether two colours differ only by JPEG's rounding."""
    return all(abs(a - b) < 30 for a, b in zip(pixel, colour, strict=True))  # type: ignore[call-overload]


def test_quarters_lie_as_described() -> None:
    assert colours(quarters(), 80, 40) == ["red", "lime", "blue", "white"]
