"""What is found wrong with a composition: by its numbers, and by measuring the photo."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import Draft, DraftKind
from catalog.models import Photo
from tests.catalog.imports import imported
from tests.inference.test_composing import with_lines
from tests.workers.verifying import codes, drafted, said

pytestmark = pytest.mark.django_db
LEVEL = {"name": "horizontal", "points": [0.1, 0.3, 0.9, 0.3]}


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    """One dark level line on light noise, 1.5 times as wide as high."""
    imported(project, kim, {"line.png": with_lines((0.1, 0.3, 0.9, 0.3))})
    return Photo.objects.get()


def composition(photo: Photo, *elements: dict[str, Any]) -> Draft:
    return drafted(photo, DraftKind.COMPOSITION, {"elements": list(elements)})


@pytest.mark.parametrize(
    ("elements", "found"),
    [
        ([], [("none", False)]),
        ([LEVEL], []),
        ([{"name": "horizontal", "points": [0.1, 0.1, 0.4, 0.9]}], [("direction", True)]),
        ([{"name": "vertical", "points": [0.1, 0.1, 0.9, 0.3]}], [("direction", True)]),
        ([{"name": "diagonal", "points": [0.1, 0.1, 0.9, 0.11]}], [("direction", True)]),
        ([{"name": "diagonal", "points": [0.1, 0.1, 0.11, 0.12]}], [("small", True)]),
        ([{"name": "center", "points": [0.5, 0.5, 0.52, 0.52]}], [("small", True)]),
        ([{"name": "pattern", "points": []}], [("left_out", False)]),
        ([LEVEL, {"name": "horizontal", "points": [0.9, 0.3, 0.1, 0.31]}], [("twice", False)]),
    ],
)
def test_shapes(
    photo: Photo, elements: list[dict[str, Any]], found: list[tuple[str, bool]]
) -> None:
    findings = said("composition_shapes", composition(photo, *elements))
    assert [(finding.code, finding.is_blocking) for finding in findings] == found
    assert all(finding.message.endswith(".") for finding in findings)


def test_a_line_that_is_there_is_seen(photo: Photo) -> None:
    assert codes("composition_seen", composition(photo, LEVEL)) == []


@pytest.mark.parametrize(
    "element",
    [
        {"name": "horizontal", "points": [0.1, 0.7, 0.9, 0.7]},
        {"name": "vertical", "points": [0.5, 0.4, 0.5, 1.0]},
        {"name": "center", "points": [0.3, 0.6, 0.7, 0.95]},
    ],
)
def test_what_is_not_there_is_said(photo: Photo, element: dict[str, Any]) -> None:
    (finding,) = said("composition_seen", composition(photo, element))
    assert finding.code == "not_seen" and "%" in finding.message


def test_symmetry_is_held_against_the_mirror_image(project: Project, kim: User) -> None:
    imported(project, kim, {"slope.png": with_lines((0.1, 0.1, 0.9, 0.8), (0.1, 0.2, 0.6, 0.9))})
    photo = Photo.objects.get()
    axis = {"name": "symmetric", "points": [0.5, 0, 0.5, 1]}
    assert codes("composition_seen", composition(photo, axis)) == ["not_seen"]
    beside = {"name": "symmetric", "points": [0.2, 0, 0.2, 1]}
    assert codes("composition_seen", composition(photo, beside)) == []
