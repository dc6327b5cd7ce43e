"""Bad crops: every one keeps the stated limits, the seed determines them, words say when none fits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures.boxes import Box
from measures.geometry.bad_crops import ALIKE, MOST_CUT_IOU, MOST_MISSED_IOU, BadCrop, bad_crops
from tests.measures.boxes.strategies import boxes

ROUNDED = 2e-6
goods = st.lists(boxes(least=0.25), min_size=1, max_size=3)
seeds = st.integers(0, 2**31)
aspects = st.floats(0.5, 2.0)


@settings(max_examples=40)
@given(goods, seeds, aspects)
def test_every_bad_crop_keeps_the_limits(good: list[Box], seed: int, aspect: float) -> None:
    found, words = bad_crops(good, 3, seed=seed, photo_aspect=aspect)
    assert (len(found) == 3) != bool(words)
    for bad in found:
        assert bad.box.area >= 0.05
        assert 0.7 - ROUNDED <= bad.box.area / good[bad.beside].area <= 1.3 + ROUNDED
        assert 0.5 - ROUNDED <= bad.box.aspect(aspect) <= 2.2 + ROUNDED
        most = MOST_MISSED_IOU if bad.way == "misses" else MOST_CUT_IOU
        assert all(bad.box.iou(each) <= most for each in good)


@settings(max_examples=20)
@given(goods, seeds)
def test_the_seed_determines_them_and_more_only_adds(good: list[Box], seed: int) -> None:
    few, _ = bad_crops(good, 2, seed=seed, photo_aspect=1.5)
    many, _ = bad_crops(good, 4, seed=seed, photo_aspect=1.5)
    assert few == bad_crops(good, 2, seed=seed, photo_aspect=1.5)[0] == many[: len(few)]
    pairs = [(one, other) for one in many for other in many if one is not other]
    assert all(one.box.iou(other.box) <= ALIKE for one, other in pairs)


def made(good: Box, *seeds: int) -> list[BadCrop]:
    return [bad_crops([good], 1, seed=seed, photo_aspect=1.5)[0][0] for seed in seeds]


def test_small_crops_are_missed_and_cut_large_ones_cut() -> None:
    small = made(Box(0.1, 0.1, 0.5, 0.5), *range(12))
    assert {each.way for each in small} == {"misses", "cuts"}
    large = made(Box(0.05, 0.05, 0.85, 0.9), *range(12))
    assert {each.way for each in large} == {"cuts"}


def test_a_cut_runs_through_what_the_good_crops_share() -> None:
    good = Box(0.1, 0.1, 0.9, 0.9)
    for bad in made(good, *range(6)):
        middle = good.scaled(0.5)
        assert 0.15 <= bad.box.overlap_area(middle) / middle.area <= 0.65


def test_words_say_why_there_is_none() -> None:
    assert "whole photo" in bad_crops([Box.whole()], 1, seed=1, photo_aspect=1.5)[1]
    found, words = bad_crops([Box(0, 0, 0.98, 0.98)], 2, seed=1, photo_aspect=1.5)
    assert (found, "Only 0 of 2" in words) == ([], True)
    with pytest.raises(InvalidInput, match="good ones"):
        bad_crops([], 1, seed=1, photo_aspect=1.5)
    with pytest.raises(InvalidInput, match="aspect"):
        bad_crops([Box.whole()], 1, seed=1, photo_aspect=0)
