"""A crop changed by a person's words: one question, one draft with its parent, the geometry checked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from django.conf import settings

from annotation.checks import stored_settings
from annotation.contents import CropsContent, ProposedCrop
from annotation.models import Draft, DraftKind, DraftSource, RequestState
from annotation.selectors.prompts import own_wordings
from annotation.selectors.refinements import STEP, crops_of, draft_behind
from annotation.services.draft_work import store_draft
from annotation.services.sources import as_source
from catalog.models import Crop
from catalog.selectors.pixels import rendition_bytes
from core.jobs import JobRun
from inference.backends import Answer, Request, open_backend
from inference.schemas import RefinedCrop
from measures.boxes import Box
from workers.pictures import shown_to
from workers.pipelines.checking import judge
from workers.pipelines.crops import keep_crops
from workers.verifiers import Check
from workers.work import PICTURE_SIDE, Outcome, Question, build_request, provenance


def refine_crop(run: JobRun) -> dict[str, Any]:
    """Handler of the kinds that refine; the same wish again is not paid for twice."""
    crop = Crop.objects.select_related("photo__project").get(pk=run.params["crop"])
    source = DraftSource.objects.get(pk=run.params["source"], project=crop.photo.project_id)
    draft = _draft(crop, source, str(run.params["words"]))
    outcome = _judged(crop, draft)
    if outcome.state == RequestState.DRAFTED:
        keep_crops(draft)
    made = crops_of([draft]).get(draft.pk, [])
    return {
        "draft": draft.pk,
        "crop": made[0].pk if made else None,
        "passed": outcome.state == RequestState.DRAFTED,
        "reason": outcome.reason,
    }


def question_about(box: Box, words: str, picture: bytes) -> Question:
    """What a model is asked: the present box in figures, the wish between its fences."""
    figures = ", ".join(f"{edge:.3f}" for edge in box.corners())
    return Question(
        STEP,
        values={"box": f"[{figures}]", "words": words},
        inputs={"box": box.as_list(), "words": words},
        images=[picture],
    )


def _draft(crop: Crop, source: DraftSource, words: str) -> Draft:
    parent = draft_behind(crop)
    asked, box = as_source(source), Box(*crop.corners)
    picture = shown_to(asked, rendition_bytes(crop.photo, PICTURE_SIDE), box)
    wordings = own_wordings(crop.photo.project_id)
    request = build_request(question_about(box, words, picture), asked, {}, wordings)
    key = _work_key(crop, asked.key(), request)
    known = Draft.objects.filter(work_key=key).first()
    if known is not None:
        return known
    with open_backend(asked, allowed_local=settings.ALLOWED_LOCAL_ENDPOINTS) as backend:
        answer = backend.answer(request)
    told = provenance(answer, attempt=1)
    told["parameters"] = {**told["parameters"], "words": words}
    return store_draft(
        photo=crop.photo, crop=crop, kind=DraftKind.CROPS, content=_content(answer), work_key=key,
        provenance=told, source=source, parent=parent, made_from=[f"crop/{crop.pk}"],
    )  # fmt: skip


def _work_key(crop: Crop, source: str, request: Request) -> str:
    content = {
        "pipeline": "refine", "crop": crop.pk, "photo": crop.photo.content_hash, "source": source,
        "prompt": request.prompt.hash, "text": request.prompt.text,
        "parameters": asdict(request.parameters),
    }  # fmt: skip
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _content(answer: Answer) -> dict[str, Any]:
    refined = RefinedCrop.model_validate(answer.data or {})
    x1, y1, x2, y2 = refined.box
    crop = ProposedCrop(box=(x1, y1, x2, y2), rationale=refined.rationale)
    return CropsContent(crops=[crop], text=answer.text[:20_000]).model_dump(mode="json")


def _judged(crop: Crop, draft: Draft) -> Outcome:
    """Checked without a second model: it is one box, and a person looks at it next."""
    checks = stored_settings(crop.photo.project.settings)
    look = Check(draft, lambda: rendition_bytes(crop.photo, PICTURE_SIDE), None, settings=checks)
    return judge(look, source=None)
