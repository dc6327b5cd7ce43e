"""VQA accuracy with the challenge's normalisation."""

from __future__ import annotations

from measures.metrics import AnswerMetric, Reply, Value
from measures.metrics._answers import consensus, tidied


class VqaAccuracy(AnswerMetric):
    """What TextVQA tables show."""

    name = "vqa_accuracy"
    title = "VQA accuracy"
    better = "higher"
    about = (
        "VQA v2 and TextVQA: mean over the ten sets of nine people of min(1, agreeing people / 3), "
        "answer and people's answers normalised first (case, marks, articles, number words, "
        "forgotten apostrophes). With ten answers this is min(1, 0.3 x agreeing people). A "
        "question with fewer than four answers is left out."
    )

    def value_of(self, case: Reply, /) -> Value:
        """Accuracy, 0 to 1."""
        return consensus(case.answer, case.accepted, tidied)
