"""Has a draft the shape of its kind, with every part filled that it cannot do without?"""

from __future__ import annotations

from typing import Any

from annotation.contents import parsed
from annotation.models import DraftKind
from workers.verifiers import Check, Checked, Finding, Verifier

NEEDED: dict[DraftKind, dict[str, tuple[str, str]]] = {
    DraftKind.GUIDANCE: {
        "analysis": ("no_analysis", "It has no analysis."),
        "guidance": ("no_guidance", "It has no guidance."),
    },
    DraftKind.RATIONALE: {"rationale": ("no_rationale", "It gives no reason for the crop.")},
    DraftKind.CROPS: {"crops": ("no_crops", "It proposes no crop.")},
    DraftKind.ANSWER: {"text": ("no_answer", "It says nothing.")},
}


class PartsVerifier(Verifier):
    """The schema on our side, whatever the model promised."""

    name = "parts"
    title = "Has all its parts"
    kinds = frozenset(NEEDED)

    def check(self, check: Check) -> Checked:
        """Blocking for each part that is missing."""
        content = parsed(check.draft)
        if content is None:
            words = "Its content has not the shape of its kind."
            return Checked([Finding(self.name, "shape", words)])
        needed = NEEDED[DraftKind(check.draft.kind)]
        missing = [said for part, said in needed.items() if not _is_filled(getattr(content, part))]
        return Checked([Finding(self.name, code, words) for code, words in missing])


def _is_filled(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)
