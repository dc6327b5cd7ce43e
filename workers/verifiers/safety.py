"""Are there remnants of an injected prompt in a draft: orders to a model, addresses, markup?

Drafts are shown as plain text and fenced before another model reads them, so that none of this
does anything; but no such text should reach an expert or a training set either.
"""

from __future__ import annotations

import re

from annotation.models import DraftKind
from workers.verifiers import Check, Checked, Finding, Verifier
from workers.words import whole_text

_SIGNS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "instructions",
        re.compile(
            r"\b(ignore|disregard|forget|override) (all |any |the |your |these |those )*(previous|prior|above|earlier"
            r"|preceding|system)\b|\b(system|developer) prompt\b|\byou are now\b|\bnew instructions?:"
            r"|\bdo not (tell|inform) the user\b|\bpretend (to be|you are)\b",
            re.IGNORECASE,
        ),
        "It holds words that give orders to a model",
    ),
    (
        "address",
        re.compile(
            r"\bhttps?://\S+|\bwww\.\S+|\b(javascript|data):\S+|\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b",
            re.IGNORECASE,
        ),
        "It holds an address",
    ),
    (
        "markup",
        re.compile(
            r"<\|[^|>]{1,40}\|>|</?(script|iframe|img|svg|system|assistant|user|untrusted|image)\b[^>]{0,80}>"
            r"|\[/?INST\]|\{\{[^{}]{0,80}\}\}",
            re.IGNORECASE,
        ),
        "It holds markup or control words of a model",
    ),
)


class SafetyVerifier(Verifier):
    """Each kind of remnant once, with the words found."""

    name = "safety"
    title = "No orders, addresses or markup"
    kinds = frozenset(DraftKind)

    def check(self, check: Check) -> Checked:
        """The finding quotes the start of what was found."""
        text = whole_text(check.draft)
        found = [(code, said.search(text), what) for code, said, what in _SIGNS]
        return Checked([
            Finding(self.name, code, f"{what}: \u201c{match[0][:80]}\u201d.")
            for code, match, what in found if match
        ])  # fmt: skip
