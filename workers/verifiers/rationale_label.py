"""Does a rationale hold the crop to be what it is known to be? Needs no model."""

from __future__ import annotations

from annotation.contents import RationaleContent
from annotation.models import DraftKind
from annotation.selectors.judged_crops import label_of
from workers.verifiers import Check, Checked, Finding, Verifier


class RationaleLabelVerifier(Verifier):
    """What the drafting model says of its own text, against the crop's label."""

    name = "rationale_label"
    title = "Sides with the crop's label"
    kinds = frozenset({DraftKind.RATIONALE})

    def check(self, check: Check) -> Checked:
        """Blocking where a bad crop is explained as good, or a good one as bad."""
        crop = check.draft.crop
        content = RationaleContent(**check.draft.content)
        if crop is None or content.judges == label_of(crop):
            return Checked()
        words = f"It explains the crop as {content.judges}, but it is known to be {label_of(crop)}."
        return Checked([Finding(self.name, "other_side", words)])
