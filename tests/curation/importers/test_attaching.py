"""How imported boxes meet photos: past the edge, of another size or shape, by name."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from catalog.models import CompositionElement, Crop, Photo, Question, RawComment
from curation.models import SourceBox, SourcePhoto
from curation.services.attaching import start_attaching
from tests.curation.importers.build import imported
from tests.jobs import run
from tests.make import make_photo

pytestmark = pytest.mark.django_db
WIDE = {"image_crop.json": '{"pier.jpg": [[300, 200, 1212, 800]]}'}
SIZED = {**WIDE, "image_sizes.json": '{"pier.jpg": [1200, 800]}'}


@pytest.mark.parametrize(
    ("edges", "right", "crops"), [("keep", 1212, 1), ("clip", 1200, 1), ("flag", 1212, 0)]
)
def test_a_box_past_the_edge_is_kept_clipped_or_flagged(
    project: Project, kim: User, edges: str, right: float, crops: int
) -> None:
    make_photo(project, title="pier.jpg")
    found = imported(project, kim, "flms", SIZED, edges=edges)
    box = SourceBox.objects.get()
    assert (box.is_past_edge, box.x2) == (True, right) and found.counts["past_edge"] == 1
    assert [crop.corners for crop in Crop.objects.all()] == [(0.25, 0.25, 1, 1)] * crops


def test_without_a_size_the_photo_that_is_here_tells_the_edge(project: Project, kim: User) -> None:
    imported(project, kim, "flms", WIDE)
    assert SourceBox.objects.get().is_past_edge is None
    make_photo(project, title="pier.jpg")
    attach(project)
    assert SourceBox.objects.get().is_past_edge is True and Crop.objects.get().x2 == 1


def attach(project: Project) -> dict[str, Any]:
    job = start_attaching(project=project)
    assert job is not None
    return run(job).result


@pytest.mark.parametrize(
    ("size", "words"), [((2400, 1600), ""), ((800, 1200), "another picture"), ((1201, 800), "")]
)
def test_a_scaled_photo_is_the_same_and_one_of_another_shape_is_not(
    project: Project, kim: User, size: tuple[int, int], words: str
) -> None:
    make_photo(project, title="pier.jpg", width=size[0], height=size[1])
    imported(project, kim, "flms", SIZED)
    source = SourcePhoto.objects.get()
    assert words in source.problem and (source.photo is None) == bool(words)
    assert [crop.corners for crop in Crop.objects.all()] == ([] if words else [(0.25, 0.25, 1, 1)])


def test_boxes_far_past_a_photo_of_unknown_size_are_not_forced_onto_it(
    project: Project, kim: User
) -> None:
    make_photo(project, title="pier.jpg", width=600, height=400)
    imported(project, kim, "flms", WIDE)
    assert "a larger version" in SourcePhoto.objects.get().problem and not Crop.objects.exists()


def test_two_photos_of_one_name_are_told_and_not_guessed(project: Project, kim: User) -> None:
    photos = [make_photo(project, title="pier.jpg") for _ in range(2)]
    imported(project, kim, "flms", SIZED)
    assert "2 photos are called" in SourcePhoto.objects.get().problem
    Photo.objects.filter(pk=photos[0].pk).update(title="other")
    assert attach(project) == {"photos": 1}
    assert SourcePhoto.objects.get().problem == "" and Crop.objects.get().photo == photos[1]


def test_attaching_again_adds_nothing(project: Project, kim: User) -> None:
    make_photo(project, title="pier.jpg")
    imported(project, kim, "flms", SIZED)
    assert start_attaching(project=project) is None and Crop.objects.count() == 1


def test_elements_comments_and_questions_hang_on_the_photo(project: Project, kim: User) -> None:
    photo = make_photo(project, title="pier", width=100, height=80)
    drawn = '{"pier.jpg": {"horizontal": [[0, 40, 100, 44]], "pattern": [], "none": []}}'
    imported(project, kim, "cadb", {"composition_elements.json": drawn})
    line = '{"file_name": "pier.jpg", "text": "Calm.", "question": "Where?", "answers": ["here"]}'
    imported(project, kim, "hf_folder", {"metadata.jsonl": line})
    elements = CompositionElement.objects.filter(photo=photo).values_list("name", "points")
    assert dict(elements) == {"horizontal": [0, 0.5, 1, 0.55], "pattern": []}
    assert RawComment.objects.get().text == "Calm." and Question.objects.get().answers == ["here"]


def test_elements_outside_the_photo_keep_it_from_being_attached(
    project: Project, kim: User
) -> None:
    make_photo(project, title="pier", width=100, height=80)
    drawn = '{"pier.jpg": {"horizontal": [[0, 40, 1000, 44]]}}'
    imported(project, kim, "cadb", {"composition_elements.json": drawn})
    source = SourcePhoto.objects.get()
    assert source.photo is None and "outside the photo" in source.problem
