"""Does a text claim what the photo does not show, as far as that can be measured?"""

from __future__ import annotations

from annotation.models import DraftKind
from inference.critiquing.claims import doubtful_claims
from inference.looking import look
from workers.verifiers import Check, Checked, Finding, Verifier
from workers.words import seen_text


class ClaimsVerifier(Verifier):
    """Symmetry, lines, horizon, tilt and tone against `inference.looking`; people and things
    cannot be measured."""

    name = "claims"
    title = "Claims that measures bear out"
    kinds = frozenset({DraftKind.GUIDANCE, DraftKind.RATIONALE, DraftKind.CROPS})

    def check(self, check: Check) -> Checked:
        """The photo is only measured when there are words to hold against it."""
        doubts = doubtful_claims(seen_text(check.draft), lambda: look(check.picture()))
        return Checked([
            Finding(self.name, doubt.code, f"It says \u201c{doubt.sentence[:200]}\u201d, but {doubt.words}.")
            for doubt in doubts
        ])  # fmt: skip
