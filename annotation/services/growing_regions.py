"""Growing found regions by their share of the photo (CropVLM, seed boxes).

A found box and the box it grew to are two drafts, the second the child of the first: other cut-offs
give another child, and no model is asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from annotation.checks import Level, stored_settings
from annotation.contents import RegionContent, checked_content
from annotation.models import BatchState, Draft, DraftBatch, DraftKind, Verdict
from annotation.selectors.drafts import has_verdict
from core import audit
from core.errors import Conflict, InvalidInput
from measures.boxes import Box
from measures.geometry.expansion import PAPER_CUTS, Cuts, cuts_of, expanded, factor_of
from measures.geometry.regions import Problem, problems_of

RULE: dict[str, Any] = {
    "backend": "rules", "model": "expansion", "revision": "1", "cost_usd": Decimal(0),
}  # fmt: skip
CHECK: dict[str, Any] = {"backend": "rules", "model": "verifiers", "revision": "1"}
VERIFIER = "region"
AT_ONCE = 1_000


@dataclass(frozen=True)
class Growth:
    """Cut-offs, where they come from (``paper`` or ``data``), and of how many boxes."""

    cuts: Cuts = PAPER_CUTS
    rule: str = "paper"
    boxes: int | None = None

    def as_parameters(self) -> dict[str, Any]:
        """As a draft carries them."""
        told: dict[str, Any] = {"cutoffs": self.rule, "cuts": list(self.cuts)}
        return told if self.boxes is None else {**told, "boxes": self.boxes}


@dataclass(frozen=True)
class Grown:
    """What growing a batch came to: by which cut-offs, and the drafts that it made or found."""

    growth: Growth
    drafts: list[Draft]


def grow_region(*, found: Draft, growth: Growth) -> Draft:
    """The grown box of a found region as a draft of its own, without a verdict yet; the same cut-offs
    again give the draft that is there."""
    return _stored([_grown(found, growth)])[0]


def _grown(found: Draft, growth: Growth) -> Draft:
    content = RegionContent.model_validate(found.content)
    box = Box(*(content.found or content.box))
    factor = factor_of(box.area, growth.cuts)
    grown = content.model_copy(
        update={"box": expanded(box, factor).corners(), "found": box.corners(), "factor": factor}
    )
    return Draft(
        photo=found.photo, question=found.question, kind=DraftKind.REGION,
        content=checked_content(DraftKind.REGION, grown.model_dump(mode="json")),
        work_key=_work_key(found, growth), parameters=growth.as_parameters(), source=found.source,
        request=found.request, parent=found, made_from=[f"draft/{found.pk}"], **RULE,
    )  # fmt: skip


def _stored(rows: list[Draft]) -> list[Draft]:
    """The drafts of these keys, in this order, whoever wrote them."""
    Draft.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)
    known = Draft.objects.select_related("photo", "parent").in_bulk(
        [row.work_key for row in rows], field_name="work_key"
    )
    return [known[row.work_key] for row in rows]


def _work_key(found: Draft, growth: Growth) -> str:
    told = json.dumps(["expansion", RULE["revision"], found.work_key, list(growth.cuts)])
    return hashlib.sha256(told.encode()).hexdigest()


@transaction.atomic
def grow_regions(*, batch: DraftBatch, by: User) -> Grown:
    """Grow the found regions of a finished batch by the percentiles of their own areas.

    `Conflict` while the batch runs; `InvalidInput` with fewer than five found boxes. Doing it again
    with the same boxes changes nothing.
    """
    if batch.state == BatchState.OPEN:
        raise Conflict("This batch still finds regions. Grow them when it has ended.")
    found = list(found_regions(batch))
    areas = [Box(*(each.content["found"])).area for each in found]
    if not found:
        raise InvalidInput("This batch has found no regions that could grow.", field="batch")
    growth = Growth(cuts_of(areas), "data", len(areas))
    level = stored_settings(batch.project.settings).level(VERIFIER)
    drafts = _stored([_grown(each, growth) for each in found])
    verdicts = [_verdict(each, level) for each in drafts]
    Verdict.objects.bulk_create(verdicts, ignore_conflicts=True, batch_size=AT_ONCE)
    audit.record(
        actor=by, verb="drafts.grow", scope=batch.project.scope, target=f"draftbatch/{batch.pk}",
        drafts=len(drafts), cuts=list(growth.cuts),
    )  # fmt: skip
    return Grown(growth, drafts)


def found_regions(batch: DraftBatch) -> Iterable[Draft]:
    """The regions that a grounding model found in a batch, as found, that passed their check."""
    rows = Draft.objects.filter(
        has_verdict(passed=True), request__batch=batch, kind=DraftKind.REGION,
        content__rule="grounding", content__factor=None,
    ).select_related("photo", "question", "source", "request")  # fmt: skip
    return rows.order_by("pk")


def _verdict(draft: Draft, level: Level) -> Verdict:
    """Of the rule that looks at regions; what a project only notes rejects nothing."""
    content = RegionContent.model_validate(draft.content)
    found = Box(*content.found) if content.found else None
    size = (draft.photo.width, draft.photo.height)
    problems = [] if level == Level.OFF else problems_of(content.as_box(), found, size)
    rows = [_finding(each, level) for each in problems]
    passed = not any(row["is_blocking"] for row in rows)
    return Verdict(draft=draft, passed=passed, findings=rows, **CHECK)


def _finding(problem: Problem, level: Level) -> dict[str, Any]:
    return {
        "verifier": VERIFIER, "code": problem.code, "message": problem.words,
        "is_blocking": problem.is_grave and level == Level.BLOCK,
    }  # fmt: skip
