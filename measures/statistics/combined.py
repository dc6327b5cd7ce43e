"""Ratings and pair votes on one scale: ratings anchor across photos, pairs order within a photo.

Source of the idea: Perez-Ortiz et al. (2019). Our form adds to the primary score's model one more
term: P(i preferred to j) = logistic(kappa (psi_i - psi_j)), with psi in grades and one slope kappa,
in logits a grade. Fitted by EM in which the worths' posterior is replaced by the
nearest normal (variational); given the raters' habits it splits into the compared groups.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from core.errors import InvalidInput
from measures.statistics.columns import Floats, Integers, Labels
from measures.statistics.combined_data import CombinedVotes
from measures.statistics.combined_posterior import NODES, WEIGHTS, nearest_normal
from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.pair_scores import Difference
from measures.statistics.primary import NU0, fit_primary

METHOD = "combined"
VERSION = "1"

TOLERANCE = 1e-7
MAX_ROUNDS = 2000
# Steps of the inner fit: a few in each round, which need no more, and all at the end.
FEW_STEPS, ALL_STEPS = 2, 200
# ln kappa ~ N(0, 1.5^2): weak, it keeps a slope finite that the votes do not bound.
LOG_KAPPA_SD = 1.5

NO_SCORE = NotKnown("nobody has scored or compared it yet")
NO_PAIRS = NotKnown("nobody has compared anything; the primary score says all there is")
NOT_LINKED = NotKnown("the raters fall into groups that share no item, so they have no one scale")


@dataclass(frozen=True)
class Combined:
    """Columns by item (``mean``, ``sd`` in grades) and by rater; ``kappa`` in logits a grade.

    ``blocks``: the covariance of the items ``members`` of each compared group. The sd take the
    raters' habits and kappa as known, which is a little too sure for less than about 200 items.
    """

    items: Labels
    mean: Floats
    sd: Floats
    raters: Labels
    bias: Floats
    inconsistency: Floats
    mu: float
    tau: float
    kappa: float
    members: tuple[Integers, ...]
    blocks: tuple[Floats, ...]
    rounds: int
    has_converged: bool

    def difference(self, first: object, second: object) -> Maybe[Difference]:
        """Two items, of one photo or of two: the ratings put all on one scale."""
        rows = [np.flatnonzero(self.items == name) for name in (first, second)]
        if not all(found.size for found in rows):
            return NO_SCORE
        one, other = int(rows[0][0]), int(rows[1][0])
        variance = float(self.sd[one] ** 2 + self.sd[other] ** 2) - 2 * self._together(one, other)
        d, se = float(self.mean[one] - self.mean[other]), math.sqrt(max(variance, 1e-300))
        p_better = 0.5 * math.erfc(-d / se / math.sqrt(2))
        return Known(Difference(d, se, float(expit(self.kappa * d)), p_better))

    def _together(self, one: int, other: int) -> float:
        for members, block in zip(self.members, self.blocks, strict=True):
            a, b = np.flatnonzero(members == one), np.flatnonzero(members == other)
            if a.size and b.size:
                return float(block[a[0], b[0]])
        return 0.0


@dataclass(frozen=True)
class _State:
    bias: Floats
    noise: Floats
    mu: float
    tau2: float
    kappa: float
    mean: Floats
    variance: Floats
    blocks: tuple[Floats, ...]


def fit_combined(
    ratings: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
    pairs: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
    *,
    step: float = 1.0,
    nu0: float = NU0,
    tolerance: float = TOLERANCE,
    max_rounds: int = MAX_ROUNDS,
) -> Maybe[Combined]:
    """``ratings``: raters, items, scores; ``pairs``: left, right, choice (ties count half), all
    columns, over the same names of items. ``step`` and ``nu0`` as in `fit_primary`."""
    if step < 0 or nu0 < 0:
        raise InvalidInput("The step between grades and nu0 cannot be below 0.")
    votes = CombinedVotes.of(ratings, pairs)
    if votes.n.sum() == 0:
        return NO_PAIRS
    start = fit_primary(votes.rater, votes.item, votes.score, step=step, nu0=nu0)
    if len(start.components) > 1:
        return NOT_LINKED
    if not start.components or start.components[0].reason_unknown:
        reason = start.components[0].reason_unknown if start.components else "nobody scored"
        return NotKnown(reason)
    mean = np.full(votes.names.size, start.components[0].mu)
    mean[start.items] = start.mean
    state = _State(
        start.bias, start.inconsistency**2, start.components[0].mu, start.components[0].tau ** 2,
        1.0, mean, np.zeros_like(mean), (),
    )  # fmt: skip
    rounds, has_converged = 0, False
    while not has_converged and rounds < max_rounds:
        moved = _maximise(
            votes, _expect(votes, state, FEW_STEPS), nu0, max(step * step / 12, 1e-12)
        )
        has_converged = _distance(state, moved) <= tolerance
        state, rounds = moved, rounds + 1
    return Known(_result(votes, _expect(votes, state, ALL_STEPS), rounds, has_converged))


def _expect(votes: CombinedVotes, state: _State, steps: int) -> _State:
    # The normal nearest to the posterior (variational), each compared group by itself.
    weight = 1 / state.noise
    precision = 1 / state.tau2 + votes.sum_by_item(weight[votes.rater])
    freed = weight[votes.rater] * (votes.score - state.bias[votes.rater])
    pull = state.mu / state.tau2 + votes.sum_by_item(freed)
    mean, variance = pull / precision, 1 / precision
    blocks = []
    for group, members in enumerate(votes.members):
        start = state.blocks[group] if state.blocks else np.diag(variance[members])
        centre, block = nearest_normal(
            votes, group, (state.kappa, state.mean[members], start), precision[members],
            pull[members], steps,
        )  # fmt: skip
        mean[members], variance[members] = centre, np.diag(block)
        blocks.append(block)
    return replace(state, mean=mean, variance=variance, blocks=tuple(blocks))


def _maximise(votes: CombinedVotes, state: _State, nu0: float, floor: float) -> _State:
    n = votes.sum_by_rater(np.ones(votes.score.size))
    mean = state.mean
    bias = votes.sum_by_rater(votes.score - mean[votes.item]) / n
    around = (votes.score - mean[votes.item] - bias[votes.rater]) ** 2
    squares = votes.sum_by_rater(around + state.variance[votes.item])
    pooled = float(squares.sum() / n.sum())
    shift = float(bias.mean())
    noise = np.maximum((squares + nu0 * pooled) / (n + nu0), floor)
    mean = mean + shift
    mu = float(mean.mean())
    tau2 = max(float(((mean - mu) ** 2 + state.variance).mean()), floor)
    kappa = _slope(votes, state)
    return replace(state, bias=bias - shift, noise=noise, mu=mu, tau2=tau2, kappa=kappa, mean=mean)


def _slope(votes: CombinedVotes, state: _State) -> float:
    # The top of the expected log-likelihood of the choices, by Newton in ln kappa.
    d, variance = _differences(votes, state)
    at = d[:, None] + np.sqrt(variance)[:, None] * NODES
    log = math.log(state.kappa)
    for _ in range(50):
        kappa = math.exp(log)
        p = expit(kappa * at)
        gain = votes.wins[:, None] * at - votes.n[:, None] * at * p
        bend = votes.n[:, None] * at**2 * p * (1 - p)
        slope = kappa * float((gain @ WEIGHTS).sum()) - log / LOG_KAPPA_SD**2
        curve = kappa**2 * float((bend @ WEIGHTS).sum()) + 1 / LOG_KAPPA_SD**2
        move = float(np.clip(slope / curve, -1, 1))
        log += move
        if abs(move) < 1e-12:
            break
    return math.exp(log)


def _differences(votes: CombinedVotes, state: _State) -> tuple[Floats, Floats]:
    d, variance = np.zeros(votes.n.size), np.zeros(votes.n.size)
    for group, (left, right, rows) in enumerate(votes.places):
        block, mean = state.blocks[group], state.mean[votes.members[group]]
        own = np.diag(block)
        d[rows] = mean[left] - mean[right]
        variance[rows] = own[left] + own[right] - 2 * block[left, right]
    return d, np.maximum(variance, 0.0)


def _distance(before: _State, after: _State) -> float:
    return float(
        max(
            np.abs(after.bias - before.bias).max(),
            np.abs(np.sqrt(after.noise) - np.sqrt(before.noise)).max(),
            abs(math.sqrt(after.tau2) - math.sqrt(before.tau2)),
            abs(after.kappa - before.kappa),
            np.abs(after.mean - before.mean).max(),
        )
    )


def _result(votes: CombinedVotes, state: _State, rounds: int, has_converged: bool) -> Combined:
    return Combined(
        items=votes.names,
        mean=state.mean + votes.centre,
        sd=np.sqrt(state.variance),
        raters=votes.raters,
        bias=state.bias,
        inconsistency=np.sqrt(state.noise),
        mu=state.mu + votes.centre,
        tau=math.sqrt(state.tau2),
        kappa=state.kappa,
        members=votes.members,
        blocks=state.blocks,
        rounds=rounds,
        has_converged=has_converged,
    )
