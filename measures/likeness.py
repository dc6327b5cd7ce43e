"""Which photos look alike: a 64-bit perceptual hash, its distance, and groups of near-duplicates.

Input is a small grayscale array; reading files is the catalog's work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.fft import dctn
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.errors import InvalidInput

HASH_BITS = 64
# Two photos within this many bits count as near-duplicates unless a project says otherwise.
DEFAULT_THRESHOLD = 6
# Few hashes are compared all with all; many go through an index of four 16-bit chunks.
BRUTE_FORCE_BELOW = 1500
_CHUNKS, _CHUNK_BITS = 4, 16
_SIGN = 1 << (HASH_BITS - 1)
_BATCH = 2_000_000

Hashes = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]


def perceptual_hash(gray: npt.ArrayLike) -> int:
    """The DCT hash of a grayscale photo, an unsigned 64-bit number.

    ``gray`` is (height, width), best 32 x 32, values of any scale. Bit k says whether the k-th of
    the 8 x 8 lowest frequencies (row by row, highest bit first) lies above their median.
    A plain grey photo has no frequencies, so all plain photos hash alike.
    """
    picture = np.asarray(gray, dtype=np.float64)
    if picture.ndim != 2 or min(picture.shape) < 8 or not np.isfinite(picture).all():
        raise InvalidInput("A hash needs a grayscale picture of at least 8 x 8 pixels.")
    low = np.asarray(dctn(picture, norm="ortho"))[:8, :8].ravel()
    # Rounding keeps the last bits of floating point out of the hash of flat pictures.
    low = np.round(low, 6)
    bits = low > np.median(low)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def to_signed(value: int) -> int:
    """The same 64 bits as a signed number, as PostgreSQL's bigint holds them."""
    return value - (1 << HASH_BITS) if value >= _SIGN else value


def from_signed(value: int) -> int:
    """The inverse of `to_signed`."""
    return value + (1 << HASH_BITS) if value < 0 else value


def hamming(first: int, second: int) -> int:
    """How many of the 64 bits differ."""
    return (first ^ second).bit_count()


def near(value: int, hashes: Sequence[int] | Hashes, threshold: int = DEFAULT_THRESHOLD) -> Indices:
    """Positions of the hashes within ``threshold`` bits of one, in order."""
    distances = np.bitwise_count(_as_hashes(hashes) ^ np.uint64(value))
    return np.flatnonzero(distances <= threshold).astype(np.int64)


def groups(hashes: Sequence[int] | Hashes, threshold: int = DEFAULT_THRESHOLD) -> Indices:
    """Near-duplicate groups: for each hash the smallest position in its group, shape (n,).

    Groups are chains: A like B and B like C puts A, B and C together (union-find).
    """
    _check_threshold(threshold)
    array = _as_hashes(hashes)
    if array.size == 0:
        return np.empty(0, dtype=np.int64)
    unique, first_at, inverse = np.unique(array, return_index=True, return_inverse=True)
    labels = _components(unique.size, _alike_pairs(unique, threshold))
    smallest = np.full(unique.size, array.size, dtype=np.int64)
    np.minimum.at(smallest, labels, first_at)
    return smallest[labels][inverse]


def _as_hashes(hashes: Sequence[int] | Hashes) -> Hashes:
    return np.asarray(hashes, dtype=np.uint64)


def _check_threshold(threshold: int) -> None:
    if not 0 <= threshold <= 15:
        raise InvalidInput(
            "The likeness threshold is a number of bits from 0 to 15.", field="threshold"
        )


def _components(count: int, pairs: Iterator[tuple[Indices, Indices]]) -> Indices:
    lefts, rights = [], []
    for left, right in pairs:
        lefts.append(left)
        rights.append(right)
    left = np.concatenate(lefts) if lefts else np.empty(0, dtype=np.int64)
    right = np.concatenate(rights) if rights else np.empty(0, dtype=np.int64)
    graph = coo_array((np.ones(left.size, dtype=np.int8), (left, right)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _alike_pairs(hashes: Hashes, threshold: int) -> Iterator[tuple[Indices, Indices]]:
    if hashes.size < BRUTE_FORCE_BELOW:
        distances = np.bitwise_count(hashes[:, None] ^ hashes[None, :])
        left, right = np.nonzero(np.triu(distances <= threshold, k=1))
        yield left.astype(np.int64), right.astype(np.int64)
        return
    for left, right in _candidates(hashes, threshold):
        close = np.bitwise_count(hashes[left] ^ hashes[right]) <= threshold
        yield left[close], right[close]


def _candidates(hashes: Hashes, threshold: int) -> Iterator[tuple[Indices, Indices]]:
    # Pigeonhole: within T bits over four chunks, one chunk differs in at most T // 4 bits.
    for chunk in range(_CHUNKS):
        keys = (hashes >> np.uint64(chunk * _CHUNK_BITS)) & np.uint64(0xFFFF)
        order = np.argsort(keys, kind="stable")
        for mask in _masks(threshold // _CHUNKS):
            yield from _joined(keys, order, mask)


def _masks(bits: int) -> Iterator[int]:
    for count in range(bits + 1):
        for places in combinations(range(_CHUNK_BITS), count):
            yield sum(1 << place for place in places)


def _joined(keys: Hashes, order: Indices, mask: int) -> Iterator[tuple[Indices, Indices]]:
    # All (i, j) with i < j and keys[i] ^ mask == keys[j], in batches of bounded size.
    ordered, wanted = keys[order], keys ^ np.uint64(mask)
    start = np.searchsorted(ordered, wanted, side="left")
    count = np.searchsorted(ordered, wanted, side="right") - start
    bounds = np.concatenate([[0], np.cumsum(count)])
    at = 0
    while at < keys.size:
        end = max(at + 1, int(np.searchsorted(bounds, bounds[at] + _BATCH, side="right")) - 1)
        left = np.repeat(np.arange(at, end, dtype=np.int64), count[at:end])
        offset = np.arange(left.size) - np.repeat(bounds[at:end] - bounds[at], count[at:end])
        right = order[start[left] + offset]
        keep = left < right
        yield left[keep], right[keep]
        at = end
