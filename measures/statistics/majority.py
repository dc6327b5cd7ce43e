"""What most people chose of two crops, and how surely it is what most people would choose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from scipy.special import betainc

from core.errors import InvalidInput
from measures.statistics.ranks import TOLERANCE

Key = TypeVar("Key")


class NoMajority(StrEnum):
    """Why two crops give no pair."""

    FEW_VOTES = "pair has too few votes"
    EVEN = "pair's votes are even"
    SMALL_SHARE = "pair's majority is too small"


@dataclass(frozen=True, slots=True)
class MajorityRule:
    """``min_votes`` people must have chosen one or the other, ``min_share`` of them (0.5 to 1) the
    same one, and always more than half. Ties and votes that choose neither are no votes here."""

    min_votes: int = 3
    min_share: float = 0.6

    def __post_init__(self) -> None:
        if self.min_votes < 1:
            raise InvalidInput("The least number of votes is 1.", field="min_votes")
        if not 0.5 <= self.min_share <= 1:
            raise InvalidInput("The share of a majority lies from 0.5 to 1.", field="min_share")


@dataclass(frozen=True, slots=True)
class Majority(Generic[Key]):
    """Winner over loser, by how many votes."""

    winner: Key
    loser: Key
    votes: int
    against: int

    @property
    def share(self) -> float:
        """Of the votes for either, those for the winner."""
        return self.votes / (self.votes + self.against)

    @property
    def p(self) -> float:
        """`probability_preferred` of the winner."""
        return probability_preferred(self.votes, self.against)


def majority(
    first: Key, second: Key, for_first: int, for_second: int, rule: MajorityRule
) -> Majority[Key] | NoMajority:
    """Which of the two most people chose, or why that cannot be said under the rule."""
    total = for_first + for_second
    if total < rule.min_votes:
        return NoMajority.FEW_VOTES
    if for_first == for_second:
        return NoMajority.EVEN
    if max(for_first, for_second) / total < rule.min_share - TOLERANCE:
        return NoMajority.SMALL_SHARE
    if for_first > for_second:
        return Majority(first, second, for_first, for_second)
    return Majority(second, first, for_second, for_first)


def probability_preferred(votes: int, against: int) -> float:
    """How surely more than half of all such people prefer the one, after these votes: the upper half
    of the Beta distribution that a uniform prior gives."""
    return float(betainc(against + 1, votes + 1, 0.5))
