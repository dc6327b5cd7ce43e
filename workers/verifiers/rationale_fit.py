"""Does a rationale agree with what is visible, and judge the crop rightly? Asked of the second
backend; rules judge by what they measure of the crop."""

from __future__ import annotations

from annotation.contents import RationaleContent
from annotation.models import DraftKind
from annotation.selectors.judged_crops import label_of
from inference.schemas import RationaleCheck
from workers.explaining import question_to_verifier
from workers.pictures import shown_to
from workers.verifiers import Check, Checked, Finding, Verifier
from workers.work import build_request, provenance

ASKED = ("agrees", "It does not agree with the picture."), (
    "judges_rightly", "It does not judge the crop rightly.",
)  # fmt: skip


class RationaleFitVerifier(Verifier):
    """Venus, AR-Validation."""

    name = "rationale_fit"
    title = "True of the crop, and judges it rightly"
    kinds = frozenset({DraftKind.RATIONALE})

    def check(self, check: Check) -> Checked:
        """Blocking unless both hold; the model's own findings become the reason."""
        crop = check.draft.crop
        if check.asks is None or crop is None:
            return Checked()
        content = RationaleContent(**check.draft.content)
        picture = shown_to(check.asks.source, check.picture(), content.as_box())
        question = question_to_verifier(content, label_of(crop), picture)
        request = build_request(question, check.asks.source, {}, check.wordings)
        answer = check.asks.answer(request)
        verdict = RationaleCheck.model_validate(answer.data)
        return Checked(
            findings=[] if verdict.passed else self._findings(verdict),
            provenance=provenance(answer, attempt=check.draft.attempt),
        )

    def _findings(self, verdict: RationaleCheck) -> list[Finding]:
        found = [
            Finding(self.name, key, words) for key, words in ASKED if not getattr(verdict, key)
        ]
        found += [Finding(self.name, "said", words) for words in verdict.findings]
        return found or [Finding(self.name, "refused", "The verifier refused it without a reason.")]
