"""Seed regions without help (CropVLM): of every crop of a grid, the one with which the model finds
the right answer likeliest, given the full photo, the crop and the question."""

from __future__ import annotations

from typing import Any

from annotation.contents import RegionContent
from annotation.models import Draft, DraftKind
from annotation.question_sampling import GridParameters
from annotation.services.partial_answers import Paid
from catalog.selectors.pixels import cut, jpeg, open_upright
from inference.backends import Likelihood, Request
from measures.answers import as_target, majority_answer
from measures.boxes import Box
from measures.geometry.grid_search import best_place, cells, rectangles, with_noise
from workers.gathering import digest, earlier, evidence_key, said_by, store_gathered
from workers.pipelines.checking import check
from workers.pipelines.regions import asked
from workers.work import PICTURE_SIDE, Outcome, Question, Work, build_request

STEP = "question.answer"


def run(work: Work) -> Outcome:
    """Score every crop, keep the best with all scores, check it."""
    wanted = GridParameters(**work.batch.parameters)
    target = as_target(majority_answer(asked(work).answers))
    crops = cells(wanted.grid) if wanted.crops == "cells" else rectangles(wanted.grid)
    plan = {"target": target, "grid": wanted.grid, "crops": wanted.crops}
    key = evidence_key(work, _request(work, []), plan)
    known = earlier(work, DraftKind.REGION, key)
    if known is not None:
        content = RegionContent.model_validate(known.content)
        return check(work, _store(work, content, key, plan, Paid(), said_by(known), known))
    found = work.drafter.log_likelihoods(_requests(work, crops), target)
    content = _content(crops, found, target, wanted)
    return check(work, _store(work, content, key, plan, _paid(found), _who(work, found)))


def _requests(work: Work, crops: list[Box]) -> list[Request]:
    """For every crop the full photo, then the crop cut from the original, and the question."""
    full, original = work.picture(), open_upright(work.photo)
    return [_request(work, [full, jpeg(cut(original, box, longest=PICTURE_SIDE))]) for box in crops]


def _request(work: Work, images: list[bytes]) -> Request:
    words = asked(work).text
    question = Question(STEP, {"question": words}, {"question": words}, images)
    return build_request(question, work.drafter.source, work.batch.parameters, work.wordings)


def _content(
    crops: list[Box], found: list[Likelihood], target: str, wanted: GridParameters
) -> RegionContent:
    """The best crop, still without noise, with the score of each."""
    best = crops[best_place([each.value for each in found])]
    rows = [
        dict(zip(("x1", "y1", "x2", "y2"), box.corners(), strict=True))
        | {"log_likelihood": round(each.value, 6)}
        for box, each in zip(crops, found, strict=True)
    ]
    return RegionContent(
        box=best.corners(), rule="grid", found=best.corners(), grid=wanted.grid, answer=target,
        evidence=rows,
    )  # fmt: skip


def _store(
    work: Work,
    content: RegionContent,
    key: str,
    plan: dict[str, Any],
    paid: Paid,
    who: dict[str, str],
    parent: Draft | None = None,
) -> Draft:
    """The draft with its noise; the seed of each question and sample is its own."""
    wanted = GridParameters(**work.batch.parameters)
    rule: dict[str, Any] = {**plan, "noise": wanted.noise}
    box = Box(*(content.found or content.box))
    if wanted.noise:
        told = [wanted.seed, work.request.question_id, work.request.sample]
        rule["noise_seed"] = int(digest(told)[:8], 16)
        box = with_noise(box, grid=wanted.grid, seed=rule["noise_seed"])
    if parent is not None and parent.parameters.get("noise_seed") == rule.get("noise_seed"):
        return parent
    data = content.model_copy(update={"box": box.corners()}).model_dump(mode="json")
    return store_gathered(
        work, DraftKind.REGION, data, evidence=key, rule=rule, paid=paid, said_by=who, parent=parent
    )


def _paid(found: list[Likelihood]) -> Paid:
    paid = Paid()
    for each in found:
        paid.add(
            tokens_in=each.usage.tokens_in, tokens_out=each.usage.tokens_out,
            cost_usd=each.usage.cost_usd, latency_ms=each.usage.latency_ms,
        )  # fmt: skip
    return paid


def _who(work: Work, found: list[Likelihood]) -> dict[str, str]:
    prompt = _request(work, []).prompt
    return {
        "backend": work.drafter.source.backend, "model": found[0].model, "revision": found[0].revision,
        "prompt_name": prompt.name, "prompt_hash": prompt.hash,
    }  # fmt: skip
