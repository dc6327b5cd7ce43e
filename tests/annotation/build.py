"""Campaigns with items, for the tests of the experts' work."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from accounts.models import Project, User
from annotation.models import (
    Assignment,
    Campaign,
    Draft,
    DraftKind,
    Item,
    Response,
    Verdict,
)
from annotation.services.campaigns import add_selection, create_campaign, open_campaign
from annotation.services.claiming import claim_next
from annotation.services.submitting import submit
from annotation.subjects import Selection
from catalog.models import Photo, Question
from tests.make import make_crop, make_photo

BOXES = [(0.0, 0.0, 0.6, 0.6), (0.2, 0.2, 0.9, 0.9), (0.1, 0.0, 0.8, 1.0), (0.3, 0.3, 1.0, 0.8)]
GUIDANCE = {
    "overall": "A calm coast.",
    "analysis": "The tower stands against an open sky.",
    "guidance": "Step past the rocks. Raise the camera.",
    "issues": ["heavy foreground"],
    "suggestions": ["step forward"],
}
OTHER_GUIDANCE = {
    "overall": "",
    "analysis": "The sea lies quiet.",
    "guidance": "Wait for a boat.",
    "issues": [],
    "suggestions": [],
}
RATIONALE = {
    "box": [0.2, 0.2, 0.9, 0.9],
    "judges": "good",
    "rationale": "The tower stands whole on the left third. The heavy rocks are left out.",
}
COMPOSITION = {
    "elements": [
        {"name": "horizontal", "points": [0.0, 0.4, 1.0, 0.41], "note": "the sea"},
        {"name": "center", "points": [0.3, 0.3, 0.7, 0.8], "note": ""},
    ],
}
ANSWERS: dict[str, dict[str, Any]] = {
    "photo_score": {"score": 7, "cannot_judge": False},
    "guidance_review": {"verdict": "accept", **GUIDANCE, "marks": []},
    "rationale_review": {
        "verdict": "accept",
        "label": "good",
        "rationale": RATIONALE["rationale"],
        "reason": "",
        "marks": [{"index": 0, "mark": "correct"}],
    },
    "composition_review": {
        "elements": [
            {"name": "horizontal", "points": [0.0, 0.4, 1.0, 0.41], "draft": 0},
            {"name": "vertical", "points": [0.2, 0.1, 0.2, 0.9]},
        ],
        "none": False,
    },
    "crop_draw": {"crops": [{"box": [0.1, 0.1, 0.9, 0.8], "ratio": "3:2"}], "none_better": False},
    "crop_mos": {"scores": [{"place": place, "score": 4} for place in range(4)]},
    "preference_pair": {"choice": "left", "strength": 1},
    "answer_judging": {
        "completeness": 1,
        "preciseness": 2,
        "relevance": 2,
        "cannot_judge": False,
        "note": "",
    },
    "cross_review": {"verdict": "correct", "box": [0.1, 0.1, 0.9, 0.8], "reason": ""},
    "text_pair": {"choice": "left", "strength": 1, "reasons": ["clear"], "swapped": False},
    "question_region": {"box": [0.4, 0.1, 0.6, 0.2], "not_visible": False, "note": ""},
}


def make_campaign(
    project: Project,
    item_type: str = "photo_score",
    *,
    photos: int = 1,
    overlap: int = 1,
    is_open: bool = True,
    **fields: Any,
) -> Campaign:
    """An open campaign over new photos that have what the item type needs."""
    made = [make_subject(project) for _ in range(photos)]
    campaign = create_campaign(
        project=project, name=fields.pop("name", f"{item_type} {uuid4().hex[:6]}"),
        item_type=item_type, overlap=overlap, by=None, **fields,
    )  # fmt: skip
    chosen = Selection(photo_ids=tuple(photo.pk for photo in made))
    add_selection(campaign=campaign, selection=chosen, by=None)
    return open_campaign(campaign=campaign, by=None) if is_open else campaign


def make_subject(project: Project) -> Photo:
    """A photo with four crops, a question, and verified drafts of guidance and crops."""
    photo = make_photo(project)
    for box in BOXES:
        make_crop(photo, box)
    make_draft(photo, DraftKind.GUIDANCE, OTHER_GUIDANCE, revision="another")
    make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    asked = Question.objects.create(
        photo=photo, text="What is far out?", answers=["a tower", "A tower"]
    )
    make_draft(photo, DraftKind.ANSWER, {"text": "A tower far out at sea."}, question=asked)
    make_draft(photo, DraftKind.RATIONALE, RATIONALE)
    make_draft(photo, DraftKind.COMPOSITION, COMPOSITION)
    make_draft(photo, DraftKind.CROPS, {"crops": [{"box": list(BOXES[1])}]})
    return photo


def make_draft(photo: Photo, kind: DraftKind, content: dict[str, Any], **more: Any) -> Draft:
    """A draft that a verifier passed, made by a model whose name must not leak."""
    draft = Draft.objects.create(
        photo=photo, kind=kind, content=content, backend="openai", model="secret-model-9",
        work_key=uuid4().hex, **more,
    )  # fmt: skip
    Verdict.objects.create(draft=draft, passed=True, backend="rules")
    return draft


def claimed(campaign: Campaign, person: User) -> Assignment:
    """The person's next assignment; there must be one."""
    assignment = claim_next(campaign=campaign, person=person)
    assert assignment is not None
    return assignment


def answered(assignment: Assignment, answer: object = None, **fields: Any) -> Response:
    """The holder's answer, stored; by default one that fits the item type."""
    person = assignment.person
    assert person is not None
    given = ANSWERS[assignment.campaign.item_type] if answer is None else answer
    fields.setdefault("submission_id", uuid4())
    return submit(assignment=assignment, person=person, answer=given, **fields)


def scored(item: Item, person: User, score: int) -> Response:
    """The person's score of this photo, through claim and submit; the item must be offered next."""
    assignment = claimed(item.campaign, person)
    assert assignment.item_id == item.pk
    return answered(assignment, {"score": score})
