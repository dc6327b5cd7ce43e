"""Why a primary score is what it is: each vote's share in it, with the rater's bias taken off.

The score is the weighted mean of the freed votes (vote minus bias) and of the project's mean, which
stands in for what few votes leave open. Weights are 1 / inconsistency^2 and 1 / tau^2.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from measures.statistics.known import Known, Maybe, NotKnown
from measures.statistics.primary_results import Component, RaterHabits

Rater = TypeVar("Rater", bound=Hashable)

NO_VOTES = NotKnown("nobody has scored it yet")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One vote: as given, freed of the rater's bias, and its share of the score (0 to 1)."""

    vote: float
    freed: float
    share: float


@dataclass(frozen=True)
class Contributions(Generic[Rater]):
    """``score`` = sum of share x freed over the votes + ``prior_share`` x ``prior_mean``."""

    score: float
    votes: Mapping[Rater, Contribution]
    prior_mean: float
    prior_share: float


def contributions(
    component: Component, votes: Mapping[Rater, float], habits: Mapping[Rater, RaterHabits]
) -> Maybe[Contributions[Rater]]:
    """Of one item's votes by rater under the last fit; arguments as in `primary.score_with`."""
    if component.reason_unknown:
        return NotKnown(component.reason_unknown)
    if not votes:
        return NO_VOTES
    newcomer = RaterHabits(0, 0.0, component.pooled_inconsistency)
    known = {rater: habits.get(rater, newcomer) for rater in votes}
    prior = component.tau**-2
    total = prior + sum(habit.inconsistency**-2 for habit in known.values())
    parts = {
        rater: Contribution(
            vote, vote - known[rater].bias, known[rater].inconsistency ** -2 / total
        )
        for rater, vote in votes.items()
    }
    score = sum(part.share * part.freed for part in parts.values())
    share = prior / total
    return Known(Contributions(score + share * component.mu, parts, component.mu, share))
