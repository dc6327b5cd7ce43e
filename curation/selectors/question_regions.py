"""Which region helps to answer a question, as an expert drew it or as a verified draft has it, and the
information gaps that were found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from annotation.contents import GapContent, RegionContent
from annotation.flag_rules import NO_DOUBT
from annotation.models import (
    Adjudication,
    Draft,
    DraftKind,
    Flag,
    FlagState,
    ItemPurpose,
    Response,
    Verdict,
)

EXPERT, SEED = "expert", "seed"


@dataclass(frozen=True)
class FoundRegion:
    """``box`` is None where an expert says that the answer cannot be seen; ``origin`` is `EXPERT` or
    `SEED`, ``rule`` how a seed box was found, ``sources`` the paths of what it rests on."""

    box: tuple[float, float, float, float] | None
    origin: str
    rule: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class FoundGap:
    """A question's newest search and the path of its draft."""

    content: GapContent
    sources: tuple[str, ...]


def drawn_regions(
    question_ids: Collection[int], *, include_flagged: bool = False
) -> dict[int, FoundRegion]:
    """By question: the newest answer of an expert; a golden record stands in the place of its item's
    answers, and an item in discussion counts only with ``include_flagged``."""
    rows = Response.objects.filter(
        item__campaign__item_type="question_region", item__purpose=ItemPurpose.WORK,
        item__payload__question__in=list(question_ids), replaced_by__isnull=True,
    ).select_related("item")  # fmt: skip
    if not include_flagged:
        open_flags = Flag.objects.exclude(state=FlagState.SETTLED).exclude(rule__in=NO_DOUBT)
        rows = rows.exclude(item__in=open_flags.values("item"))
    found = list(rows.order_by("pk"))
    items = {response.item_id for response in found}
    records = Adjudication.objects.filter(item_id__in=items, replaced_by__isnull=True)
    golden = {record.item_id: record for record in records}
    drawn: dict[int, FoundRegion] = {}
    for response in found:
        record = golden.get(response.item_id)
        answer = record.answer if record else response.answer
        paths = [f"adjudication/{record.pk}"] if record else []
        paths += [f"response/{response.pk}"]
        paths += [f"draft/{response.item.draft_id}"] if response.item.draft_id else []
        box = answer.get("box")
        drawn[response.item.payload["question"]] = FoundRegion(
            (box[0], box[1], box[2], box[3]) if box else None, EXPERT, "", tuple(paths)
        )
    return drawn


def seed_regions(question_ids: Collection[int]) -> dict[int, FoundRegion]:
    """By question: its newest region that a verifier passed."""
    found: dict[int, FoundRegion] = {}
    for draft in _passed(DraftKind.REGION, question_ids):
        content = RegionContent.model_validate(draft.content)
        paths = [f"draft/{draft.pk}", *([f"draft/{draft.parent_id}"] if draft.parent_id else [])]
        found[draft.question_id or 0] = FoundRegion(
            content.as_box().corners(), SEED, content.rule, tuple(paths)
        )
    return found


def found_gaps(question_ids: Collection[int]) -> dict[int, FoundGap]:
    """By question: its newest search that a verifier passed."""
    return {
        draft.question_id or 0: FoundGap(
            GapContent.model_validate(draft.content), (f"draft/{draft.pk}", *draft.made_from)
        )
        for draft in _passed(DraftKind.GAP, question_ids)
    }


def _passed(kind: DraftKind, question_ids: Collection[int]) -> list[Draft]:
    """The newest passed draft of each question."""
    passed = Verdict.objects.filter(draft=OuterRef("pk"), passed=True)
    rows = Draft.objects.filter(Exists(passed), kind=kind, question__in=question_ids)
    return list(rows.order_by("question_id", "-pk").distinct("question_id"))
