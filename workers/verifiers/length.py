"""Is a text as long as the project wants it, counted in words?"""

from __future__ import annotations

from annotation.checks import CheckSettings
from annotation.models import Draft, DraftKind
from measures.texts.overlap import words_of
from workers.verifiers import Check, Checked, Finding, Verifier
from workers.words import running_text


class LengthVerifier(Verifier):
    """Guidance and rationales against the project's bounds."""

    name = "length"
    title = "Neither too short nor too long"
    kinds = frozenset({DraftKind.GUIDANCE, DraftKind.RATIONALE})

    def check(self, check: Check) -> Checked:
        """The finding says how many words there are, and how many are asked for."""
        count = len(words_of(running_text(check.draft)))
        least, most = _bounds(check.draft, check.settings)
        if count < least:
            return self._say("short", f"It has {count} words; at least {least} are asked for.")
        if count > most:
            return self._say("long", f"It has {count:,} words; at most {most:,} are asked for.")
        return Checked()

    def _say(self, code: str, message: str) -> Checked:
        return Checked([Finding(self.name, code, message)])


def _bounds(draft: Draft, settings: CheckSettings) -> tuple[int, int]:
    if draft.kind == DraftKind.GUIDANCE:
        return settings.min_guidance_words, settings.max_guidance_words
    return settings.min_rationale_words, settings.max_rationale_words
