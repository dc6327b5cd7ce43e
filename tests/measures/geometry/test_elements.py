"""Composition elements and their shapes."""

from __future__ import annotations

import pytest

from core.errors import InvalidInput
from measures.geometry.elements import (
    CROP_ELEMENTS,
    Element,
    Geometry,
    checked_coordinates,
    geometry_of,
    title_of,
)
from tests.measures.reference_data import needs_reference_data, reference_json


def test_thirteen_classes_of_which_ten_are_used_by_crop() -> None:
    assert (len(Element), len(CROP_ELEMENTS)) == (13, 10)
    assert Element.RADIAL not in CROP_ELEMENTS
    assert title_of(Element.RULE_OF_THIRDS) == "Rule of thirds"
    assert title_of(Element.SYMMETRIC) == "Symmetric"


@pytest.mark.parametrize(
    ("element", "numbers"),
    [
        (Element.CENTER, [0.1, 0.2, 0.8, 0.9]),
        (Element.DIAGONAL, [0.9, 0.1, 0.1, 0.9]),
        (Element.TRIANGLE, [0.1, 0.9, 0.9, 0.9, 0.5, 0.1]),
        (Element.CURVED, [0.1, 0.9, 0.9, 0.9, 0.5, 0.1, 0.2, 0.2]),
        (Element.PATTERN, []),
    ],
)
def test_right_coordinates_pass(element: Element, numbers: list[float]) -> None:
    assert list(checked_coordinates(element, numbers)) == numbers


@pytest.mark.parametrize(
    ("element", "numbers", "words"),
    [
        (Element.CENTER, [0.8, 0.2, 0.1, 0.9], "wrong order"),
        (Element.DIAGONAL, [0.1, 0.1], "2 numbers"),
        (Element.CURVED, [0.1, 0.1, 0.2, 0.2, 0.3], "5 numbers"),
        (Element.TRIANGLE, [0.1, 0.9, 0.9, 0.9, 0.5, 1.1], "outside"),
        (Element.HORIZONTAL, [0, 0.5, float("nan"), 0.5], "outside"),
        (Element.PATTERN, [0.5], "1 numbers"),
    ],
)
def test_wrong_coordinates_are_refused(element: Element, numbers: list[float], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        checked_coordinates(element, numbers)


@needs_reference_data
def test_cadbs_own_files_have_these_classes_and_shapes() -> None:
    counts = {Geometry.BOX: {4}, Geometry.SEGMENT: {4}, Geometry.TRIANGLE: {6}}
    for drawn in reference_json("cadb/composition_elements.json").values():
        for name in drawn.keys() - {"none"}:
            geometry = geometry_of(Element(name))
            sizes = {len(shape) for shape in drawn[name]}
            assert sizes <= counts.get(geometry, sizes)
