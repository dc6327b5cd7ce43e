"""Crop proposals: from the rules, from a model that answers in JSON, or from one that we trained,
which writes its best box as text. What passes the check becomes crops that experts can score."""

from __future__ import annotations

from typing import Any

from annotation.contents import CropsContent, ProposedCrop
from annotation.models import Draft, DraftKind, RequestState
from catalog.models import CropOrigin
from catalog.services.crops import add_crop
from inference.backends import Answer
from inference.errors import MalformedAnswer
from measures.boxes import Unreadable
from measures.boxes.text import parse_box
from workers.pipelines.checking import check
from workers.work import Outcome, Question, Work, draft_once

# How a model that we trained is asked: its answer is one box as text.
MODEL_STEP = "crop.best"
USUAL_COUNT = 6


def run(work: Work) -> Outcome:
    """Propose, check the geometry, keep the crops."""
    box_format = str(work.batch.source.parameters.get("box_format", ""))
    count = int(work.batch.parameters.get("count", USUAL_COUNT))
    question = _best(work) if box_format else several(count, work.picture())

    def read(answer: Answer) -> dict[str, Any]:
        return _read_text(answer, box_format) if box_format else _read_list(answer)

    draft = draft_once(work, DraftKind.CROPS, question, read)
    outcome = check(work, draft)
    if outcome.state == RequestState.DRAFTED:
        keep_crops(draft)
    return outcome


def keep_crops(draft: Draft) -> None:
    """Add the proposed boxes to the photo's crops; the same draft again adds nothing."""
    for proposal in CropsContent(**draft.content).crops:
        add_crop(
            photo=draft.photo, box=proposal.as_box(), origin=CropOrigin.MODEL,
            rationale=proposal.rationale, made_from=f"draft/{draft.pk}",
        )  # fmt: skip


def _best(work: Work) -> Question:
    return Question(MODEL_STEP, images=[work.picture()])


def several(count: int, picture: bytes) -> Question:
    """What a model is asked that proposes several crops."""
    return Question(
        "crop.propose", values={"count": count}, inputs={"count": count}, images=[picture]
    )


def _read_text(answer: Answer, box_format: str) -> dict[str, Any]:
    box = parse_box(answer.text, box_format)
    if isinstance(box, Unreadable):
        raise MalformedAnswer(f"The model's answer holds no usable box. {box.reason}")
    crop = ProposedCrop(box=box.corners())
    return CropsContent(crops=[crop], text=answer.text).model_dump(mode="json")


def _read_list(answer: Answer) -> dict[str, Any]:
    content = CropsContent.model_validate({**(answer.data or {}), "text": answer.text[:20_000]})
    return content.model_dump(mode="json")
