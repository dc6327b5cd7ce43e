"""Does the critique hold issue identification and shooting guidance? Asked of the second backend."""

from __future__ import annotations

from annotation.contents import GuidanceContent
from annotation.models import DraftKind
from inference.schemas import Completeness
from workers.verifiers import Check, Checked, Finding, Verifier
from workers.work import Question, build_request, provenance


class CompletenessVerifier(Verifier):
    """Venus, AGGF step 2."""

    name = "completeness"
    title = "Holds issues and shooting guidance"
    kinds = frozenset({DraftKind.GUIDANCE})

    def check(self, check: Check) -> Checked:
        """Blocking unless both parts are there; the model's own findings become the reason."""
        if check.asks is None:
            return Checked()
        content = GuidanceContent(**check.draft.content)
        question = Question(
            "guidance.verify",
            values={"critique": content.as_critique()},
            inputs={"critique": content.model_dump()},
            images=[check.picture()],
        )
        request = build_request(question, check.asks.source, {}, check.wordings)
        answer = check.asks.answer(request)
        verdict = Completeness.model_validate(answer.data)
        return Checked(
            findings=[] if verdict.passed else self._findings(verdict),
            provenance=provenance(answer, attempt=check.draft.attempt),
        )

    def _findings(self, verdict: Completeness) -> list[Finding]:
        found = []
        if not verdict.has_issues:
            found.append(Finding(self.name, "no_issues", "It names no concrete issue."))
        if not verdict.has_guidance:
            found.append(Finding(self.name, "no_guidance", "It gives no shooting guidance."))
        found += [Finding(self.name, "said", words) for words in verdict.findings]
        return found or [Finding(self.name, "refused", "The verifier refused it without a reason.")]
