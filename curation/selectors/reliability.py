"""Do the scores keep their word? What ratings predict of a choice, held against real pair votes."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from accounts.models import Project
from annotation.models import PairVote
from curation.models import ScaleFit, Score, ScoreKind
from measures.statistics import primary
from measures.statistics.calibration import Calibration, calibration
from measures.statistics.known import Maybe, NotKnown

# The newest votes; more would only make the page slow.
MOST_VOTES = 20_000
NO_FIT = NotKnown("the crops that were compared have no primary scores from ratings")


def reliability(project: Project) -> Maybe[Calibration]:
    """Probabilities of the choice from the primary scores (their uncertainty and the noise of two
    glances), against the decided pair votes on the same crops."""
    rows = PairVote.objects.filter(
        photo__project=project, is_current=True, outcome__in=("first", "second")
    )
    votes = list(rows.order_by("-pk").values_list("first_id", "second_id", "outcome")[:MOST_VOTES])
    scores = _scores({crop for vote in votes for crop in vote[:2]})
    noise = _noise(project)
    known = [vote for vote in votes if vote[0] in scores and vote[1] in scores]
    if not known or noise is None:
        return NO_FIT
    first = np.array([scores[vote[0]] for vote in known])
    second = np.array([scores[vote[1]] for vote in known])
    spread = np.sqrt(first[:, 1] ** 2 + second[:, 1] ** 2 + 2 * noise**2)
    p = ndtr((first[:, 0] - second[:, 0]) / spread)
    return calibration(p, [vote[2] == "first" for vote in known])


def _scores(crops: set[int]) -> dict[int, tuple[float, float]]:
    """Value and sd by crop."""
    rows = Score.objects.filter(crop__in=crops, method=primary.METHOD, sd__isnull=False)
    return {crop: (value, sd or 0.0) for crop, value, sd in rows.values_list("crop", "value", "sd")}


def _noise(project: Project) -> float | None:
    """The sd of a single vote, in the largest group that was fitted."""
    fits = ScaleFit.objects.filter(project=project, kind=ScoreKind.CROP, unknown="")
    largest = fits.order_by("-n_items").first()
    return None if largest is None else float(largest.parameters["pooled_inconsistency"])
