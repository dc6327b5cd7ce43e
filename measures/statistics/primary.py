"""The primary score: item means with the raters' bias and inconsistency taken out.

Model: x_ij = psi_j + b_i + e_ij, e_ij ~ N(0, v_i^2), psi_j ~ N(mu, tau^2), biases of a connected
group of raters sum to 0. The psi are integrated out and the rest is fitted by EM, which does not
collapse onto one rater as the joint fit (alternating projection) does. A rater with few votes is
drawn to the pooled noise by ``nu0`` pseudo-votes; variances do not fall below that of rounding to
a step. Raters who share no item, even through others, cannot be compared: each such component is
fitted alone.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.primary_results import (
    Component,
    Floats,
    PrimaryFit,
    PrimaryScore,
    RaterHabits,
)
from measures.statistics.primary_uncertainty import Parameters, uncertainty
from measures.statistics.primary_votes import RatingVotes, group_sums

METHOD = "primary"
VERSION = "2"

NU0 = 5.0
TOLERANCE = 1e-6
MAX_ROUNDS = 1000

Rater = TypeVar("Rater", bound=Hashable)

__all__ = [
    "METHOD",
    "VERSION",
    "Component",
    "PrimaryFit",
    "PrimaryScore",
    "RaterHabits",
    "fit_primary",
    "score_with",
]


def fit_primary(
    raters: npt.ArrayLike,
    items: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    step: float = 1.0,
    nu0: float = NU0,
    tolerance: float = TOLERANCE,
    max_rounds: int = MAX_ROUNDS,
) -> PrimaryFit:
    """Fits all votes of one scale: three columns of equal length, a vote each.

    ``step`` is the distance between two grades (0 for a continuous scale), ``nu0`` the pseudo-
    votes that draw a rater's noise to the pooled one (0 for the pure maximum). It stops when no
    parameter moves by more than ``tolerance`` grades.
    """
    votes = RatingVotes.of(raters, items, scores)
    state = _start(votes, step)
    rounds, has_converged = 0, votes.n_components == 0
    while not has_converged and rounds < max_rounds:
        moved = _round(votes, state, nu0, step)
        has_converged = _distance(state, moved) <= tolerance
        state, rounds = moved, rounds + 1
    return _result(votes, state, rounds, has_converged, nu0)


def score_with(
    component: Component, votes: Mapping[Rater, float], habits: Mapping[Rater, RaterHabits]
) -> Maybe[PrimaryScore]:
    """One item's score from its votes and the last fit, without fitting again (provisional).

    A rater whom the fit does not know counts with no bias and the pooled inconsistency. The sd is
    widened by what the parameters' uncertainty adds to the fitted items on average.
    """
    if component.reason_unknown:
        return NotKnown(component.reason_unknown)
    if not votes:
        return NotKnown("nobody has scored it yet")
    newcomer = RaterHabits(0, 0.0, component.pooled_inconsistency)
    known = [(score, habits.get(rater, newcomer)) for rater, score in votes.items()]
    weight = math.fsum(habit.inconsistency**-2 for _, habit in known)
    total = math.fsum((score - habit.bias) * habit.inconsistency**-2 for score, habit in known)
    prior = component.tau**-2
    mean = (component.mu * prior + total) / (prior + weight)
    sd = (prior + weight) ** -0.5 * component.inflation
    return Known(PrimaryScore(len(votes), mean, sd, total / weight, weight**-0.5))


@dataclass(frozen=True)
class _State:
    """The parameters between two rounds: of raters, of items, of components."""

    bias: Floats
    noise: Floats  # v_i squared
    pooled: Floats
    mu: Floats
    tau2: Floats
    mean: Floats
    variance: Floats


def _floor(step: float) -> float:
    # The variance of rounding to a step; a continuous scale keeps a hair against division by 0.
    return max(step * step / 12, 1e-12)


def _start(votes: RatingVotes, step: float) -> _State:
    mean = votes.score_by_item.sum(axis=1) / votes.item_n
    mu = votes.mean_over_items(mean)
    spread = votes.mean_over_items((mean - mu[votes.item_component]) ** 2)
    tau2 = np.maximum(spread, max(_floor(step), 1e-3))
    pooled = np.maximum(_pooled_start(votes, mean), max(_floor(step), 1e-3))
    return _State(
        bias=np.zeros(votes.raters.size),
        noise=pooled[votes.rater_component],
        pooled=pooled,
        mu=mu,
        tau2=tau2,
        mean=mean,
        variance=np.zeros(votes.items.size),
    )


def _pooled_start(votes: RatingVotes, mean: Floats) -> Floats:
    around = _squares_around(votes, mean, np.zeros(votes.items.size), np.zeros(votes.raters.size))
    return _pool(votes, around)


def _squares_around(votes: RatingVotes, mean: Floats, variance: Floats, bias: Floats) -> Floats:
    # Per rater, the sum of (x - b - m)^2 + s over the votes, without visiting single votes.
    total = votes.rater_squares - 2 * (votes.score_by_rater @ mean)
    total += votes.by_rater @ (mean**2 + variance)
    total -= 2 * bias * (votes.rater_sum - votes.by_rater @ mean)
    return np.asarray(np.maximum(total + votes.rater_n * bias**2, 0.0))


def _pool(votes: RatingVotes, squares: Floats) -> Floats:
    sums = group_sums(votes.rater_component, squares, votes.n_components)
    return sums / group_sums(votes.rater_component, votes.rater_n, votes.n_components)


def _round(votes: RatingVotes, state: _State, nu0: float, step: float) -> _State:
    mean, variance = _expect(votes, state)
    bias = (votes.rater_sum - votes.by_rater @ mean) / votes.rater_n
    shift = votes.mean_over_raters(bias)
    squares = _squares_around(votes, mean, variance, bias)
    pooled = _pool(votes, squares)
    bias, mean = bias - shift[votes.rater_component], mean + shift[votes.item_component]
    noise = (squares + nu0 * pooled[votes.rater_component]) / (votes.rater_n + nu0)
    mu = votes.mean_over_items(mean)
    tau2 = votes.mean_over_items((mean - mu[votes.item_component]) ** 2 + variance)
    low = _floor(step)
    return _State(bias, np.maximum(noise, low), pooled, mu, np.maximum(tau2, low), mean, variance)


def _expect(votes: RatingVotes, state: _State) -> tuple[Floats, Floats]:
    weight, prior = 1 / state.noise, 1 / state.tau2
    precision = prior[votes.item_component] + votes.by_item @ weight
    pull = (prior * state.mu)[votes.item_component] + _weighted_sum(votes, state)
    return pull / precision, 1 / precision


def _weighted_sum(votes: RatingVotes, state: _State) -> Floats:
    # Per item, the sum of (x - b) / v^2.
    weight = 1 / state.noise
    return np.asarray(votes.score_by_item @ weight - votes.by_item @ (weight * state.bias))


def _distance(before: _State, after: _State) -> float:
    moves = (
        np.abs(after.bias - before.bias).max(),
        np.abs(np.sqrt(after.noise) - np.sqrt(before.noise)).max(),
        np.abs(np.sqrt(after.tau2) - np.sqrt(before.tau2)).max(),
        np.abs(after.mean - before.mean).max(),
    )
    return float(max(moves))


def _result(
    votes: RatingVotes, state: _State, rounds: int, has_converged: bool, nu0: float
) -> PrimaryFit:
    mean, variance = _expect(votes, state) if votes.n_components else (state.mean, state.variance)
    weight = np.asarray(votes.by_item @ (1 / state.noise))
    parameters = Parameters(state.bias, state.noise, state.mu, state.tau2, nu0)
    unsure = uncertainty(votes, parameters, mean, variance)
    components = _component_rows(votes, state, unsure.variance / variance)
    unknown = np.array([bool(each.reason_unknown) for each in components], dtype=bool)
    hidden = np.where(unknown, np.nan, 0.0)
    item_nan, rater_nan = hidden[votes.item_component], hidden[votes.rater_component]
    return PrimaryFit(
        items=votes.items,
        item_n=votes.item_n.astype(np.int64),
        mean=mean + votes.centre + item_nan,
        sd=np.sqrt(unsure.variance) + item_nan,
        freedom=unsure.freedom + item_nan,
        given_sd=np.sqrt(variance) + item_nan,
        unshrunk=_weighted_sum(votes, state) / weight + votes.centre + item_nan,
        unshrunk_se=weight**-0.5 + item_nan,
        item_component=votes.item_component,
        raters=votes.raters,
        rater_n=votes.rater_n.astype(np.int64),
        bias=state.bias + rater_nan,
        inconsistency=np.sqrt(state.noise) + rater_nan,
        rater_component=votes.rater_component,
        components=components,
        rounds=rounds,
        has_converged=has_converged,
    )


def _component_rows(votes: RatingVotes, state: _State, widened: Floats) -> list[Component]:
    n_items = np.bincount(votes.item_component, minlength=votes.n_components)
    n_raters = np.bincount(votes.rater_component, minlength=votes.n_components)
    inflation = np.sqrt(votes.mean_over_items(widened))
    return [
        Component(
            int(n_items[row]),
            int(n_raters[row]),
            float(state.mu[row]) + votes.centre,
            math.sqrt(state.tau2[row]),
            math.sqrt(state.pooled[row]),
            float(inflation[row]),
        )
        for row in range(votes.n_components)
    ]
