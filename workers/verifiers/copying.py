"""Is a draft in words of its own, or a copy of a comment that it was made from?"""

from __future__ import annotations

from annotation.models import DraftKind
from annotation.selectors.drafts import comments_of
from measures.texts.overlap import copied_share, longest_run, words_of
from workers.verifiers import Check, Checked, Finding, Verifier
from workers.words import running_text

MOST_COPIED = 0.5  # of the draft's runs of five words
LONGEST_RUN = 14  # words taken over in one piece
SHORTEST = 10  # a draft of fewer words has too few runs to tell


class CopyingVerifier(Verifier):
    """Shingles of the draft against the raw comments behind it."""

    name = "copying"
    title = "In words of its own"
    kinds = frozenset({DraftKind.GUIDANCE, DraftKind.RATIONALE})

    def check(self, check: Check) -> Checked:
        """A finding where half of it, or a long passage, stands in the comments."""
        text = running_text(check.draft)
        comments = check.comments
        if comments is None:
            comments = [comment.text for comment in comments_of(check.draft)]
        if not comments or len(words_of(text)) < SHORTEST:
            return Checked()
        share = copied_share(text, comments)
        if share >= MOST_COPIED:
            return self._say("copy", f"{share:.0%} of it stands word for word in the comments.")
        run = max((longest_run(text, comment) for comment in comments), key=len)
        if len(run) >= LONGEST_RUN:
            return self._say("passage", f"{len(run)} words in a row are those of a comment.")
        return Checked()

    def _say(self, code: str, message: str) -> Checked:
        return Checked([Finding(self.name, code, message)])
