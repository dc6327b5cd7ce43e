"""Raw comments from a table: all or none, every broken line named."""

from __future__ import annotations

import io

import pytest

from accounts.models import Project, User
from catalog.models import Photo, RawComment
from catalog.services import tables
from catalog.services.comments import import_comments
from core.errors import InvalidInput, TooLarge
from tests.catalog.imports import imported
from tests.catalog.pictures import jpeg
from tests.make import make_photo

pytestmark = pytest.mark.django_db
HEAD = "photo,text,language,source,author\n"


@pytest.fixture
def pier(project: Project) -> Photo:
    return make_photo(project, title="Pier")


def send(project: Project, by: User, content: str | bytes, filename: str = "comments.csv") -> None:
    content = content.encode() if isinstance(content, str) else content
    return import_comments(project=project, stream=io.BytesIO(content), filename=filename, by=by)


def test_csv_and_jsonl_are_read(project: Project, kim: User, pier: Photo) -> None:
    report = send(project, kim, HEAD + 'Pier,"Nice, but\ntilted",en,forum,Jo\nPier,Schön,de,,\n')
    assert (report.added, report.known, report.errors) == (2, 0, [])
    lines = f'{{"photo": "Pier", "text": "One"}}\n\n{{"photo": {pier.pk}, "text": "Two", "x": 1}}\n'
    assert send(project, kim, lines, "comments.jsonl").added == 2
    first = pier.raw_comments.order_by("pk").first()
    assert (first.text, first.language, first.source, first.author) == (
        "Nice, but\ntilted", "en", "forum", "Jo",
    )  # fmt: skip


def test_semicolons_a_byte_order_mark_and_windows_line_ends_are_read(
    project: Project, kim: User, pier: Photo
) -> None:
    assert send(project, kim, "\ufeffphoto;text\r\nPier;One\r\nPier;Two\r\n".encode()).added == 2


def test_the_same_file_again_adds_nothing(project: Project, kim: User, pier: Photo) -> None:
    table = HEAD + "Pier,One,,,\nPier,Two,,,\nPier, One ,,,\n"
    assert send(project, kim, table).added == 2
    assert (send(project, kim, table).known, RawComment.objects.count()) == (2, 2)


def test_a_photo_is_found_by_id_hash_file_name_or_title(project: Project, kim: User) -> None:
    imported(project, kim, {"sea/pier_07.jpg": jpeg(1)})
    photo = project.photos.get()
    names = [str(photo.pk), photo.content_hash, "sea/pier_07.jpg", "pier_07.jpg", "pier_07"]
    table = HEAD + "".join(f"{name},{number},,,\n" for number, name in enumerate(names))
    assert send(project, kim, table).added == 5


BROKEN = {
    "too few cells": ("Pier,One,,,\nPier,Two\n", 3, "2 cells; the header names 5"),
    "unknown photo": ("Pier,One,,,\nQuay,Two,,,\n", 3, "no photo called 'Quay'"),
    "empty text": ("Pier, ,,,\n", 2, "text is empty"),
    "long text": (f"Pier,{'x' * 10_001},,,\n", 2, "longer than 10,000"),
    "long language": (f"Pier,One,{'x' * 17},,\n", 2, "language is longer"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_line_is_named_and_nothing_is_imported(
    project: Project, kim: User, pier: Photo, case: str
) -> None:
    content, line, words = BROKEN[case]
    report = send(project, kim, HEAD + content)
    assert [error.line for error in report.errors] == [line]
    assert words in report.errors[0].message
    assert report.added == report.known == 0 and not RawComment.objects.exists()


def test_all_broken_lines_are_listed_at_once(project: Project, kim: User, pier: Photo) -> None:
    table = '{"photo": "Pier", "text": "a"}\n[1]\nno\n{"photo": "Pier", "text": ["a"]}\n'
    report = send(project, kim, table, "c.jsonl")
    assert [error.line for error in report.errors] == [2, 3, 4] and report.wrong == 3


def test_two_photos_of_one_title_are_an_error(project: Project, kim: User, pier: Photo) -> None:
    make_photo(project, title="Pier")
    assert "2 photos are called" in send(project, kim, HEAD + "Pier,One,,,\n").errors[0].message


def test_photos_of_other_projects_are_unknown(
    project: Project, other_project: Project, kim: User
) -> None:
    theirs = make_photo(other_project, title="Theirs")
    table = HEAD + f"{theirs.pk},One,,,\n{theirs.content_hash},One,,,\nTheirs,One,,,\n"
    assert send(project, kim, table).wrong == 3


WHOLE = {
    "not UTF-8": (HEAD.encode() + b"Pier,Sch\xf6n,,,\n", "c.csv", "Line 2: .*not in UTF-8"),
    "no header": (b"Pier,One\n", "c.csv", "photo and text is missing"),
    "no rows": (HEAD.encode(), "c.csv", "holds no rows"),
    "open quote": (HEAD.encode() + b'Pier,"One\n', "c.csv", "Line 2: .*read as CSV"),
    "another type": (b"PK", "c.xlsx", "Send a .csv or a .jsonl"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_file_that_is_no_table_is_refused_in_words(
    project: Project, kim: User, pier: Photo, case: str
) -> None:
    content, filename, words = WHOLE[case]
    with pytest.raises(InvalidInput, match=words):
        send(project, kim, content, filename)


def test_too_many_bytes_and_rows_are_refused(
    project: Project, kim: User, pier: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 1)
    with pytest.raises(TooLarge, match="more than 1 rows"):
        send(project, kim, HEAD + "Pier,One,,,\nPier,Two,,,\n")
    monkeypatch.setattr(tables, "MAX_BYTES", 20)
    with pytest.raises(TooLarge, match="larger than"):
        send(project, kim, HEAD + "Pier,One,,,\n")


def test_hidden_characters_are_left_out(project: Project, kim: User, pier: Photo) -> None:
    send(project, kim, HEAD + "Pier,a\u202eb\x00\x07c,,,\n")
    assert RawComment.objects.get().text == "abc"
