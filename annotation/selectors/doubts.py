"""What an expert's own sentences claim that measures of the photo do not bear out, while they type.

The draft's sentences are left out: what a verifier finds in them is not shown before the answer. Only
what `inference.looking` measures can be doubted (symmetry, lines, horizon, tilt, tone, colour).
"""

from __future__ import annotations

import re

from annotation.edit_steps import text_in
from annotation.models import Assignment, Draft
from catalog.selectors.pixels import rendition_bytes
from core.errors import NotFound
from inference.critiquing.claims import Doubt, doubtful_claims
from inference.looking import look

SEEN_AT = 1024  # pixels of the longest side, as verifiers see it
TEXTS = ("overall", "analysis", "guidance", "rationale")
SENTENCE = re.compile(r"[^.!?;\n]+")


def doubts_about(assignment: Assignment, text: str) -> list[Doubt]:
    """Each kind of claim at most once; the photo is only looked at when something can be measured,
    and without a picture nothing is doubted."""
    drafted = _sentences_of(assignment.item.draft)
    own = [each for each in _sentences(text) if each not in drafted]
    photo = assignment.item.photo
    try:
        return doubtful_claims("\n".join(own), lambda: look(rendition_bytes(photo, SEEN_AT)))
    except NotFound:
        return []


def _sentences_of(draft: Draft | None) -> set[str]:
    content = draft.content if draft is not None and isinstance(draft.content, dict) else {}
    return {each for name in TEXTS for each in _sentences(text_in(content, name))}


def _sentences(text: str) -> list[str]:
    return [each.strip() for each in SENTENCE.findall(text)]
