"""Free boxes beside rated crops: nearest, tolerant and ProCrop's accuracy."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.boxes import Box, Unreadable
from measures.metrics import Placement, Prediction, evaluate_placements, registry
from measures.statistics import NotKnown
from tests.measures.boxes.strategies import boxes

# Crops of growing height; the higher, the better, the two lowest of the best six tied.
CROPS = [[0, 0, 100, 100 - 4 * at] for at in range(10)]
MOS = [5.0, 4.8, 4.6, 4.4, 4.2, 4.2, 3.0, 2.0, 1.5, 1.0]


def figures(name: str, *predictions: Prediction) -> dict[str, object]:
    """All figures of one photo."""
    metric, case = registry.get(name)(), Placement.of(predictions, CROPS, MOS)
    return {"": metric.value_of(case), **metric.parts_of(case)}


def test_a_box_near_a_good_crop_counts_within_the_tolerance() -> None:
    # IoU with the fifth crop (84 high) is 76/84 = 0.905, with the sixth (80 high) 0.95.
    assert figures("tolerant_acc_90", [0, 0, 100, 76])[""] == 1
    assert figures("tolerant_acc_90", [0, 0, 100, 75])[""] == 0
    assert figures("tolerant_acc_85", [0, 0, 100, 75])[""] == 1


def test_the_tolerance_itself_is_a_hit() -> None:
    case = Placement.of([[0, 0, 9, 10]], [[0, 0, 10, 10]] * 5, [3] * 5)
    assert registry.get("tolerant_acc_90")().value_of(case) == 1


def test_crops_tied_with_the_fifth_count_only_with_ties() -> None:
    found = figures("tolerant_acc_90", [0, 0, 100, 74])
    assert (found["1/5"], found["1/5 with ties"], found["1/10"]) == (0, 1, 1)


def test_the_nearest_crop_is_counted_exactly() -> None:
    assert figures("nearest_acc", [0, 0, 100, 79])["1/5"] == 1  # tied for the fifth place
    assert figures("nearest_acc", [0, 0, 100, 77])["1/5"] == 0
    assert figures("nearest_acc", [0, 0, 100, 77])["1/10"] == 1


def test_a_box_beside_every_crop_is_near_none() -> None:
    assert figures("nearest_acc", [200, 200, 300, 300]) == {"": 0, "1/5": 0, "1/10": 0}


def test_procrop_asks_its_best_boxes_for_the_single_best_crop() -> None:
    found = figures("procrop_acc", [0, 0, 100, 50], None, *[[0, 0, 100, 92]] * 3)
    assert (found[""], found["5 at 0.90"], found["5 at 0.95"]) == (0, 1, 0)
    assert found["10 at 0.90"] == NotKnown("the model gave fewer than 10 boxes for the photo")


@pytest.mark.parametrize("answer", [None, Unreadable("none", "nothing"), [5, 5, 5, 9]])
@pytest.mark.parametrize("name", ["nearest_acc", "tolerant_acc_85", "procrop_acc"])
def test_an_invalid_answer_is_a_miss(name: str, answer: Prediction) -> None:
    found = evaluate_placements([Placement.of([answer], CROPS, MOS)], names=[name])[name]
    assert found.values.tolist() == [0]


def test_a_photo_with_few_rated_crops_is_left_out() -> None:
    found = evaluate_placements([Placement.of([CROPS[0]], CROPS[:4], MOS[:4])])
    for measured in found.values():
        assert measured.left_out == {"fewer than 5 crops of the photo are rated": 1}


@given(boxes(), st.lists(boxes(), min_size=10, max_size=14), st.data())
def test_a_wider_net_catches_no_less(box: Box, crops: Sequence[Box], data: st.DataObject) -> None:
    grades = st.lists(st.integers(7, 35), min_size=len(crops), max_size=len(crops))
    case = Placement.of([box], crops, data.draw(grades))
    tight, loose = (registry.get(f"tolerant_acc_{each}")().parts_of(case) for each in (90, 85))
    for title in tight:
        assert tight[title] <= loose[title]
    assert tight["1/5"] <= tight["1/10"] <= tight["1/10 with ties"]
    assert tight["1/5"] <= tight["1/5 with ties"]


@pytest.mark.parametrize(
    ("predictions", "crops", "mos"),
    [([], CROPS, MOS), ([None], CROPS, MOS[:3]), ([None], [], []), ([None], [CROPS[0]], [None])],
)
def test_cases_that_do_not_fit_are_refused(predictions: list, crops: list, mos: list) -> None:  # type: ignore[type-arg]
    with pytest.raises(InvalidInput):
        Placement.of(predictions, crops, mos)
