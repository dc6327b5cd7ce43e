"""Samples from guidance reviews: what experts accepted, and their revision over the draft.

A settled item gives its golden record and nothing else. Of an item that was answered in several
rounds only the newest complete round counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models import Project
from annotation.contents import GuidanceContent
from annotation.flag_rules import NO_DOUBT
from annotation.models import Adjudication, Draft, Flag, FlagState, ItemPurpose, Response
from curation.conversations import guidance_text
from curation.models import SampleKind
from curation.rules import Rules
from curation.selectors.votes import counted_rounds
from curation.sentences import sentences
from curation.services.candidates import Candidate, Lost, batches, grouped

ITEMS_AT_ONCE = 200
OPEN_FLAG = "item has an open flag"
REJECTED = "the draft was rejected"
LATER_ROUND = "not of the round that counts"
SETTLED_OTHERWISE = "the golden record stands in its place"
SAME_TEXT = "another expert left the same text"
UNCHANGED = "the expert changed nothing"
NO_DRAFT = "there was no draft"
EMPTY = "the text is empty"


@dataclass(frozen=True)
class _Accepted:
    """An answer that stands, with the draft it replaced."""

    photo_id: int
    draft: Draft | None
    content: GuidanceContent
    marks: list[dict[str, Any]]
    sources: list[str]


def guidance(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """SFT: the accepted texts, each once per photo."""
    kind = SampleKind.SFT_GUIDANCE
    for of_photo in _accepted_by_photo(kind, project, rules, lost):
        seen: set[str] = set()
        for accepted in of_photo:
            text = guidance_text(accepted.content)
            if _is_new(kind, text, seen, lost):
                data = accepted.content.model_dump()
                yield Candidate(kind, accepted.photo_id, data, accepted.sources)


def revisions(project: Project, rules: Rules, lost: Lost) -> Iterator[Candidate]:
    """DPO: the expert's revision chosen, the draft rejected, with the sentences that were marked."""
    kind = SampleKind.DPO_TEXT
    for of_photo in _accepted_by_photo(kind, project, rules, lost):
        seen: set[str] = set()
        for accepted in of_photo:
            if accepted.draft is None:
                lost.add(kind, NO_DRAFT)
                continue
            before = GuidanceContent(**accepted.draft.content)
            old, new = guidance_text(before), guidance_text(accepted.content)
            if old == new:
                lost.add(kind, UNCHANGED)
            elif _is_new(kind, f"{old}\0{new}", seen, lost):
                data = {
                    "chosen": accepted.content.model_dump(), "rejected": before.model_dump(),
                    "marks": _with_sentences(accepted.marks, before),
                }  # fmt: skip
                yield Candidate(kind, accepted.photo_id, data, accepted.sources)


def _is_new(kind: SampleKind, text: str, seen: set[str], lost: Lost) -> bool:
    if not text.strip("\0"):
        lost.add(kind, EMPTY)
        return False
    if text in seen:
        lost.add(kind, SAME_TEXT)
        return False
    seen.add(text)
    return True


def _with_sentences(marks: list[dict[str, Any]], draft: GuidanceContent) -> list[dict[str, Any]]:
    """Each mark with the sentence of the draft that it stands on."""
    units = {
        block: sentences(getattr(draft, block)) for block in ("overall", "analysis", "guidance")
    }
    return [
        {
            "block": mark["block"], "index": mark["index"], "mark": mark["mark"],
            "sentence": dict(enumerate(units[mark["block"]])).get(mark["index"], ""),
        }
        for mark in marks
    ]  # fmt: skip


def _accepted_by_photo(
    kind: SampleKind, project: Project, rules: Rules, lost: Lost
) -> Iterator[list[_Accepted]]:
    rows = Response.objects.filter(
        item__campaign__project=project,
        item__campaign__item_type="guidance_review",
        item__purpose=ItemPurpose.WORK,
        replaced_by__isnull=True,
    ).select_related("item__draft")
    rows = rows.order_by("item__photo__content_hash", "item__photo_id", "item_id", "pk")
    items = grouped(rows.iterator(chunk_size=1000), lambda response: response.item_id)
    accepted = (
        found
        for batch in batches(items, ITEMS_AT_ONCE)
        for found in _accepted_of(kind, batch, rules, lost)
    )
    return grouped(accepted, lambda each: each.photo_id)


def _accepted_of(
    kind: SampleKind, batch: list[list[Response]], rules: Rules, lost: Lost
) -> Iterator[_Accepted]:
    item_ids = [responses[0].item_id for responses in batch]
    rounds = counted_rounds(item_ids)
    flagged = set() if rules.include_flagged else _in_discussion(item_ids)
    records = Adjudication.objects.filter(item_id__in=item_ids, replaced_by__isnull=True)
    golden = {record.item_id: record for record in records}
    for responses in batch:
        item_id = responses[0].item_id
        if item_id in flagged:
            lost.add(kind, OPEN_FLAG, len(responses))
        elif item_id in golden:
            lost.add(kind, SETTLED_OTHERWISE, len(responses) - 1)
            yield from _if_accepted(kind, responses, golden[item_id], lost)
        else:
            current = [each for each in responses if each.round == rounds[item_id]]
            lost.add(kind, LATER_ROUND, len(responses) - len(current))
            for response in current:
                yield from _if_accepted(kind, [response], None, lost)


def _if_accepted(
    kind: SampleKind, responses: list[Response], golden: Adjudication | None, lost: Lost
) -> Iterator[_Accepted]:
    item = responses[0].item
    answer = golden.answer if golden else responses[0].answer
    if answer.get("verdict") != "accept":
        lost.add(kind, REJECTED)
        return
    fields = {name: answer[name] for name in GuidanceContent.model_fields if name in answer}
    sources = [f"adjudication/{golden.pk}"] if golden else []
    sources += [f"response/{response.pk}" for response in responses]
    if item.draft:
        sources += [f"draft/{item.draft.pk}", *item.draft.made_from]
    yield _Accepted(
        item.photo_id, item.draft, GuidanceContent(**fields), answer.get("marks", []), sources
    )


def _in_discussion(item_ids: list[int]) -> set[int]:
    flags = Flag.objects.filter(item_id__in=item_ids).exclude(state=FlagState.SETTLED)
    flags = flags.exclude(rule__in=NO_DOUBT)
    return set(flags.values_list("item_id", flat=True))
