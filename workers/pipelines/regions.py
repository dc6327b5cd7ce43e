"""Seed regions from a grounding model (CropVLM): it outlines what helps to answer a question, and
the box is then grown by the percentile of its area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from annotation.contents import RegionContent
from annotation.models import Draft, DraftKind, RequestState
from annotation.question_sampling import RegionsParameters
from annotation.services.growing_regions import Growth, grow_region
from catalog.models import Question as PhotoQuestion
from catalog.selectors.pixels import rendition
from core.errors import NotFound
from inference.backends import Answer
from inference.errors import MalformedAnswer, ModelDeclined
from inference.extracting import is_declined
from measures.boxes import Box, Unreadable
from measures.boxes.conversions import Size, smart_resize
from measures.boxes.text import MAX_TEXT, SHARES, BoxText, parse_box
from workers.pipelines.checking import check
from workers.work import PICTURE_SIDE, Outcome, Question, Work, draft_once

STEP = "region.outline"


@dataclass(frozen=True)
class Units:
    """How the model writes a box; ``size`` (width, height) where it writes pixels."""

    style: BoxText
    size: Size | None = None

    def in_words(self) -> str:
        """For the prompt."""
        if self.size is not None:
            width, height = self.size
            return f"in pixels of the photo, which is {width} wide and {height} high"
        return SHARES[BoxText.PERCENT if self.style is BoxText.PERCENT else BoxText.PERMILLE]


def run(work: Work) -> Outcome:
    """Outline, check; then grow by the paper's cut-offs and check again, unless the batch's own boxes
    are to decide (`annotation.services.growing_regions.grow_regions`)."""
    found = _found(work)
    outcome = check(work, found)
    wanted = _wanted(work)
    if outcome.state != RequestState.DRAFTED or wanted.cutoffs == "data":
        return outcome
    return check(work, grow_region(found=found, growth=Growth()))


def asked(work: Work) -> PhotoQuestion:
    """The question a request is about."""
    if work.question is None:
        raise NotFound("The question of this request is gone.")
    return work.question


def _wanted(work: Work) -> RegionsParameters:
    return RegionsParameters(**work.batch.parameters)


def _found(work: Work) -> Draft:
    wanted, units = _wanted(work), _units(work)
    may_be_whole = wanted.unreadable == "whole"
    question = Question(
        STEP,
        values={"question": asked(work).text, "units": units.in_words()},
        inputs={"question": asked(work).text},
        images=[work.picture()],
        rule={"unreadable": "whole"} if may_be_whole else {},
    )

    def read(answer: Answer) -> dict[str, Any]:
        return _read(answer, units, may_be_whole=may_be_whole)

    return draft_once(work, DraftKind.REGION, question, read)


def _units(work: Work) -> Units:
    """The source's own way to write boxes, else as the batch's parameters have the prompt ask."""
    stored = rendition(work.photo, PICTURE_SIDE)
    size = (stored.width, stored.height)
    own = str(work.batch.source.parameters.get("box_format", ""))
    if own:
        style = BoxText(own)
        return Units(style, smart_resize(size) if style is BoxText.RESIZED else None)
    units = _wanted(work).units
    return Units(BoxText.RESIZED, size) if units == "pixels" else Units(BoxText(units))


def _read(answer: Answer, units: Units, *, may_be_whole: bool) -> dict[str, Any]:
    box = parse_box(answer.text, units.style, units.size)
    if isinstance(box, Unreadable):
        box = _instead(answer, box, may_be_whole=may_be_whole)
    content = RegionContent(
        box=box.corners(), rule="grounding", found=box.corners(), text=answer.text[:MAX_TEXT]
    )
    return content.model_dump(mode="json")


def _instead(answer: Answer, why: Unreadable, *, may_be_whole: bool) -> Box:
    """The whole photo, where the batch takes it for an answer that cannot be read."""
    if may_be_whole:
        return Box.whole()
    if is_declined(answer.text):
        raise ModelDeclined(
            "The model declined to work on this photo. Choose another model, or leave it out."
        )
    raise MalformedAnswer(f"The model's answer holds no usable box. {why.reason}")
