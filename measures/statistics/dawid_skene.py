"""Dawid-Skene: the true category of each item and each rater's confusions, by EM.

Source: Dawid and Skene (1979). Rater i answers x to an item of category c with probability
pi_i[c, x]; items are of category c with probability p_c. ``pseudo`` counts keep a cell that was
never seen from being impossible. It needs about 20 answers a rater; below, use the vote shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import InvalidInput
from measures.statistics.columns import Floats, Integers, Labels, numbered
from measures.statistics.known import Known, Maybe, NotKnown

METHOD = "dawid_skene"
VERSION = "1"

PSEUDO = 0.01
MIN_LABELS = 20
MAX_ROUNDS = 2000
TOLERANCE = 1e-9

NO_VOTES = NotKnown("nobody has answered yet")
ONE_RATER = NotKnown("one rater's answers cannot be held against another's")
ONE_CATEGORY = NotKnown("only one category was ever chosen")
FEW_LABELS = NotKnown(f"half of the raters gave fewer than {MIN_LABELS} answers")


@dataclass(frozen=True)
class DawidSkene:
    """``posterior`` (items, categories); ``confusion`` (raters, true, answered), rows sum to 1;
    ``prevalence`` (categories,). Names of items, raters and categories ascend."""

    items: Labels
    raters: Labels
    categories: Labels
    posterior: Floats
    confusion: Floats
    prevalence: Floats
    rounds: int

    @property
    def accuracy(self) -> Floats:
        """Per rater the chance of a right answer to an item drawn from the prevalence."""
        return np.asarray(np.einsum("rcc,c->r", self.confusion, self.prevalence))

    @property
    def labels(self) -> Labels:
        """The most probable category of each item."""
        return np.asarray(self.categories[self.posterior.argmax(axis=1)])


@dataclass(frozen=True)
class _Answers:
    """The votes as numbers, and a column of ones summed by any key."""

    rater: Integers
    item: Integers
    answer: Integers
    shape: tuple[int, int, int]  # raters, items, categories


def dawid_skene(
    raters: npt.ArrayLike,
    items: npt.ArrayLike,
    categories: npt.ArrayLike,
    *,
    pseudo: float = PSEUDO,
    min_labels: int = MIN_LABELS,
) -> Maybe[DawidSkene]:
    """Fits three columns of equal length, an answer each, starting from the shares of votes."""
    if not (np.ndim(items) == 1 and np.shape(raters) == np.shape(items) == np.shape(categories)):
        raise InvalidInput("Answers are three columns of equal length.")
    rater_names, rater = numbered(raters)
    item_names, item = numbered(items)
    names, answer = numbered(categories)
    shape = (rater_names.size, item_names.size, names.size)
    if (reason := _refusal(rater, shape, min_labels)) is not None:
        return reason
    answers = _Answers(rater, item, answer, shape)
    posterior, confusion, prevalence, rounds = _fit(answers, pseudo)
    return Known(
        DawidSkene(item_names, rater_names, names, posterior, confusion, prevalence, rounds)
    )


def vote_shares(items: npt.ArrayLike, categories: npt.ArrayLike) -> Floats:
    """(items, categories) posterior means under a flat prior: (votes + 1) / (all + categories).

    For panels too small for Dawid-Skene; rows and columns ascend.
    """
    item_names, item = numbered(items)
    names, answer = numbered(categories)
    counts = _table(item, answer, (item_names.size, names.size)) + 1
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _refusal(rater: Integers, shape: tuple[int, int, int], min_labels: int) -> NotKnown | None:
    if shape[1] == 0:
        return NO_VOTES
    if shape[0] == 1:
        return ONE_RATER
    if shape[2] == 1:
        return ONE_CATEGORY
    return FEW_LABELS if np.median(np.bincount(rater)) < min_labels else None


def _fit(answers: _Answers, pseudo: float) -> tuple[Floats, Floats, Floats, int]:
    _, n_items, size = answers.shape
    counts = _table(answers.item, answers.answer, (n_items, size))
    posterior = counts / counts.sum(axis=1, keepdims=True)
    rounds, moved = 0, np.inf
    while moved > TOLERANCE and rounds < MAX_ROUNDS:
        confusion, prevalence = _maximise(answers, posterior, pseudo)
        after = _expect(answers, confusion, prevalence)
        moved = float(np.abs(after - posterior).max())
        posterior, rounds = after, rounds + 1
    return posterior, confusion, prevalence, rounds


def _maximise(answers: _Answers, posterior: Floats, pseudo: float) -> tuple[Floats, Floats]:
    raters, _, size = answers.shape
    key = answers.rater * size + answers.answer
    columns = [
        np.bincount(key, posterior[answers.item, true], minlength=raters * size)
        for true in range(size)
    ]
    counts = np.stack(columns).reshape(size, raters, size).transpose(1, 0, 2) + pseudo
    share = posterior.sum(axis=0) + pseudo
    return counts / counts.sum(axis=2, keepdims=True), np.asarray(share / share.sum())


def _expect(answers: _Answers, confusion: Floats, prevalence: Floats) -> Floats:
    _, n_items, size = answers.shape
    logs = np.tile(np.log(prevalence), (n_items, 1))
    said = np.log(confusion)[answers.rater, :, answers.answer]
    for true in range(size):
        logs[:, true] += np.bincount(answers.item, said[:, true], minlength=n_items)
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def _table(row: Integers, column: Integers, shape: tuple[int, int]) -> Floats:
    counts = np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1])
    return counts.reshape(shape).astype(np.float64)
