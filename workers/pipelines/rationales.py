"""Rationales: why the composition inside a crop is better or worse (Venus, AR-Generation and
AR-Validation). Each crop is drafted and checked until a text passes or its rounds are used up; what
still fails is kept, rejected, for an expert."""

from __future__ import annotations

from typing import Any

from annotation.contents import RationaleContent
from annotation.models import Draft, DraftKind, RequestState
from catalog.models import Crop
from core.errors import InvalidInput
from inference.backends import Answer
from measures.boxes import Box
from workers.explaining import STEP, question_about
from workers.pictures import shown_to
from workers.pipelines.checking import check
from workers.work import Outcome, Work, draft_once

ROUNDS = 3
NO_CROP = "This photo has no crop to write about."


def run(work: Work) -> Outcome:
    """Write and check, with the checker's reasons given to the next round."""
    crop = work.crop
    if crop is None:
        raise InvalidInput(str(work.request.params.get("problem") or NO_CROP))
    rounds = int(work.batch.parameters.get("rounds", ROUNDS))
    last = work.last_draft(STEP)
    if last is not None and _has_ended(work, last, rounds):
        return check(work, last)
    while True:
        draft = _draft(work, crop, last)
        outcome = check(work, draft)
        if outcome.state == RequestState.DRAFTED or draft.attempt % rounds == 0:
            return outcome
        last = draft


def _has_ended(work: Work, last: Draft, rounds: int) -> bool:
    """Its last round was checked, but the worker died before it could say so. A request that was
    ended so already knows the draft: it was put back to be drafted again."""
    is_last = last.attempt % rounds == 0 and last.verdicts.exists()
    return is_last and work.request.params.get("draft") != last.pk


def _draft(work: Work, crop: Crop, last: Draft | None) -> Draft:
    box = Box(*crop.corners)
    picture = shown_to(work.drafter.source, work.picture(), box)
    question = question_about(crop, objections_to(last), picture)

    def read(answer: Answer) -> dict[str, Any]:
        said = {"box": box.corners(), **(answer.data or {})}
        return RationaleContent.model_validate(said).model_dump(mode="json")

    made_from = [f"crop/{crop.pk}"]
    return draft_once(work, DraftKind.RATIONALE, question, read, made_from, after=last)


def objections_to(draft: Draft | None) -> list[str]:
    """What the last check of a rejected draft found, as its next round gets to read it."""
    verdict = draft.verdicts.order_by("-attempt").first() if draft else None
    if verdict is None or verdict.passed:
        return []
    return [str(each["message"]) for each in verdict.findings if each["is_blocking"]]
