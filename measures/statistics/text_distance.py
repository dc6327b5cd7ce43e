"""How much an expert changed a draft: edit distance by words, 0 (the same) to 1 (all new)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def words(text: str) -> list[str]:
    """The words of a text: split at white space, case kept, punctuation part of its word."""
    return text.split()


def word_edits(before: str, after: str) -> int:
    """The fewest words inserted, removed or replaced that turn one text into the other."""
    return edits(words(before), words(after))


def text_distance(before: str, after: str) -> float:
    """Word edits over the longer text's word count. Two empty texts are the same, 0."""
    longest = max(len(words(before)), len(words(after)))
    return word_edits(before, after) / longest if longest else 0.0


def edits(before: Sequence[str], after: Sequence[str]) -> int:
    """The Levenshtein distance of two sequences of words, or of letters when given two texts."""
    numbers = {word: number for number, word in enumerate({*before, *after})}
    target = np.array([numbers[word] for word in after], dtype=np.int64)
    steps = np.arange(len(after) + 1)
    row = steps.copy()
    for word in before:
        replaced = np.append(row[0] + 1, row[:-1] + (target != numbers[word]))
        best = np.minimum(replaced, row + 1)
        # Insertions run along the row: row[j] = min over i <= j of best[i] + (j - i).
        row = np.minimum.accumulate(best - steps) + steps
    return int(row[-1])
