"""Is it all praise? A critique that names nothing to do better teaches nothing."""

from __future__ import annotations

import re

from annotation.contents import GuidanceContent, parsed
from annotation.models import DraftKind
from inference.critiquing.checking import check_critique
from workers.verifiers import Check, Checked, Finding, Verifier
from workers.words import whole_text

MIN_PRAISE = 2
_PRAISE = re.compile(
    r"\b(amazing|awesome|beautiful\w*|breathtaking|brilliant\w*|excellent\w*|fantastic|flawless\w*"
    r"|gorgeous|great|incredibl[ey]|lovely|magnificent|masterful\w*|outstanding|perfect\w*|stunning\w*"
    r"|superb\w*|wonderful\w*|well done|good job)\b",
    re.IGNORECASE,
)


class PraiseVerifier(Verifier):
    """Words of praise and no weakness at all."""

    name = "praise"
    title = "More than praise"
    kinds = frozenset({DraftKind.GUIDANCE})

    def check(self, check: Check) -> Checked:
        """A finding where it praises, names no issue and no sentence says what is weak."""
        text = whole_text(check.draft)
        content = parsed(check.draft)
        is_named = isinstance(content, GuidanceContent) and any(map(str.strip, content.issues))
        if is_named or len(_PRAISE.findall(text)) < MIN_PRAISE:
            return Checked()
        if check_critique(text)["has_issues"]:
            return Checked()
        return Checked([Finding(self.name, "only_praise", "It praises and names no issue.")])
