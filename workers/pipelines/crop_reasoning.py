"""CROP: read the composition, draw it onto the photo, propose crops for it, decide on one.

Each step is a draft of its own that the next one is made from: the analysis, the candidates, the
decision. The composition image between analysis and proposal is drawn from the photo and the
analysis, the same bytes each time, so it is not stored. Rules measure, and would measure the drawn
lines too: they get the photo as it is.
"""

from __future__ import annotations

from typing import Any

from annotation.composed import crop_words, element_words
from annotation.contents import CompositionContent, CropsContent, ProposedCrop
from annotation.models import Draft, DraftKind, RequestState
from catalog.drawing.candidates import candidates_png
from catalog.drawing.composition import composition_png
from catalog.models import CropOrigin
from catalog.services.crops import add_crop
from inference.backends import Answer, registry
from inference.errors import MalformedAnswer
from inference.schemas import Decision
from measures.boxes import Box
from workers.pipelines.checking import check
from workers.work import Outcome, Question, Work, draft_once

ANALYSE, PROPOSE, DECIDE = "composition.analyse", "crop.propose_composed", "crop.decide"
COUNT = 6
PLAIN = "The picture is the photo as it was taken."
COMPOSED = (
    "The elements are drawn onto the photo in colour, with their numbers and guide lines. The "
    "drawing is a help and no part of the photo."
)
NUMBERED = "They are drawn onto the photo as boxes in colour, each with its number."
LISTED = "The picture is the photo as it was taken; the candidates are listed here."


class NoSuchCandidate(MalformedAnswer):
    """The decision names a candidate that there is not."""


def run(work: Work) -> Outcome:
    """Analysis, proposal and decision, each checked before the next is asked for."""
    analysis = draft_once(
        work, DraftKind.COMPOSITION, about_analysis(work.picture()), _read_elements
    )
    outcome = check(work, analysis)
    if outcome.state != RequestState.DRAFTED:
        return outcome
    composition = CompositionContent.model_validate(analysis.content)
    proposal = draft_once(
        work, DraftKind.CROPS, _about_proposal(work, composition), _read_crops,
        [f"draft/{analysis.pk}"],
    )  # fmt: skip
    outcome = check(work, proposal)
    if outcome.state != RequestState.DRAFTED:
        return outcome
    decision = _decided(work, proposal)
    outcome = check(work, decision)
    if outcome.state == RequestState.DRAFTED:
        _keep_crops(proposal, decision)
    return outcome


def about_analysis(picture: bytes) -> Question:
    """The first question: the photo alone."""
    return Question(ANALYSE, images=[picture])


def about_proposal(
    picture: bytes, composition: CompositionContent, *, count: int = COUNT, is_drawn: bool = True
) -> Question:
    """The second: the composition image, or for the ablation the photo, with the elements in words."""
    shapes = [(element.name, element.points) for element in composition.elements]
    return Question(
        PROPOSE,
        values={
            "count": count,
            "elements": [element_words(element) for element in composition.elements],
            "picture": COMPOSED if is_drawn else PLAIN,
        },
        inputs={
            "count": count,
            "elements": [{"name": name.value, "points": list(points)} for name, points in shapes],
        },
        images=[composition_png(picture, shapes) if is_drawn else picture],
    )


def about_decision(
    picture: bytes, crops: CropsContent, *, is_drawn: bool = True, remark: str = ""
) -> Question:
    """The third: the candidates, drawn with their numbers or listed, and what to weigh."""
    boxes = [crop.as_box() for crop in crops.crops]
    return Question(
        DECIDE,
        values={
            "count": len(boxes),
            "crops": [crop_words(crop) for crop in crops.crops],
            "picture": NUMBERED if is_drawn else LISTED,
            "remark": remark,
        },
        inputs={"boxes": [box.as_list() for box in boxes]},
        images=[candidates_png(picture, boxes) if is_drawn else picture],
    )


def _about_proposal(work: Work, composition: CompositionContent) -> Question:
    told = work.batch.parameters
    return about_proposal(
        work.picture(), composition, count=int(told.get("count", COUNT)),
        is_drawn=bool(told.get("enhance", True)) and not _measures(work),
    )  # fmt: skip


def _measures(work: Work) -> bool:
    """Whether the drafter goes by the pixels alone."""
    return registry.get(work.drafter.source.backend).is_rule_based


def _decided(work: Work, proposal: Draft) -> Draft:
    """The decision; a number that no candidate has is told to the model once."""
    crops = CropsContent.model_validate(proposal.content)
    is_drawn = work.batch.parameters.get("candidates", "drawn") == "drawn" and not _measures(work)

    def ask(remark: str = "") -> Draft:
        question = about_decision(work.picture(), crops, is_drawn=is_drawn, remark=remark)
        made_from = [f"draft/{proposal.pk}"]
        return draft_once(work, DraftKind.CROPS, question, _reading_of(crops), made_from)

    try:
        return ask()
    except NoSuchCandidate as error:
        return ask(f"\nThis was answered before and cannot be used: {error.message}\n")


def _read_elements(answer: Answer) -> dict[str, Any]:
    return CompositionContent.model_validate(answer.data or {}).model_dump(mode="json")


def _read_crops(answer: Answer) -> dict[str, Any]:
    return CropsContent.model_validate(answer.data or {}).model_dump(mode="json")


def _reading_of(crops: CropsContent) -> Any:
    def read(answer: Answer) -> dict[str, Any]:
        decision = Decision.model_validate(answer.data)
        count = len(crops.crops)
        if decision.choice > count:
            raise NoSuchCandidate(
                f"The decision names candidate {decision.choice}, but there are only {count}."
            )
        chosen = crops.crops[decision.choice - 1]
        decided = ProposedCrop(box=chosen.box, rationale=decision.reason, score=chosen.score)
        return CropsContent(crops=[decided], text=answer.text[:20_000]).model_dump(mode="json")

    return read


def _keep_crops(proposal: Draft, decision: Draft) -> None:
    """The candidates become crops of the photo; the chosen one comes from the decision."""
    chosen = CropsContent.model_validate(decision.content).crops[0]
    for crop in CropsContent.model_validate(proposal.content).crops:
        is_chosen = _is_same(crop.as_box(), chosen.as_box())
        add_crop(
            photo=proposal.photo, box=crop.as_box(), origin=CropOrigin.MODEL,
            rationale=chosen.rationale if is_chosen else crop.rationale,
            made_from=f"draft/{(decision if is_chosen else proposal).pk}",
        )  # fmt: skip


def _is_same(one: Box, other: Box) -> bool:
    return one.corners() == other.corners()
