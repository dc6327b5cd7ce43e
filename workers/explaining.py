"""What models are asked about a crop and why it is good or bad: to write it, and to check it."""

from __future__ import annotations

from annotation.contents import RationaleContent
from annotation.selectors.judged_crops import label_of
from catalog.models import Crop
from workers.work import Question

STEP = "rationale.write"
CHECK = "rationale.verify"
JUDGEMENTS = {"good": "better", "bad": "worse"}


def question_about(crop: Crop, objections: list[str], picture: bytes) -> Question:
    """What a model is asked to write about a crop that is known to be good or bad."""
    label = label_of(crop)
    return Question(
        STEP,
        values={"label": label, "judgement": JUDGEMENTS[label], "objections": objections},
        inputs={"box": list(crop.corners), "label": label, "objections": objections},
        images=[picture],
    )


def question_to_verifier(content: RationaleContent, label: str, picture: bytes) -> Question:
    """What the second model is asked about a rationale."""
    return Question(
        CHECK,
        values={"label": label, "rationale": content.rationale},
        inputs={**content.model_dump(mode="json"), "label": label},
        images=[picture],
    )
