"""How near in letters is the answer that a model gives once it sees the crop?"""

from __future__ import annotations

from collections.abc import Sequence

from measures.metrics import Reply
from measures.metrics.anls import Anls
from training.rewards import Reader, Reward, Rollout


class AnswerAnls(Reward):
    """As DocVQA, InfographicVQA and ST-VQA count."""

    name = "answer_anls"
    title = "Answer near to an accepted one (ANLS)"
    about = (
        "ANLS of what a model answers that sees the whole picture and the crop. 0 without a box."
    )

    def score(self, rollouts: Sequence[Rollout], reader: Reader) -> list[float | None]:
        """0 to 1; only rollouts with a box are read."""
        readable = [each for each in rollouts if each.box is not None]
        said = iter(reader.answers(readable) if readable else [])
        return [
            0.0 if each.box is None else Anls().value_of(Reply(next(said), each.accepted))
            for each in rollouts
        ]
