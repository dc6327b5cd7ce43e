"""Three invented experts. Their answers follow from what `views.json` says is good in a photo, from
each one's habits, and from a seeded chance: the same on every installation."""

from __future__ import annotations

import csv
import random
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from annotation.contents import GuidanceContent
from annotation.models import Assignment
from annotation.rubric import CRITERIA
from measures.boxes import Box

VIEWS = Path(__file__).with_name("views.json")
PHOTOS = Path(__file__).with_name("photos")
# The photo on which Sofia disagrees strongly: it shows a flag, a discussion and a second round.
CONTESTED = "sunset"
SETTLED = "room"


@dataclass(frozen=True)
class Habits:
    """``bias`` is added to every grade, ``noise`` is the spread of one glance."""

    bias: float
    noise: float


HABITS = {"Ines": Habits(0.05, 0.16), "Marek": Habits(-0.2, 0.2), "Sofia": Habits(0.2, 0.22)}


@cache
def views() -> dict[str, Any]:
    """What is good in each photo, by file name without ending."""
    return dict(orjson.loads(VIEWS.read_bytes()))


def answer_of(assignment: Assignment, name: str) -> dict[str, Any]:
    """What this expert's page would send for the assignment."""
    photo = photo_name(assignment)
    kind = assignment.campaign.item_type
    # crc32, not hash(): the same on every start of the interpreter.
    seed = zlib.crc32(f"{name}/{photo}/{kind}/{assignment.round}/{assignment.item_id}".encode())
    glance = _Glance(views()[photo], HABITS[name], random.Random(seed))  # noqa: S311 - no secret
    return _ANSWERS[kind](glance, assignment, name)


def photo_name(assignment: Assignment) -> str:
    """The demo's name of the assignment's photo, from its title."""
    return names_by_title()[assignment.item.photo.title]


@cache
def names_by_title() -> dict[str, str]:
    """File name without ending by title, as the manifest lists them."""
    with (PHOTOS / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return {row["title"]: row["file"].removesuffix(".jpg") for row in csv.DictReader(file)}


class _Glance:
    """One look of one expert at one photo."""

    def __init__(self, view: dict[str, Any], habits: Habits, chance: random.Random) -> None:
        self.best = Box(*view["best"])
        self.score = int(view["score"])
        self.habits = habits
        self.chance = chance

    def grade(self, worth: float, low: int, high: int) -> int:
        """A worth on the scale, seen through habits and chance."""
        seen = self.chance.gauss(worth + self.habits.bias, self.habits.noise)
        return min(high, max(low, round(seen)))

    def worth(self, box: Box) -> float:
        """1 to 5: how near a crop comes to what this photo's best is said to be."""
        return 1.2 + 4.2 * max(0.0, box.iou(self.best) - 0.1)


def _guidance(glance: _Glance, assignment: Assignment, name: str) -> dict[str, Any]:
    draft = assignment.item.draft
    content = GuidanceContent(**draft.content) if draft else GuidanceContent()
    text = content.model_dump()
    roll = glance.chance.random()
    if roll < 0.12:
        return {**text, "verdict": "reject", "reason": "vague", "marks": []}
    if roll < 0.75:
        text = _revised(text, views()[photo_name(assignment)])
    return {**text, "verdict": "accept", "reason": "", "marks": []}


def _revised(text: dict[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    """The expert puts the point of the viewers' comment into the guidance and the issues."""
    comment = str(view["comments"][0][0])
    point = comment.split(". ")[-1].rstrip(".")
    return {
        **text,
        "guidance": f"{text['guidance']} Above all: {point[0].lower()}{point[1:]}.".strip(),
        "issues": [*text["issues"], point][:12],
    }


def _photo_score(glance: _Glance, assignment: Assignment, name: str) -> dict[str, Any]:
    score = glance.grade(glance.score, 1, 10)
    photo = photo_name(assignment)
    if photo in (CONTESTED, SETTLED) and assignment.round == 1:
        score = {"Ines": 8, "Marek": 7, "Sofia": 2}[name]
    elif photo == SETTLED:
        score = {"Ines": 6, "Marek": 5, "Sofia": 5}[name]
    return {"score": score, "cannot_judge": False}


def _crop_draw(glance: _Glance, assignment: Assignment, name: str) -> dict[str, Any]:
    nudged = [value + glance.chance.gauss(0, 0.012) for value in glance.best.corners()]
    box = [round(min(1.0, max(0.0, value)), 4) for value in nudged]
    why = "It keeps the subject whole and leaves out what pulls the eye away."
    return {
        "crops": [{"box": box, "ratio": "free", "overlay": "thirds", "why": why}],
        "none_better": False,
    }


def _crop_mos(glance: _Glance, assignment: Assignment, name: str) -> dict[str, Any]:
    crops = _crops(assignment)
    order = assignment.presentation["order"]
    scores = [
        {"place": place, "score": glance.grade(glance.worth(crops[at]), 1, 5)}
        for place, at in enumerate(order)
    ]
    return {"scores": scores}


def _pair(glance: _Glance, assignment: Assignment, name: str) -> dict[str, Any]:
    first, second = (glance.worth(box) for box in _crops(assignment))
    gap = glance.chance.gauss(first - second, glance.habits.noise)
    if abs(gap) < 0.2:
        return {"choice": "tie", "strength": 1}
    is_left = (gap > 0) == assignment.presentation["first_on_left"]
    return {"choice": "left" if is_left else "right", "strength": 2 if abs(gap) > 1.5 else 1}


def _text_pair(glance: _Glance, assignment: Assignment, name: str) -> dict[str, Any]:
    """Whoever says more about the photo wins, mostly."""
    told = assignment.item.payload
    first, second = (len(told[each]["text"]) for each in ("first", "second"))
    gap = glance.chance.gauss((first - second) / 100, 4 * glance.habits.noise)
    if abs(gap) < 0.25:
        return {"choice": "tie", "strength": 1}
    is_left = (gap > 0) == assignment.presentation["first_on_left"]
    reasons = ["specific"] if abs(gap) > 1 else []
    return {"choice": "left" if is_left else "right", "strength": 1, "reasons": reasons}


def _reviewed(glance: _Glance, assignment: Assignment, name: str) -> dict[str, Any]:
    """At first some put the frame right; then all agree."""
    box = Box(*assignment.item.payload["box"])
    if assignment.round > 1 or box.iou(glance.best) > 0.93:
        return {"verdict": "agree"}
    return {"verdict": "correct", "box": [round(value, 4) for value in glance.best.corners()]}


def _judged(glance: _Glance, assignment: Assignment, name: str) -> dict[str, Any]:
    return {name: glance.grade(1.2, 0, 2) for name in CRITERIA}


def _crops(assignment: Assignment) -> list[Box]:
    rows = assignment.item.item_crops.select_related("crop").order_by("place")
    return [Box(*row.crop.corners) for row in rows]


_ANSWERS = {
    "guidance_review": _guidance,
    "photo_score": _photo_score,
    "crop_draw": _crop_draw,
    "crop_mos": _crop_mos,
    "preference_pair": _pair,
    "text_pair": _text_pair,
    "cross_review": _reviewed,
    "answer_judging": _judged,
}
