"""What each step would be asked about a real photo, for previews and trials of a wording.

One function a step, by the same builders as its pipeline's. A step that is asked about an earlier
draft takes the photo's newest one, and says so where there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from annotation.contents import parsed
from annotation.models import DraftKind
from annotation.selectors.judged_crops import label_of
from catalog.models import Crop, Photo
from catalog.models import Question as PhotoQuestion
from catalog.selectors.pixels import rendition_bytes
from core.errors import InvalidInput, NotFound
from measures.boxes import Box
from measures.boxes.text import BoxText
from workers import explaining
from workers.pictures import outlined
from workers.pipelines import (
    crop_reasoning,
    crops,
    guidance,
    information_gap,
    refining,
    regions,
)
from workers.work import PICTURE_SIDE, Question

EXAMPLE_WISH = "more room on the left"


@dataclass(frozen=True)
class About:
    """What a step is asked about; ``crop`` and ``question`` where its pipeline is about these."""

    photo: Photo
    crop: Crop | None = None
    question: PhotoQuestion | None = None

    @cached_property
    def picture(self) -> bytes:
        """The upright JPEG that models see."""
        return rendition_bytes(self.photo, PICTURE_SIDE)

    def newest(self, kind: DraftKind) -> Any:
        """The content of the newest draft of a kind, of the crop or question where there is one."""
        rows = self.photo.drafts.filter(kind=kind)
        for name, row in (("crop", self.crop), ("question", self.question)):
            rows = rows.filter(**{name: row}) if row is not None else rows
        found = rows.order_by("-pk").first()
        content = None if found is None else parsed(found)
        if content is None:
            raise NotFound(
                f"This step is asked about a {kind.label} draft, and this photo has none yet. Draft "
                "it first, or choose another photo."
            )
        return content


def _critique(about: About) -> Question:
    content = about.newest(DraftKind.GUIDANCE)
    return Question(
        "guidance.verify", values={"critique": content.as_critique()},
        inputs={"critique": content.model_dump()}, images=[about.picture],
    )  # fmt: skip


def _of_crop(about: About) -> tuple[Crop, bytes]:
    """The crop, and the photo with its outline as models see it."""
    if about.crop is None:
        raise InvalidInput("This step is asked about a crop: choose one.", field="crop")
    return about.crop, outlined(about.picture, Box(*about.crop.corners))


def _rationale(about: About) -> Question:
    crop, picture = _of_crop(about)
    return explaining.question_about(crop, [], picture)


def _rationale_check(about: About) -> Question:
    crop, picture = _of_crop(about)
    content = about.newest(DraftKind.RATIONALE)
    return explaining.question_to_verifier(content, label_of(crop), picture)


def _refinement(about: About) -> Question:
    crop, picture = _of_crop(about)
    return refining.question_about(Box(*crop.corners), EXAMPLE_WISH, picture)


def _asked(about: About) -> str:
    if about.question is None:
        raise InvalidInput("This step is asked about a question: choose one.", field="question")
    return about.question.text


def _outline(about: About) -> Question:
    words = _asked(about)
    units = regions.Units(BoxText.PERCENT).in_words()
    values = {"question": words, "units": units}
    return Question(regions.STEP, values, {"question": words}, [about.picture])


def _answer(about: About) -> Question:
    words = {"question": _asked(about)}
    return Question(information_gap.STEP, words, words, [about.picture])


EXAMPLES: dict[str, Callable[[About], Question]] = {
    "guidance.refine": lambda about: guidance.question_about(about.photo, about.picture),
    "guidance.verify": _critique,
    "crop.propose": lambda about: crops.several(crops.USUAL_COUNT, about.picture),
    "crop.refine": _refinement,
    "rationale.write": _rationale,
    "rationale.verify": _rationale_check,
    "region.outline": _outline,
    "question.answer": _answer,
    "crop.best": lambda about: Question(crops.MODEL_STEP, images=[about.picture]),
    "composition.analyse": lambda about: crop_reasoning.about_analysis(about.picture),
    "crop.propose_composed": lambda about: crop_reasoning.about_proposal(
        about.picture, about.newest(DraftKind.COMPOSITION)
    ),
    "crop.decide": lambda about: crop_reasoning.about_decision(
        about.picture, about.newest(DraftKind.CROPS)
    ),
}


def example_of(step: str, about: About) -> Question:
    """The question of a step about something real."""
    if step not in EXAMPLES:
        raise InvalidInput(f"The step {step} cannot be shown on a photo.", field="step")
    return EXAMPLES[step](about)
