"""Who may enter the addresses of drafts about questions."""

from __future__ import annotations

from typing import Any

from annotation.models import DraftKind
from catalog.models import Question
from tests.annotation.build import make_draft
from tests.catalog.imports import imported_photo
from tests.routes import Row, World
from tests.routes.drafts import RUN, SEE, a_batch


def a_gap(world: World) -> dict[str, Any]:
    by = world.people["curator"]
    assert by is not None
    photo = imported_photo(world.project, by)
    question = Question.objects.create(photo=photo, text="Where?", answers=["here"])
    content = {"side": 32, "threshold": 0.5, "levels": []}
    return {"draft_id": make_draft(photo, DraftKind.GAP, content, question=question).pk}


ROWS = [
    Row("annotation:global-view", SEE, args=a_gap),
    Row("annotation:grow-regions", RUN, "POST", a_batch),
    Row("api:grow-regions", RUN, "POST", a_batch),
]
