"""Rewards: one file here adds one way to say how good a rollout is, for training without an answer to copy.

A rollout is what the model in training said about one row: the region of the photo that it would look
at to answer a question. A reward gives each of them a number, or None where it has nothing to say. It
may have a `Reader` look at the whole picture and at the crop. Which rewards a recipe takes, and their
weights, is the recipe's matter. Importing a file is cheap: no torch, no Django, no query.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from core.registry import Registry
from measures.boxes import Box


@dataclass(frozen=True)
class Rollout:
    """``box`` is None where the answer holds no valid one. ``accepted`` are all accepted answers to the
    question, ``answer`` the most common one; ``drawn`` is an expert's box, if there is one. ``whole`` is
    the picture that the model saw, ``original`` the one that a crop is cut from."""

    box: Box | None
    question: str
    accepted: tuple[str, ...]
    answer: str
    whole: Path
    original: Path
    drawn: Box | None = None


class Reader(Protocol):
    """A model that sees the whole picture, then the crop, then the question. Without a box the crop is a
    corner of two by two pixels, which shows nothing (as in CropVLM's code)."""

    def answers(self, rollouts: Sequence[Rollout]) -> list[str]:
        """What it answers, briefly."""

    def likelihoods(self, rollouts: Sequence[Rollout]) -> list[float]:
        """The log-likelihood of each rollout's most common answer, at most 0."""


class Reward(ABC):
    """The contract; see the page above."""

    name: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]

    @abstractmethod
    def score(self, rollouts: Sequence[Rollout], reader: Reader) -> list[float | None]:
        """One number a rollout, or None where there is nothing to hold it against."""


registry: Registry[Reward] = Registry(__name__, Reward)  # type: ignore[type-abstract]
