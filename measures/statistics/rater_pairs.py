"""Pair votes by raters of unequal care: P(k says i beats j) = eta_k p_ij + (1 - eta_k)(1 - p_ij).

Source: Chen et al. (2013), Crowd-BT. Fitted to the maximum of the posterior (L-BFGS) with a Beta
prior on the care eta and a Gaussian one on the worths. The problem has several tops; it starts
from careful raters, eta = 0.9. Ties tell nothing of care and are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logit

from core.errors import InvalidInput
from measures.statistics.bradley_terry import bradley_terry
from measures.statistics.columns import Floats, Integers, Labels, numbered
from measures.statistics.comparisons import Comparisons
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.pair_fit import PairFit
from measures.statistics.pair_scores import REGULARISATION, PairScores, scores_of

METHOD = "crowd_bradley_terry"
VERSION = "1"

# Beta's two numbers; its top is at 0.9. With a second number of 1 it would be at 1, which no vote
# could then contradict smoothly.
PRIOR = (10.0, 2.0)
START = 0.9
MIN_PAIRS = 30
MAX_ROUNDS = 5000
# Mean -log likelihood of a coin.
CHANCE = 0.6931471805599453

NO_VOTES = NotKnown("nobody has decided a pair yet")
FEW_PAIRS = NotKnown(f"fewer than {MIN_PAIRS} pairs; see how surprising the votes are instead")


@dataclass(frozen=True, slots=True)
class PairRater:
    """``care``: the chance to say what the panel's worths say; ``surprise``: mean -log likelihood
    of the votes under the panel's worths taken plainly (a coin has 0.693)."""

    n: int
    care: Maybe[float]
    surprise: float


@dataclass(frozen=True)
class RaterPairs:
    """``scores`` in logits, all with a prior; their errors take the raters' care as known.

    ``eta`` (raters,) is the fitted care even of raters with few pairs; publish `rater` instead.
    """

    scores: PairScores
    raters: dict[object, PairRater]
    eta: Floats
    rounds: int


@dataclass(frozen=True)
class _Choices:
    """Decided votes: the rater, the row of the pair, and +1 or -1 for left or right."""

    names: Labels
    rater: Integers
    row: Integers
    sign: Floats
    votes: Comparisons


def rater_pairs(
    raters: npt.ArrayLike,
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    choice: npt.ArrayLike,
    *,
    lam: float = REGULARISATION,
    prior: tuple[float, float] = PRIOR,
) -> Maybe[RaterPairs]:
    """Fits columns of equal length, a vote each; ``prior`` are Beta's two numbers, from 1 up."""
    if lam <= 0 or min(prior) < 1:
        raise InvalidInput("The prior on worths lies above 0, Beta's numbers from 1 up.")
    choices = _choices(raters, left, right, choice)
    if choices.sign.size == 0:
        return NO_VOTES
    size = choices.votes.names.size
    start = np.zeros(size + choices.names.size)
    start[:size] = bradley_terry(left, right, choice, lam=lam, with_intervals=False).worth
    start[size:] = logit(START)
    found = minimize(
        _loss, start, args=(choices, lam, prior), jac=True, method="L-BFGS-B",
        options={"maxiter": MAX_ROUNDS, "maxfun": 2 * MAX_ROUNDS, "ftol": 1e-15, "gtol": 1e-8,
                 "maxcor": 30},
    )  # fmt: skip
    return Known(_result(choices, found.x[:size], expit(found.x[size:]), lam, int(found.nit)))


def _loss(
    free: Floats, choices: _Choices, lam: float, prior: tuple[float, float]
) -> tuple[float, Floats]:
    # Minus the log posterior and its slope, in the worths and in the logits of care.
    size, rater = choices.votes.names.size, choices.rater
    worth, eta = free[:size], expit(free[size:])
    p = _agreement(choices, worth)
    q = _chance(p, eta[rater])
    a, b = prior[0] - 1, prior[1] - 1
    prior_care = a * log_expit(free[size:]) + b * log_expit(-free[size:])
    value = -np.log(q).sum() - prior_care.sum() + lam / 2 * worth @ worth
    pull = choices.sign * (2 * eta[rater] - 1) * p * (1 - p) / q
    votes, row = choices.votes, choices.row
    slope = np.bincount(votes.left[row], pull, size) - np.bincount(votes.right[row], pull, size)
    care = np.bincount(rater, (2 * p - 1) / q, eta.size) * eta * (1 - eta)
    care += a * (1 - eta) - b * eta
    return float(value), -np.concatenate([slope - lam * worth, care])


def _choices(
    raters: npt.ArrayLike, left: npt.ArrayLike, right: npt.ArrayLike, choice: npt.ArrayLike
) -> _Choices:
    said = np.asarray(choice, dtype=np.float64)
    if np.shape(raters) != said.shape:
        raise InvalidInput("Raters, crops and choices are columns of equal length.")
    votes = Comparisons.of(left, right, said, (said != 0).astype(np.float64))
    decided = said != 0
    names, rater = numbered(np.asarray(raters)[decided])
    one, other = (np.searchsorted(votes.names, np.asarray(side)) for side in (left, right))
    size = votes.names.size
    row = np.searchsorted(votes.left * size + votes.right, one * size + other).astype(np.int64)
    return _Choices(names, rater, row[decided], said[decided], votes)


def _agreement(choices: _Choices, worth: Floats) -> Floats:
    d = worth[choices.votes.left] - worth[choices.votes.right]
    return np.asarray(expit(choices.sign * d[choices.row]))


def _chance(p: Floats, eta: Floats) -> Floats:
    return np.asarray(eta * p + (1 - eta) * (1 - p))


def _result(choices: _Choices, worth: Floats, eta: Floats, lam: float, rounds: int) -> RaterPairs:
    p = _agreement(choices, worth)
    weight = 2 * eta[choices.rater] - 1
    slope = weight * p * (1 - p) / _chance(p, eta[choices.rater])
    bend = weight * p * (1 - p) * (1 - 2 * p) / _chance(p, eta[choices.rater])
    size = choices.votes.left.size
    curve = np.bincount(choices.row, slope**2 - bend, size).astype(np.float64)
    fit = PairFit(
        choices.votes, worth, np.empty(0), np.empty((0, 0)),
        np.full(choices.votes.n_groups, lam), curve, np.empty((size, 0)), rounds < MAX_ROUNDS,
    )  # fmt: skip
    n = np.bincount(choices.rater, minlength=choices.names.size)
    surprise = np.bincount(choices.rater, -np.log(p), choices.names.size) / np.maximum(n, 1)
    found = {
        name: PairRater(int(n[at]), _published(int(n[at]), eta[at]), float(surprise[at]))
        for at, name in enumerate(choices.names.tolist())
    }
    return RaterPairs(scores_of(fit, with_intervals=True, is_probit=False), found, eta, rounds)


def _published(n: int, eta: float) -> Maybe[float]:
    return Known(float(eta)) if n >= MIN_PAIRS else FEW_PAIRS
