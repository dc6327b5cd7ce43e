"""Is the answer right that a model gives once it sees the crop?"""

from __future__ import annotations

from collections.abc import Sequence

from measures.answers import same_answer
from measures.metrics import Reply
from measures.metrics.vqa_accuracy import VqaAccuracy
from training.rewards import Reader, Reward, Rollout


class AnswerAccuracy(Reward):
    """VQA accuracy, as TextVQA counts; with fewer than four accepted answers, whether it is one of them."""

    name = "answer_accuracy"
    title = "Right answer"
    about = (
        "VQA accuracy of what a model answers that sees the whole picture and the crop; where a "
        "question has fewer than four accepted answers, 1 if it is one of them. 0 without a box."
    )

    def score(self, rollouts: Sequence[Rollout], reader: Reader) -> list[float | None]:
        """0 to 1; only rollouts with a box are read."""
        readable = [each for each in rollouts if each.box is not None]
        said = iter(reader.answers(readable) if readable else [])
        return [0.0 if each.box is None else _right(next(said), each.accepted) for each in rollouts]


def _right(answer: str, accepted: tuple[str, ...]) -> float:
    share = VqaAccuracy().value_of(Reply(answer, accepted))
    if isinstance(share, float | int):
        return float(share)
    return float(any(same_answer(answer, each) for each in accepted))
