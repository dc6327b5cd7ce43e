"""Perceptual hashes and groups of near-duplicates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from measures import likeness

SIXTY_FOUR_BITS = st.integers(0, 2**64 - 1)


def picture(seed: int, side: int = 32) -> np.ndarray:
    """A soft random picture."""
    coarse = np.random.default_rng(seed).integers(0, 255, (8, 8))
    return np.kron(coarse, np.ones((side // 8, side // 8)))


def family(centre: int, bits: list[int]) -> list[int]:
    """A hash and hashes that differ from it in the first so many bits."""
    return [centre ^ ((1 << count) - 1) for count in bits]


def slow_groups(hashes: list[int], threshold: int) -> list[int]:
    """Union-find over all pairs, the plain way."""
    label = list(range(len(hashes)))
    for left in range(len(hashes)):
        for right in range(left):
            if likeness.hamming(hashes[left], hashes[right]) <= threshold:
                old, new = sorted((label[left], label[right]), reverse=True)
                label = [new if each == old else each for each in label]
    return label


def test_a_brighter_or_noisier_photo_keeps_its_hash_and_another_does_not() -> None:
    photo, noise = picture(1), np.random.default_rng(2).normal(0, 3, (32, 32))
    own = likeness.perceptual_hash(photo)
    assert likeness.hamming(own, likeness.perceptual_hash(photo * 0.8 + 20)) <= 2
    assert likeness.hamming(own, likeness.perceptual_hash(photo + noise)) <= 6
    assert likeness.hamming(own, likeness.perceptual_hash(picture(3))) > 12


def test_flat_photos_of_any_grey_hash_alike() -> None:
    hashes = {likeness.perceptual_hash(np.full((32, 32), grey)) for grey in (1, 77.7, 255)}
    assert len(hashes) == 1


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(InvalidInput, match="8 x 8"):
        likeness.perceptual_hash(np.zeros((4, 4)))


@given(SIXTY_FOUR_BITS)
def test_signed_and_unsigned_are_the_same_bits(value: int) -> None:
    signed = likeness.to_signed(value)
    assert -(2**63) <= signed < 2**63
    assert likeness.from_signed(signed) == value


def test_near_lists_what_lies_within_the_threshold() -> None:
    hashes = family(12345, [0, 6, 7, 3])
    assert likeness.near(12345, hashes, threshold=6).tolist() == [0, 1, 3]


def test_groups_are_chains() -> None:
    hashes = family(0, [0, 6, 12]) + family(2**60 - 1, [0])
    assert likeness.groups(hashes, threshold=6).tolist() == [0, 0, 0, 3]
    assert likeness.groups([], threshold=6).tolist() == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(SIXTY_FOUR_BITS, min_size=1, max_size=6),
    st.lists(st.integers(0, 20), min_size=1, max_size=6),
    st.sampled_from([0, 3, 6, 7, 9]),
)
def test_the_index_finds_the_same_groups_as_all_pairs(
    centres: list[int], bits: list[int], threshold: int
) -> None:
    hashes = [value for centre in centres for value in family(centre, bits)]
    expected = slow_groups(hashes, threshold)
    assert likeness.groups(hashes, threshold).tolist() == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(likeness, "BRUTE_FORCE_BELOW", 0)
        patch.setattr(likeness, "_BATCH", 7)
        assert likeness.groups(hashes, threshold).tolist() == expected


def test_twenty_thousand_photos_are_grouped() -> None:
    rng = np.random.default_rng(4)
    hashes = rng.integers(0, 2**64, 20_000, dtype=np.uint64)
    hashes[10_000:10_050] = hashes[:50] ^ np.uint64(0b111)
    labels = likeness.groups(hashes)
    assert labels[10_000:10_050].tolist() == list(range(50))


def test_a_wild_threshold_is_refused() -> None:
    with pytest.raises(InvalidInput, match="0 to 15"):
        likeness.groups([1, 2], threshold=16)
