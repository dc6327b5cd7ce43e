"""The three steps of CROP by measurement: analysis, proposal along the elements, decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inference.critiquing.reasoning import explain_crop
from inference.looking import view
from inference.looking.aligning import Element, aligned, served
from inference.looking.composing import find_elements, summed_up
from inference.looking.cropping import Box, Proposal, propose_crops, rate_crop


def analyse(photo: bytes) -> dict[str, Any]:
    """The elements that were measured, and one sentence about them."""
    parts = find_elements(view(photo))
    elements = [{"name": p.name, "points": p.points, "note": p.note} for p in parts]
    return {"elements": elements, "text": summed_up(parts)}


def propose(photo: bytes, elements: Sequence[Element], count: int) -> list[dict[str, Any]]:
    """Crops that serve the elements, the best first."""
    found = propose_crops(view(photo), count, lambda box: aligned(box, elements))
    return [_crop(proposal, elements) for proposal in found]


def decide(photo: bytes, boxes: Sequence[Box]) -> dict[str, Any]:
    """The number of the box that measures best, from 1, with the figures."""
    seen = view(photo)
    elements = [{"name": p.name, "points": p.points} for p in find_elements(seen)]
    rated = [rate_crop(seen, box, lambda box: aligned(box, elements)) for box in boxes]
    order = sorted(range(len(rated)), key=lambda at: (-rated[at].score, at))
    best = rated[order[0]]
    reason = f"It measures best, {best.score:.2f} of 1"
    if len(order) > 1:
        reason += f", before candidate {order[1] + 1} with {rated[order[1]].score:.2f}"
    return {"choice": order[0] + 1, "reason": f"{reason}: {_lower(explain_crop(best))}"}


def _crop(proposal: Proposal, elements: Sequence[Element]) -> dict[str, Any]:
    names = [name.replace("_", " ") for name in served(proposal.box, elements)]
    rationale = explain_crop(proposal)
    if names:
        rationale += f" It serves: {', '.join(names)}."
    return {"box": list(proposal.box), "rationale": rationale, "score": proposal.score}


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
