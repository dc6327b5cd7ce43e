"""The draft pipelines as people choose them: what each makes, of what, and what may be set.

The work itself stands in `workers.pipelines`, one module a pipeline; a test holds both lists equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from annotation.models import DraftKind
from annotation.question_sampling import GapParameters, GridParameters, RegionsParameters
from annotation.sampling import (
    BatchParameters,
    CropReasoningParameters,
    CropsParameters,
    RationalesParameters,
)
from core.errors import InvalidInput


class Subject(StrEnum):
    """What one request of a batch is about."""

    PHOTO = "photo"
    CROP = "crop"  # a crop of the photo that is known to be good or bad
    QUESTION = "question"  # a question about the photo


@dataclass(frozen=True)
class Pipeline:
    """``kind`` is the kind of draft that it ends with; ``steps`` the prompts it asks by, in order.
    ``needs_likelihoods``: only a backend that can say how likely an answer is can do it."""

    name: str
    title: str
    intro: str
    kind: DraftKind
    steps: tuple[str, ...]
    subject: Subject = Subject.PHOTO
    parameters: type[BatchParameters] = BatchParameters
    needs_likelihoods: bool = False


PIPELINES: dict[str, Pipeline] = {
    pipeline.name: pipeline
    for pipeline in (
        Pipeline(
            "guidance", "Guidance",
            "What works, what does not, what to do when shooting; from the photo and its raw comments.",
            DraftKind.GUIDANCE, ("guidance.refine", "guidance.verify"),
        ),
        Pipeline(
            "crops", "Crop proposals", "Boxes on the photo, the best first, asked for in one step.",
            DraftKind.CROPS, ("crop.propose", "crop.best"), parameters=CropsParameters,
        ),
        Pipeline(
            "crop_reasoning", "CROP: analysis, proposal, decision",
            "The composition is read and drawn onto the photo, crops are proposed for it, one is "
            "decided for. The paper samples at temperature 0.5 and top-p 0.95.",
            DraftKind.CROPS, ("composition.analyse", "crop.propose_composed", "crop.decide"),
            parameters=CropReasoningParameters,
        ),
        Pipeline(
            "rationales", "Rationales",
            "Why good crops are good and bad ones bad; bad crops are made first. What fails in all "
            "rounds goes to an expert.",
            DraftKind.RATIONALE, ("rationale.write", "rationale.verify"), Subject.CROP,
            RationalesParameters,
        ),
        Pipeline(
            "regions", "Question regions",
            "A grounding model outlines what helps to answer each question; small boxes are grown.",
            DraftKind.REGION, ("region.outline",), Subject.QUESTION, RegionsParameters,
        ),
        Pipeline(
            "region_grid", "Question regions by grid search",
            "Without a grounding model: the crop of a grid with which the right answer is likeliest. "
            "Needs a local model.",
            DraftKind.REGION, ("question.answer",), Subject.QUESTION, GridParameters,
            needs_likelihoods=True,
        ),
        Pipeline(
            "information_gap", "Information gap",
            "The size at which sampled answers to each question begin to differ from those at full "
            "size.",
            DraftKind.GAP, ("question.answer",), Subject.QUESTION, GapParameters,
        ),
    )
}  # fmt: skip


# What is asked about one crop on its page, by nobody's batch.
REFINING = Pipeline(
    "refining", "A crop changed by words",
    "On a crop's page a person says how it should change; the answer is a new crop.",
    DraftKind.CROPS, ("crop.refine",), Subject.CROP,
)  # fmt: skip
ASKING = {**PIPELINES, REFINING.name: REFINING}


def pipeline_of(name: str) -> Pipeline:
    """The pipeline of this name, or `InvalidInput`."""
    if name not in PIPELINES:
        raise InvalidInput(f"There is no pipeline {name!r}.", field="pipeline")
    return PIPELINES[name]
