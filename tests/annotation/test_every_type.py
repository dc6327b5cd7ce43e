"""A campaign of each item type on demo photos, through the API alone, to its golden record.

Ada makes and opens it; Ben, Eve and Dan answer, not all alike; one raises a flag; Ada settles.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from accounts.models import Project, User
from annotation.item_types import registry
from annotation.models import Adjudication, DraftKind, Item
from catalog.models import Photo, Question
from tests.annotation.build import (
    ANSWERS,
    BOXES,
    COMPOSITION,
    GUIDANCE,
    OTHER_GUIDANCE,
    RATIONALE,
    make_draft,
)
from tests.catalog.imports import imported_photo
from tests.make import make_crop, make_member
from tests.people import signed_in

pytestmark = pytest.mark.django_db
DEMO = Path(settings.BASE_DIR) / "workers" / "demo" / "photos"
# What the third expert says instead.
OTHERWISE: dict[str, dict[str, Any]] = {
    "photo_score": {"score": 1},
    "guidance_review": {"verdict": "reject", "reason": "vague"},
    "rationale_review": {"verdict": "reject", "reason": "vague"},
    "composition_review": {"elements": [], "none": True},
    "crop_draw": {"crops": [{"box": [0.6, 0.6, 0.9, 0.9]}]},
    "crop_mos": {"scores": [{"place": place, "score": 1} for place in range(4)]},
    "preference_pair": {"choice": "neither"},
    "text_pair": {"choice": "neither"},
    "answer_judging": {"cannot_judge": True},
    "cross_review": {"verdict": "reject", "reason": "balance"},
    "question_region": {"box": None, "not_visible": True},
}
# What answers of the type are kept as, beside the responses.
ROWS = {
    "photo_score": "rating",
    "crop_mos": "rating",
    "preference_pair": "pairvote",
    "text_pair": "textvote",
    "answer_judging": "answermark",
}


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    """A demo photo with what every item type asks about."""
    photo = imported_photo(project, kim, (DEMO / "acanthus.jpg").read_bytes())
    for box in BOXES:
        make_crop(photo, box)
    make_draft(photo, DraftKind.GUIDANCE, OTHER_GUIDANCE, revision="another")
    for kind, content in (
        (DraftKind.GUIDANCE, GUIDANCE), (DraftKind.RATIONALE, RATIONALE),
        (DraftKind.COMPOSITION, COMPOSITION),
    ):  # fmt: skip
        make_draft(photo, kind, content)
    asked = Question.objects.create(photo=photo, text="What is carved?", answers=["leaves"])
    make_draft(photo, DraftKind.ANSWER, {"text": "Leaves."}, question=asked)
    return photo


def post(client: Client, path: str, body: Any = None, status: int = 200) -> Any:
    reply = client.post(f"/api/v1/{path}", body or {}, content_type="application/json")
    assert reply.status_code in (status, 201), reply.content
    return reply.json() if reply.content else None


def answer(client: Client, campaign: int, said: dict[str, Any]) -> tuple[int, int]:
    held = post(client, f"work/{campaign}/claim/")["assignment"]["id"]
    body = {"submission_id": str(uuid4()), "answer": said, "active_ms": 4000}
    return held, post(client, f"work/assignments/{held}/submit/", body)["response_id"]


@pytest.mark.parametrize("name", registry.names())
def test_from_photos_to_the_golden_record(
    project: Project, photo: Photo, ada: User, ben: User, eve: User, name: str
) -> None:
    lead, base = signed_in(ada), f"projects/{project.slug}"
    new = {"name": name, "item_type": name, "overlap": 3}
    campaign = post(lead, f"{base}/campaigns/", new)["id"]
    assert post(lead, f"{base}/campaigns/{campaign}/subjects/")["added"] >= 1
    Item.objects.filter(campaign=campaign).exclude(pk=first_of(campaign)).delete()
    post(lead, f"{base}/campaigns/{campaign}/open/")
    dan = make_member(project, "Dan", "expert")
    held, first = answer(signed_in(ben), campaign, ANSWERS[name])
    post(signed_in(ben), f"work/assignments/{held}/flag/", {"reason": "Is it sharp?"})
    answer(signed_in(eve), campaign, ANSWERS[name])
    answer(signed_in(dan), campaign, OTHERWISE[name])
    item = Item.objects.get(campaign=campaign)
    assert item.state == "flagged"
    told = {"response_id": first, "reason": "Ben is right."}
    post(lead, f"{base}/items/{item.pk}/settle/", told)
    item.refresh_from_db()
    golden = Adjudication.objects.get(item=item)
    assert item.state == "settled" and golden.answer == item.responses.get(pk=first).answer
    rows = ROWS.get(name)
    assert rows is None or related(item, rows).exists()


def first_of(campaign: int) -> int:
    return Item.objects.filter(campaign=campaign).order_by("pk").values_list("pk", flat=True)[0]


def related(item: Item, rows: str) -> Any:
    return apps.get_model("annotation", rows).objects.filter(response__item=item, is_current=True)
