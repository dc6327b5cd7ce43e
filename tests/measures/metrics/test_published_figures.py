"""The metrics reproduce the reference figures of the public annotation files to the last digit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from measures.baselines import centre
from measures.boxes.conversions import to_pixels
from measures.metrics import Reference, evaluate
from measures.statistics import Known
from tests.measures.reference_data import needs_reference_data, reference_json

pytestmark = needs_reference_data


def flms() -> Iterable[Reference]:
    """The experts' boxes of each FLMS photo, in pixels, some past the edge."""
    sizes = reference_json("flms/image_sizes.json")
    for name, boxes in reference_json("flms/image_crop.json").items():
        yield Reference.of(boxes, tuple(sizes[name]), drop_padding=True)


def fcdb() -> Iterable[Reference]:
    """The one best crop of each FCDB test photo, in pixels."""
    sizes = reference_json("fcdb/test_image_sizes_inferred.json")
    for row in reference_json("fcdb/cropping_testing_set.json"):
        x, y, width, height = row["crop"]
        yield Reference.of([[x, y, x + width, y + height]], tuple(sizes[file_of(row)]))


def file_of(row: dict[str, Any]) -> str:
    """The photo's file name, the last part of its address."""
    return str(row["url"].rsplit("/", 1)[-1])


@pytest.mark.parametrize(
    ("photos", "share", "expected"),
    [
        (flms, 1.0, {"iou_max": 0.824425, "displacement": 0.045640, "recall_75": 0.768182}),
        (flms, 0.9, {"iou_max": 0.814607, "displacement": 0.046946, "recall_75": 0.820455}),
        (flms, 0.8, {"iou_max": 0.784597, "displacement": 0.051447, "recall_75": 0.747727}),
        (fcdb, 1.0, {"iou_max": 0.640936, "displacement": 0.099796}),
        (fcdb, 0.9, {"iou_max": 0.665241, "displacement": 0.088557}),
    ],
)
def test_reference_figures(photos: Any, share: float, expected: dict[str, float]) -> None:
    references = list(photos())
    predictions = [to_pixels(centre(share), each.size) for each in references]
    for name, measured in evaluate(predictions, references, names=list(expected)).items():
        assert isinstance(measured.total.mean, Known)
        assert round(measured.total.mean.value, 6) == expected[name]
    assert len(references) == (440 if photos is flms else 300)
