"""The verification step that all pipelines share: run the verifiers, store one verdict."""

from __future__ import annotations

from annotation.models import Draft, RequestState
from annotation.services.draft_work import store_verdict
from workers.verifiers import Check, Finding, registry
from workers.work import Outcome, Work

RULES = {"backend": "rules", "model": "verifiers", "revision": "1"}


def check(work: Work, draft: Draft) -> Outcome:
    """Judge a draft, once: a verdict that is there already is the answer."""
    known = draft.verdicts.order_by("-attempt").first()
    if known is not None:
        return _outcome(draft, passed=known.passed, findings=known.findings)
    findings: list[Finding] = []
    carried = {**RULES, "attempt": draft.attempt}
    for plugin in registry:
        if draft.kind in plugin.kinds:
            checked = plugin().check(Check(draft=draft, picture=work.picture, asks=work.verifier))
            findings += checked.findings
            carried = {**carried, **checked.provenance}
    rows = [finding.as_row() for finding in findings]
    passed = not any(finding.is_blocking for finding in findings)
    source = work.batch.verifier
    store_verdict(draft=draft, passed=passed, findings=rows, provenance=carried, source=source)
    return _outcome(draft, passed=passed, findings=rows)


def _outcome(draft: Draft, *, passed: bool, findings: list[dict[str, object]]) -> Outcome:
    if passed:
        return Outcome(RequestState.DRAFTED, draft=draft)
    said = [str(finding["message"]) for finding in findings if finding["is_blocking"]]
    return Outcome(RequestState.REJECTED, reason=" ".join(said), draft=draft)
