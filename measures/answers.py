"""Short answers to questions about a photo: which are the same, and which one most people gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.errors import InvalidInput
from measures.metrics._answers import tidied


def same_answer(one: str, other: str) -> bool:
    """Whether two answers are the same by the rules of the VQA challenge (case, marks, articles,
    number words)."""
    return tidied(one) == tidied(other)


def majority_answer(answers: Sequence[str]) -> str:
    """The answer that was given most often, as it was first written; of equal ones the first.

    `InvalidInput` when there is none.
    """
    if not answers:
        raise InvalidInput("There is no answer to choose from.", field="answers")
    # Counter keeps the order of first sight, and most_common keeps it among equals.
    ((most, _),) = Counter(map(tidied, answers)).most_common(1)
    return next(answer for answer in answers if tidied(answer) == most)


def as_target(answer: str) -> str:
    """An answer as a model is to write it: lower case, first letter large, full stop (CropVLM)."""
    words = " ".join(answer.split()).rstrip(".").lower()
    if not words:
        raise InvalidInput("An empty answer has no likelihood.", field="answers")
    return f"{words[0].upper()}{words[1:]}."
