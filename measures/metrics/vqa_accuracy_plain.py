"""VQA accuracy without normalisation."""

from __future__ import annotations

from measures.metrics import AnswerMetric, Reply, Value
from measures.metrics._answers import consensus, lowered


class VqaAccuracyPlain(AnswerMetric):
    """CropVLM's variant; ask for it by name."""

    name = "vqa_accuracy_plain"
    title = "VQA accuracy, plain"
    better = "higher"
    is_usual = False
    about = (
        "CropVLM's code: as VQA accuracy, but the texts are only lower-cased and trimmed, so "
        '"2" and "two" differ. A question with fewer than four answers is left out.'
    )

    def value_of(self, case: Reply, /) -> Value:
        """Accuracy, 0 to 1."""
        return consensus(case.answer, case.accepted, lowered)
