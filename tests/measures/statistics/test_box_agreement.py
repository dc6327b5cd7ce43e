"""Boxes of several raters."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from measures.boxes import Box
from measures.statistics import Known
from measures.statistics.box_agreement import box_agreement
from tests.measures.reference_data import needs_reference_data, reference_json


def test_two_halves_by_hand() -> None:
    found = box_agreement([(0, 0, 1, 1), (0, 0, 1, 0.5), (0.2, 0, 1, 1)])
    assert isinstance(found, Known)
    # IoU .5, .8, and .4 / .9 over a union of .9.
    assert found.value.mean_iou == pytest.approx((0.5 + 0.8 + 0.4 / 0.9) / 3)
    assert found.value.least_iou == pytest.approx(0.4 / 0.9)
    assert found.value.mean_bde == pytest.approx((0.125 + 0.05 + 0.175) / 3)
    assert found.value.share_close == pytest.approx(1 / 3)
    assert found.value.share_very_close == 0
    assert found.value.consensus == (0, 0, 1, 1)


@needs_reference_data
def test_ten_experts_on_a_real_photo() -> None:
    sizes = reference_json("flms/image_sizes.json")
    for name, rows in list(reference_json("flms/image_crop.json").items())[:20]:
        width, height = sizes[name]
        boxes = [np.array(row) / [width, height, width, height] for row in rows]
        overlaps = []
        for a, b in combinations(boxes, 2):
            side = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
            shared = float(np.prod(np.maximum(side, 0)))
            both = float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]))
            overlaps.append(shared / (both - shared))
        found = box_agreement([list(map(float, box)) for box in boxes])
        assert isinstance(found, Known)
        assert found.value.mean_iou == pytest.approx(np.mean(overlaps), abs=1e-6)
        assert found.value.least_iou == pytest.approx(min(overlaps), abs=1e-6)


def test_one_box_agrees_with_nobody() -> None:
    assert "two raters" in str(box_agreement([Box(0, 0, 1, 1)]))
    assert "two raters" in str(box_agreement([]))
