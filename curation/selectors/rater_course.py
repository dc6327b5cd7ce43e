"""How one rater's votes went in time: drift, runs of equal grades, haste, and the favoured side."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Project
from annotation.models import PairVote, Rating
from curation.models import Score, ScoreKind
from curation.selectors.quality import ENDS
from curation.selectors.raters import Rater
from measures.statistics import primary
from measures.statistics.drift import Drift, drift
from measures.statistics.known import Maybe, NotKnown
from measures.statistics.side_bias import SideBias, side_bias
from measures.statistics.speed import Speed, speed
from measures.statistics.straight_lining import StraightLining, straight_lining

# The newest votes tell how somebody works now.
MOST_VOTES = 5_000
NO_HABITS = NotKnown("the fit knows no bias of this rater, so a vote cannot be held against it")


@dataclass(frozen=True)
class Course:
    """Of the newest votes on one scale, in the order they were given."""

    drift: Maybe[Drift]
    lining: Maybe[StraightLining]
    speed: Maybe[Speed]


_Vote = tuple[int, int | None, float, int, int]  # photo, crop, grade, milliseconds, response


def course_of(project: Project, rater: Rater) -> Course:
    """One person on one scale."""
    votes = _votes(project, rater)
    low, high = ENDS[rater.kind]
    seconds = {response: ms / 1000 for *_, ms, response in votes}
    return Course(
        drift=_drift(rater, votes),
        lining=straight_lining([vote[2] for vote in votes], low=low, high=high),
        speed=speed(list(seconds.values())),
    )


def favoured_side(project: Project, person_id: int) -> Maybe[SideBias]:
    """Whether the person's choices between two crops lean to one side of the screen."""
    rows = PairVote.objects.filter(
        photo__project=project, person=person_id, is_current=True, outcome__in=("first", "second")
    )
    newest = rows.order_by("-pk").values_list("outcome", "first_on_left")[:MOST_VOTES]
    return side_bias([1 if (outcome == "first") == on_left else -1 for outcome, on_left in newest])


def _votes(project: Project, rater: Rater) -> list[_Vote]:
    rows = Rating.objects.filter(
        photo__project=project, person=rater.person, is_current=True,
        crop__isnull=rater.kind is ScoreKind.PHOTO,
    )  # fmt: skip
    columns = ("photo_id", "crop_id", "value", "response__active_ms", "response_id")
    newest = rows.order_by("-response_id", "-pk").values_list(*columns)[:MOST_VOTES]
    return list(newest)[::-1]


def _drift(rater: Rater, votes: list[_Vote]) -> Maybe[Drift]:
    bias, spread = rater.figures.bias, rater.figures.inconsistency
    if bias is None or not spread:
        return NO_HABITS
    rows = Score.objects.filter(
        photo__in={vote[0] for vote in votes}, kind=rater.kind, method=primary.METHOD
    )
    worth: dict[tuple[int, int | None], float] = {
        (photo, crop): value
        for photo, crop, value in rows.values_list("photo_id", "crop_id", "value")
    }
    return drift(
        [(grade - bias - worth[photo, crop]) / spread
         for photo, crop, grade, *_ in votes if (photo, crop) in worth]
    )  # fmt: skip
