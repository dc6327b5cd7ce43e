"""Composition by measurement: lines, elements, crops along them, and the schemas of all models."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.errors import InvalidInput
from inference.backends import Source, open_backend
from inference.critiquing.composing import analyse, decide, propose
from inference.elements import Name, problem_of
from inference.errors import MalformedAnswer
from inference.extracting import read_answer
from inference.looking.aligning import aligned, fit_of
from inference.looking.edges import find_edges
from inference.looking.pixels import open_pixels
from inference.looking.segments import find_segments, support
from measures.geometry.elements import Element, is_count_right
from tests.inference.requests import ask, drawn_photo, encoded

Line = tuple[float, float, float, float]


def with_lines(*lines: Line, size: tuple[int, int] = (600, 400)) -> bytes:
    """Faint noise with dark lines, given in fractions."""
    noise = np.random.default_rng(3).integers(180, 196, (size[1], size[0], 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    for x1, y1, x2, y2 in lines:
        ends = (x1 * size[0], y1 * size[1], x2 * size[0], y2 * size[1])
        ImageDraw.Draw(image).line(ends, fill=(20, 20, 20), width=9)
    return encoded(image, "PNG")


def along(end: tuple[float, float]) -> float:
    return end[0] + 0.1 * end[1]


def names(photo: bytes) -> list[str]:
    return [element["name"] for element in analyse(photo)["elements"]]


@pytest.mark.parametrize(
    ("line", "angle"),
    [
        ((0.1, 0.3, 0.9, 0.3), 0),
        ((0.4, 0.1, 0.4, 0.9), 90),
        ((0.2, 0.9, 0.7, 0.15), -45),
        ((0.2, 0.1, 0.9, 0.8), 33.7),
    ],
)
def test_a_drawn_line_is_found_where_it_is(line: Line, angle: float) -> None:
    found = find_segments(open_pixels(with_lines(line)))[0]
    assert abs((found.angle - angle + 90) % 180 - 90) < 3
    ends = sorted([(line[0], line[1]), (line[2], line[3])], key=along)
    traced = sorted([(found.x1, found.y1), (found.x2, found.y2)], key=along)
    assert np.allclose(traced, ends, atol=0.05)


def test_an_edge_supports_the_segment_along_it_and_no_other() -> None:
    edges = find_edges(open_pixels(with_lines((0.1, 0.3, 0.9, 0.3))))
    assert support(edges, (0.15, 0.3, 0.85, 0.3)) > 0.9
    assert support(edges, (0.15, 0.7, 0.85, 0.7)) < 0.3
    assert support(edges, (0.4, 0.05, 0.4, 0.95)) < 0.3


def test_an_even_picture_has_no_lines_and_no_elements_of_lines() -> None:
    plain = encoded(Image.new("RGB", (300, 200), (90, 90, 90)), "PNG")
    assert find_segments(open_pixels(plain)) == []
    assert not {"horizontal", "vertical", "diagonal"} & set(names(plain))


def test_lines_are_named_by_their_direction() -> None:
    photo = with_lines((0.1, 0.2, 0.9, 0.2), (0.25, 0.3, 0.25, 0.95), (0.4, 0.95, 0.75, 0.35))
    assert {"horizontal", "vertical", "diagonal"} <= set(names(photo))


def test_lines_that_meet_have_a_vanishing_point() -> None:
    point = (0.5, 0.4)
    corners = [(0.05, 0.95), (0.95, 0.95), (0.02, 0.05), (0.98, 0.05)]
    lines = [(x, y, x + 0.7 * (point[0] - x), y + 0.7 * (point[1] - y)) for x, y in corners]
    found = analyse(with_lines(*lines))["elements"]
    ends = [each["points"][2:] for each in found if each["name"] == "vanishing_point"]
    assert len(ends) == 3 and np.allclose(ends, point, atol=0.05)


@pytest.mark.parametrize(
    ("centre", "name"),
    [((0.5, 0.5), "center"), ((0.333, 0.333), "rule_of_thirds"), ((0.618, 0.618), "golden_ratio")],
)
def test_a_placed_subject_is_named(centre: tuple[float, float], name: str) -> None:
    x, y = centre
    assert name in names(drawn_photo((x - 0.08, y - 0.1, x + 0.08, y + 0.1)))


def test_a_crop_is_better_when_the_line_lies_on_a_third_of_it() -> None:
    horizon = {"name": "horizontal", "points": [0, 0.4, 1, 0.4]}
    assert fit_of((0, 0.1, 1, 1), horizon) == pytest.approx(1)
    assert fit_of((0, 0.37, 1, 1), horizon) < 0.2
    assert aligned((0, 0, 1, 1), []) == 0.5


@pytest.mark.parametrize("name", get_args(Name))
def test_every_class_fits_something(name: str) -> None:
    points = {"curved": 8, "triangle": 6, "pattern": 0, "fill_the_frame": 0}.get(name, 4)
    element = {"name": name, "points": [0.2, 0.2, 0.6, 0.7, 0.5, 0.5, 0.4, 0.1][:points]}
    assert 0 <= fit_of((0.1, 0, 0.9, 0.8), element) <= 1


def test_proposals_serve_the_elements_and_the_best_is_decided_for() -> None:
    photo = drawn_photo()
    crops = propose(photo, analyse(photo)["elements"], 5)
    assert len(crops) == 5 and any("serves" in crop["rationale"] for crop in crops)
    worst = (0.0, 0.6, 0.4, 1.0)
    boxes = [worst, *(tuple(crop["box"]) for crop in crops)]
    decision = decide(photo, boxes)
    assert decision["choice"] > 1 and decision == decide(photo, boxes)


def test_steps_refuse_what_they_cannot_use() -> None:
    with open_backend(Source("rules")) as backend:
        wrong: list[dict[str, object]] = [{"boxes": []}, {}, {"boxes": "all"}]
        for changed in wrong:
            with pytest.raises(InvalidInput, match="boxes"):
                backend.answer(ask("crop.decide", inputs=changed))
        with pytest.raises(InvalidInput, match="elements"):
            backend.answer(ask("crop.propose_composed", inputs={"count": 5}))


def test_the_classes_are_those_of_the_geometry() -> None:
    assert set(get_args(Name)) == set(Element)
    for element in Element:
        for count in (0, 2, 4, 6, 8):
            points = [0.1 * at for at in range(count)]
            assert is_count_right(element, count) == (not problem_of(element.value, points))


@pytest.mark.parametrize(
    ("step", "text", "words"),
    [
        (
            "composition.analyse",
            '{"elements": [{"name": "spiral", "points": []}]}',
            "elements.0.name",
        ),
        (
            "composition.analyse",
            '{"elements": [{"name": "triangle", "points": [0.1, 0.2], "note": ""}], "text": ""}',
            "triangle needs 6 numbers, not 2",
        ),
        (
            "composition.analyse",
            '{"elements": [{"name": "center", "points": [0.9, 0, 0.1, 1], "note": ""}], "text": ""}',
            "center is a box",
        ),
        (
            "composition.analyse",
            '{"elements": [{"name": "diagonal", "points": [0, 0, 640, 1], "note": ""}], "text": ""}',
            "less than or equal to 1",
        ),
        ("crop.decide", '{"choice": 0, "reason": ""}', "choice"),
        ("crop.decide", '{"choice": "the second", "reason": ""}', "choice"),
    ],
)
def test_answers_of_another_shape_are_refused_in_words(step: str, text: str, words: str) -> None:
    with pytest.raises(MalformedAnswer, match=words):
        read_answer(step, text)
