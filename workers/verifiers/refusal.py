"""Did the model decline instead of answering, or speak of itself?"""

from __future__ import annotations

import re

from annotation.models import DraftKind
from workers.verifiers import Check, Checked, Finding, Verifier
from workers.words import whole_text

_DECLINED = re.compile(
    r"\b(i(['\u2019]m| am) (sorry|unable|not able)|i (can(['\u2019]t|not)|won['\u2019]t|will not|could not"
    r"|couldn['\u2019]t) (help|assist|see|view|access|analy[sz]e|provide|identify|comply|process|fulfil)"
    r"|i apologi[sz]e|no image (was|is|has been) (provided|attached|visible)|unable to (see|view|access)"
    r" the (image|photo|picture))",
    re.IGNORECASE,
)
_ITSELF = re.compile(
    r"\b(as an? (ai|artificial intelligence|language model|large language model)|i am an? (ai|language"
    r" model)|i['\u2019]m an? (ai|language model)|my (training data|knowledge cutoff|guidelines))\b",
    re.IGNORECASE,
)


class RefusalVerifier(Verifier):
    """Refusal texts that came in the right shape."""

    name = "refusal"
    title = "An answer, not a refusal"
    kinds = frozenset({DraftKind.GUIDANCE, DraftKind.RATIONALE, DraftKind.CROPS, DraftKind.ANSWER})

    def check(self, check: Check) -> Checked:
        """The finding quotes the words that gave it away."""
        text = whole_text(check.draft)
        for code, said, what in (
            ("declined", _DECLINED, "The model declines"),
            ("itself", _ITSELF, "The model speaks of itself"),
        ):
            match = said.search(text)
            if match:
                words = f"{what}: \u201c{match[0]}\u201d."
                return Checked([Finding(self.name, code, words)])
        return Checked()
