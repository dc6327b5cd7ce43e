"""Crop drawing: the best frame of a photo, several, or the word that the whole photo is best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, StrictFloat, StrictInt

from accounts.keys import KeyAct
from annotation.contents import CropsContent
from annotation.item_types import (
    DrawnCrop,
    ImageUrl,
    ItemType,
    Outcome,
    Parsed,
    Pieces,
    ShownItem,
    Subject,
    parse_as,
    photo_json,
)
from annotation.models import Campaign, Draft, DraftKind
from annotation.subjects import Selection, passed_drafts, ready_photos
from core.errors import InvalidInput
from measures.boxes import Box

DIGITS = 6
SAME = 0.999  # IoU; a frame that was left alone comes back with its digits rounded
Number = StrictFloat | StrictInt
RATIO = r"^(original|free|\d{1,3}(\.\d{1,4})?:\d{1,3}(\.\d{1,4})?)$"


class Settings(Parsed):
    """``with_draft`` starts from the newest verified crop proposal, shown as a dashed frame."""

    with_draft: bool = Field(False, title="Start from the draft's best crop")
    max_crops: int = Field(3, ge=1, le=12, title="Most frames per photo")
    min_side: float = Field(0.05, ge=0.01, le=0.9, title="Shortest side, as a share of the photo's")


class Frame(Parsed):
    """One drawn box, normalised on the upright photo, six decimals."""

    box: tuple[Number, Number, Number, Number]
    ratio: str = Field("free", max_length=16, pattern=RATIO)
    overlay: str = Field("none", max_length=24)
    why: str = Field("", max_length=2_000)


class Answer(Parsed):
    """The frames, best first; none when the whole photo is the best frame."""

    crops: Annotated[list[Frame], Field(max_length=12)] = Field(default_factory=list)
    none_better: bool = False


class CropDraw(ItemType):
    """An expert's own crop, drawn on the upright photo."""

    name = "crop_draw"
    title = "Crop drawing"
    instructions = "Draw the frame that makes the best photo. Draw another if two are equally good."
    script = "crop_draw"
    subjects_are = "every ready photo (with its crop proposal, if the campaign starts from drafts)"
    seconds_each = 40
    settings_model = Settings
    answer_model = Answer
    example_answer: ClassVar[dict[str, Any]] = {
        "crops": [
            {"box": [0.1, 0.1, 0.9, 0.8], "ratio": "3:2", "overlay": "thirds", "why": "Calmer."}
        ],
        "none_better": False,
    }
    keys = (
        KeyAct("lock", "a", "lock the ratio"),
        KeyAct("turn", "x", "turn the frame"),
        KeyAct("lights", "l", "lights out"),
        KeyAct("peek", "\\", "before and after"),
        KeyAct("reset", "Backspace", "clear, or back to the draft"),
        KeyAct("another", "n", "another frame"),
        KeyAct("copy", "m", "copy this frame"),
        KeyAct("first", "p", "put this frame first"),
        KeyAct("remove", "Delete", "remove this frame"),
        KeyAct("whole", "w", "the whole photo is best"),
    )
    shared_keys = ("crop", "overlay", "zoom", "facts")
    by_hand = "box"

    def subjects(self, campaign: Campaign, selection: Selection) -> Iterable[Subject]:
        """One item per photo."""
        if self.settings.with_draft:
            found = passed_drafts(campaign.project_id, DraftKind.CROPS, selection)
            yield from (Subject(f"draft/{draft}", photo, draft) for photo, draft in found)
            return
        for photo_id in ready_photos(campaign.project_id, selection):
            yield Subject(f"photo/{photo_id}", photo_id)

    def item_json(
        self, shown: ShownItem, presentation: Mapping[str, Any], image_url: ImageUrl
    ) -> dict[str, Any]:
        """Photo, limits, and the draft's frame where the campaign shows it."""
        item: dict[str, Any] = {
            "photo": photo_json(shown, image_url, with_facts=True),
            "min_side": self.settings.min_side,
            "max_crops": self.settings.max_crops,
        }
        ghost = _ghost(shown)
        return {**item, "ghost": ghost} if ghost else item

    def parse(self, answer: object, shown: ShownItem, presentation: Mapping[str, Any]) -> Parsed:
        """At least one frame inside the photo, or the whole photo."""
        parsed: Answer = parse_as(Answer, answer)
        if parsed.none_better == bool(parsed.crops):
            raise InvalidInput(
                "crops: draw a frame, or say that the whole photo is best, not both.", field="crops"
            )
        if len(parsed.crops) > self.settings.max_crops:
            raise InvalidInput(
                f"crops: at most {self.settings.max_crops} frames are asked for.", field="crops"
            )
        frames = [self._checked(frame, at) for at, frame in enumerate(parsed.crops)]
        return parsed.model_copy(update={"crops": frames})

    def crops(self, answer: Parsed) -> list[DrawnCrop]:
        """The frames; the whole photo where it is best."""
        if getattr(answer, "none_better", False):
            return [DrawnCrop(Box.whole(), ratio="original")]
        return [
            DrawnCrop(Box(*frame.box), ratio=frame.ratio, rationale=frame.why)
            for frame in getattr(answer, "crops", [])
        ]

    def compose(self, base: Parsed, pieces: Pieces) -> dict[str, Any]:
        """One frame."""
        if pieces.box is None:
            raise InvalidInput("Draw the frame that stands.", field="box")
        return {"crops": [{"box": list(pieces.box.corners())}], "none_better": False}

    def outcome(self, answer: Parsed, draft: Draft) -> Outcome | None:
        """How far the best frame lies from the proposal's best; the whole photo rejects it."""
        drawn = getattr(answer, "crops", [])
        proposals = CropsContent.model_validate(draft.content).crops
        if not drawn or not proposals:
            return Outcome.rejected("whole_photo") if proposals else None
        overlap = Box(*drawn[0].box).iou(proposals[0].as_box())
        return Outcome.accepted(0.0 if overlap > SAME else 1 - overlap)

    def in_words(self, answer: Parsed) -> str:
        """For example "2 frames"."""
        if getattr(answer, "none_better", False):
            return "the whole photo"
        count = len(getattr(answer, "crops", []))
        return f"{count} frame{'s' if count > 1 else ''}"

    def _checked(self, frame: Frame, at: int) -> Frame:
        name = f"crops.{at}.box"
        try:
            box = Box(*frame.box)
        except InvalidInput as error:
            raise InvalidInput(f"{name}: {error.message}", field=name) from None
        if min(box.width, box.height) < self.settings.min_side - 1e-6:
            share = f"{self.settings.min_side:.0%}"
            raise InvalidInput(
                f"{name}: a side is shorter than {share} of the photo's.", field=name
            )
        return frame.model_copy(
            update={"box": tuple(round(each, DIGITS) for each in box.corners())}
        )


def _ghost(shown: ShownItem) -> list[float] | None:
    if shown.draft is None:
        return None
    proposals = CropsContent.model_validate(shown.draft.content).crops
    return list(proposals[0].box) if proposals else None
