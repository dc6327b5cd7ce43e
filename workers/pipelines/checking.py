"""The verification step that all pipelines share: run the verifiers, store one verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from annotation.checks import Level
from annotation.models import Draft, DraftSource, RequestState
from annotation.services.draft_work import store_verdict
from workers.verifiers import Check, Finding, registry
from workers.work import Outcome, Work

SUMMED = ("tokens_in", "tokens_out", "latency_ms")
RULES = {"backend": "rules", "model": "verifiers", "revision": "1"}


def check(work: Work, draft: Draft, *, comments: Sequence[str] | None = None) -> Outcome:
    """Judge a draft of a batch, once: a verdict that is there already is the answer. ``comments`` are
    the raw comments of a draft that was made just now, so that nobody need read them again."""
    at_hand = comments if draft.is_new else None
    look = Check(draft, work.picture, work.verifier, work.wordings, work.checks, at_hand)
    return judge(look, source=work.batch.verifier)


def judge(look: Check, *, source: DraftSource | None) -> Outcome:
    """Run what the project has look at drafts of the kind; ``source`` is the second model's."""
    draft = look.draft
    known = None if draft.is_new else draft.verdicts.order_by("-attempt").first()
    if known is not None:
        return _outcome(draft, passed=known.passed, findings=known.findings)
    findings: list[Finding] = []
    carried: dict[str, Any] = {**RULES, "attempt": draft.attempt}
    for plugin in registry:
        level = look.settings.level(plugin.name)
        if draft.kind in plugin.kinds and level != Level.OFF:
            checked = plugin().check(look)
            findings += as_set(checked.findings, level)
            carried = _together(carried, checked.provenance)
    rows = [finding.as_row() for finding in findings]
    passed = not any(finding.is_blocking for finding in findings)
    store_verdict(draft=draft, passed=passed, findings=rows, provenance=carried, source=source)
    return _outcome(draft, passed=passed, findings=rows)


def as_set(findings: list[Finding], level: Level) -> list[Finding]:
    """The findings as the project has them count: what is only noted rejects nothing."""
    is_blocking = level == Level.BLOCK
    return [replace(each, is_blocking=each.is_blocking and is_blocking) for each in findings]


def _together(carried: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The provenance of the last model that was asked, with what all of them cost."""
    if not more:
        return carried
    sums = {name: carried.get(name, 0) + more[name] for name in SUMMED if name in more}
    known = [each["cost_usd"] for each in (carried, more) if each.get("cost_usd") is not None]
    return {**more, **sums, "cost_usd": sum(known, Decimal(0)) if known else None}


def _outcome(draft: Draft, *, passed: bool, findings: list[dict[str, object]]) -> Outcome:
    if passed:
        return Outcome(RequestState.DRAFTED, draft=draft)
    said = [str(finding["message"]) for finding in findings if finding["is_blocking"]]
    return Outcome(RequestState.REJECTED, reason=" ".join(said), draft=draft)
