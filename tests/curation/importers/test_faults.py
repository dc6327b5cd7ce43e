"""Bad files of each format: refused by line with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import Project, User
from curation.importers import Fault, Record
from curation.models import ImportedRating, SourcePhoto
from tests.curation.importers.build import Contents, faults, read, started, worked_off

JOIN = "photo,rater,choice,a_x1,a_y1,a_x2,a_y2,b_x1,b_y1,b_x2,b_y2\n"
RATE = "photo,rater,score,x1,y1,x2,y2\n"
SHAPE = (
    '{"shapes": [{"points": %s, "shape_type": "rectangle"}], "imagePath": "a.jpg",\n'
    ' "imageWidth": %s, "imageHeight": 80}'
)
IMAGES = '{"images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 80}],\n'
TASK = '[{"data": {"image": "a.jpg"}, "annotations": [{"completed_by": 4, "result": [%s]}]}]'
TURNED = (
    '{"type": "rectangle", "original_width": 100, "original_height": 80, "value": {"x": 1, "y": 1, '
    '"width": 9, "height": %s, "rotation": %s}}'
)
FCDB = "ranking_annotation.json"
PAIR = '[\n{"url": "u/a.jpg", "crops": [{"crop_0": [1, 2, 3, %s], "crop_1": [5, 6, 7, 8], "vote_for_0": %s, "vote_for_1": 0}]}]'
CASES: list[tuple[str, Contents, int, str]] = [
    ("flms", {"image_crop.json": '{"a.jpg":\n [[1, 2, 3]]}'}, 2, "4 entries"),
    ("flms", {"image_crop.json": '{"a.jpg": [[1, 2, NaN, 4]]}'}, 1, "no number"),
    ("flms", {"image_crop.json": '{"a.jpg": [[1, 2, 9, 2]]}'}, 1, "no area"),
    ("flms", {"image_crop.json": '{"a.jpg": [], "a.jpg": []}'}, 1, "twice"),
    (
        "flms",
        {"image_crop.json": '{"a.jpg": []}', "image_sizes.json": '{"a.jpg": [0, 5]}'},
        1,
        "width",
    ),
    ("fcdb", {FCDB: PAIR % (4, 1.5)}, 2, "whole number"),
    ("fcdb", {FCDB: PAIR % (0, 4)}, 2, "no area"),
    ("fcdb", {FCDB: PAIR % (4, 0)}, 2, "no votes"),
    ("fcdb", {"cropping_testing_set.json": '[{"url": "a.jpg"}]'}, 1, "field crop is missing"),
    (
        "fcdb",
        {
            "sliding_window.json": '[{"filename": "a", "crops": []},\n{"filename": "a", "crops": []}]'
        },
        2,
        "second time",
    ),
    ("cadb", {"composition_scores.json": '{"a.jpg": {"scores": [1, 6]}}'}, 1, "scale from 1 to 5"),
    (
        "cadb",
        {"composition_scores.json": '{"a.jpg": {"scores": [1, 2], "mean": 4}}'},
        1,
        "mean is 4",
    ),
    ("cadb", {"composition_elements.json": '{"a.jpg": {"spiral": []}}'}, 1, "'spiral'"),
    ("cadb", {"composition_elements.json": '{"a.jpg": {"triangle": [[1, 2]]}}'}, 1, "triangle"),
    ("cpc", {"a.jpg.txt": '"{\\"scores\\": [[1]], \\"bboxes\\": []}"'}, 1, "0 entries"),
    ("cpc", {"a.jpg.txt": '"{\\"scores\\": [[9]], \\"bboxes\\": [[1, 2, 3, 4]]}"'}, 1, "scale"),
    (
        "cpc",
        {"human_bboxes.json": '{"a.jpg": {"bbox": [1, 2, 3, 4], "width": 5, "height": 5}}'},
        1,
        "weight",
    ),
    ("labelme", {"a.json": SHAPE % ("[[1, 2]]", 100)}, 1, "two points"),
    ("labelme", {"a.json": SHAPE % ("[[1, 2], [1, 9]]", 100)}, 1, "no area"),
    ("labelme", {"a.json": SHAPE % ("[[1, 2], [5, 9]]", -1)}, 1, "width"),
    (
        "coco",
        {"c.json": IMAGES + '"annotations": [{"image_id": 2, "bbox": [1, 2, 3, 4]}]}'},
        2,
        "no photo with the id 2",
    ),
    (
        "coco",
        {"c.json": IMAGES + '"annotations": [{"image_id": 1, "bbox": [1, 2, 0, 4]}]}'},
        2,
        "no area",
    ),
    ("coco", {"c.json": '{"images": [{"id": 1}]}'}, 1, "file_name is missing"),
    ("label_studio", {"e.json": TASK % (TURNED % (5, 12))}, 1, "turned"),
    ("label_studio", {"e.json": TASK % (TURNED % (0, 0))}, 1, "no area"),
    ("label_studio", {"e.json": '[{"data": {"text": "x"}, "annotations": []}]'}, 1, "no picture"),
    ("ratings", {"r.csv": RATE + "a.jpg,jo,7,,,,\n"}, 2, "scale from 1 to 5"),
    ("ratings", {"r.csv": RATE + "a.jpg,jo,nan,,,,\n"}, 2, "finite"),
    ("ratings", {"r.csv": RATE + "a.jpg,jo,3,5,5,5,9\n"}, 2, "no area"),
    ("ratings", {"r.csv": RATE + "a.jpg,jo\n"}, 2, "2 cells"),
    ("ratings", {"r.csv": RATE + ",jo,3,,,,\n"}, 2, "photo is empty"),
    ("ratings", {"r.csv": "photo,score\na,1\n"}, 1, "rater is missing"),
    (
        "ratings",
        {"r.csv": "photo,rater,score,scale\na.jpg,jo,3,1-10\n"},
        2,
        "Import each scale by itself",
    ),
    ("ratings", {"r.jsonl": '{"photo": "a.jpg", "rater": "jo", "score": 3}\n[]\n'}, 2, "object"),
    ("pairs", {"v.csv": JOIN + "a.jpg,jo,left,1,2,3,4,5,6,7,8\n"}, 2, "a, b or tie"),
    ("pairs", {"v.csv": JOIN + "a.jpg,jo,a,1,2,3,4,1,2,3,4\n"}, 2, "same"),
    ("pairs", {"v.csv": JOIN + "a.jpg,,a,1,2,3,4,5,6,7,8\n"}, 2, "rater is empty"),
    (
        "vqa",
        {"q.json": '{"data": [{"image_id": "a",\n "question": "Why?", "answers": []}]}'},
        1,
        "1 to 50",
    ),
    ("vqa", {"q.json": '[{"image_id": "a", "question": " ", "answers": ["b"]}]'}, 1, "question"),
    ("vqa", {"q.jsonl": '{"question": "Why?", "image": "", "answers": ["b"]}\n'}, 1, "no name"),
    ("hf_folder", {"metadata.csv": "file_name,text\n,hello\n"}, 2, "file_name is empty"),
    ("hf_folder", {"metadata.jsonl": '{"file_name": "a", "bbox": [1, 2, 0, 4]}\n'}, 1, "no area"),
    ("hf_folder", {"metadata.jsonl": '{"file_name": "a"}\n{"file_name": \n'}, 2, "JSON"),
]


@pytest.mark.parametrize(("name", "files", "line", "words"), CASES)
def test_it_is_refused_with_line_and_reason(
    name: str, files: Contents, line: int, words: str, tmp_path: Path
) -> None:
    found = [each for each in read(name, files, tmp_path) if isinstance(each, Fault)]
    assert [fault.line for fault in found] == [line]
    assert words in found[0].message and found[0].file


TWICE: list[tuple[str, Contents, dict[str, Any]]] = [
    ("ratings", {"r.csv": RATE + "a.jpg,jo,3,,,,\na.jpg,eve,3,,,,\na.jpg,jo,4,,,,\n"}, {}),
    ("pairs", {"v.csv": JOIN + "a.jpg,jo,a,1,2,3,4,5,6,7,8\na.jpg,jo,b,5,6,7,8,1,2,3,4\n"}, {}),
    ("hf_folder", {"metadata.csv": "file_name,text\na,b\na,c\n"}, {}),
    ("vqa", {"q.jsonl": '{"image": "a", "id": 1, "question": "x", "answers": ["b"]}\n' * 2}, {}),
    ("gaicd", {"x/a.txt": "1 2 3 4 5\n", "y/a.txt": "1 2 3 4 5\n"}, {}),
    ("ratings", {"r.csv": "photo,rater,score,width,height\na,jo,3,9,9\na,eve,3,9,8\n"}, {}),
    ("flms", {"image_crop.json": '{"a.jpg": [[20, 1, 30, 4]]}',
              "image_sizes.json": '{"a.jpg": [10, 10]}'}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "files", "options"), TWICE)
@pytest.mark.django_db
def test_repetitions_and_boxes_outside_are_refused_and_nothing_is_kept(
    name: str, files: Contents, options: dict[str, Any], project: Project, kim: User
) -> None:
    found = worked_off(started(project, kim, name, files, **options))
    assert found.state == "refused" and found.wrong == 1
    line, words = faults(found)[0]
    assert line >= 1 and any(each in words for each in ("second time", "pixels"))
    assert not SourcePhoto.objects.exists() and not ImportedRating.objects.exists()


def test_quotes_may_run_over_lines_and_keep_their_number(tmp_path: Path) -> None:
    text = 'file_name;text\na.jpg;"two\nlines"\n;x\n'
    first, second = read("hf_folder", {"metadata.csv": text}, tmp_path)
    assert isinstance(first, Record) and first.comments == ["two\nlines"]
    assert isinstance(second, Fault) and second.line == 4


def test_a_broken_entry_does_not_hide_the_next(tmp_path: Path) -> None:
    text = '{"a.jpg": {"bbox": [[1, 2, 3, NaN]], "score": [3]},\n"b.jpg": {"bbox": []}}'
    found = read("gaicd", {"image_crop.json": text}, tmp_path)
    assert [(each.line, "score" in each.message) for each in found if isinstance(each, Fault)] == [
        (1, False), (2, True),
    ]  # fmt: skip


def test_folders_tell_photos_of_one_name_apart(tmp_path: Path) -> None:
    files = {f"{part}/metadata.csv": "file_name\n1.jpg\n" for part in ("train", "test")}
    found = [each for each in read("hf_folder", files, tmp_path) if isinstance(each, Record)]
    told = [(each.photo, each.part) for each in found]
    assert told == [("test/1.jpg", "test"), ("train/1.jpg", "train")]


def test_what_no_format_reads_is_left_out_knowingly(tmp_path: Path) -> None:
    shapes = SHAPE.replace("rectangle", "polygon") % ("[[1, 2], [3, 4], [5, 6]]", 100)
    assert read("labelme", {"a.json": shapes}, tmp_path) == []
    assert read("gaicd", {"a.txt": "1 2 3 4 -2\n"}, tmp_path) == []
