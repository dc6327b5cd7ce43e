"""Is a text in the language that the project works in, as far as its words tell?"""

from __future__ import annotations

from annotation.checks import LANGUAGES
from annotation.models import DraftKind
from measures.texts.language import guess_language
from workers.verifiers import Check, Checked, Finding, Verifier
from workers.words import whole_text


class LanguageVerifier(Verifier):
    """A guess by script and commonest words; too few words say nothing."""

    name = "language"
    title = "In the project's language"
    kinds = frozenset({DraftKind.GUIDANCE, DraftKind.RATIONALE})

    def check(self, check: Check) -> Checked:
        """A finding where the text speaks for another language."""
        expected = check.settings.language
        guess = guess_language(whole_text(check.draft)) if expected else None
        if guess is None or guess.language == expected:
            return Checked()
        is_like, wanted = LANGUAGES[guess.language], LANGUAGES[expected]
        words = f"It reads like {is_like}; this project works in {wanted}."
        return Checked([Finding(self.name, "other", words)])
