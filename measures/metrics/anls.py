"""Average normalised Levenshtein similarity."""

from __future__ import annotations

from measures.metrics import AnswerMetric, Reply
from measures.statistics.text_distance import edits

THRESHOLD = 0.5


class Anls(AnswerMetric):
    """What DocVQA, InfoVQA and ST-VQA tables show."""

    name = "anls"
    title = "ANLS"
    better = "higher"
    about = (
        "ST-VQA, DocVQA and InfographicVQA: 1 - NL against the nearest accepted answer, where NL "
        "is the edit distance by letters over the longer text's length; 0 where NL is 0.5 or "
        "more. Case and runs of white space do not count."
    )

    def value_of(self, case: Reply, /) -> float:
        """Similarity, 0 to 1."""
        return max(_similarity(_plain(case.answer), _plain(each)) for each in case.accepted)


def _similarity(answer: str, accepted: str) -> float:
    longest = max(len(answer), len(accepted))
    if not longest:
        return 1.0
    # The distance is at least the difference in length: most wrong answers end here.
    if abs(len(answer) - len(accepted)) / longest >= THRESHOLD:
        return 0.0
    distance = edits(answer, accepted) / longest
    return 1 - distance if distance < THRESHOLD else 0.0


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
