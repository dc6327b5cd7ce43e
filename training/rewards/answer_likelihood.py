"""How likely does a model find the right answer, once it sees the crop?"""

from __future__ import annotations

from collections.abc import Sequence

from training.rewards import Reader, Reward, Rollout


class AnswerLikelihood(Reward):
    """CropVLM's better task reward: it rarely ties within a group."""

    name = "answer_likelihood"
    title = "Likelihood of the right answer"
    about = (
        "The log-likelihood of the most common answer, given the whole picture, the crop and the "
        "question; at most 0. An answer without a box is read with a crop that shows nothing."
    )

    def score(self, rollouts: Sequence[Rollout], reader: Reader) -> list[float | None]:
        """Sums of natural log-probabilities."""
        return list(reader.likelihoods(rollouts))
