"""What a text says of a photo against what is measured of it: symmetry, a horizon, tilt, tone.

Only what `inference.looking` measures can be doubted; people, things and places cannot. Bounds are
wide: a claim is doubted where the measure is far from it, not where it is merely not strong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from inference.looking import Facts

_SENTENCE = re.compile(r"[^.!?;\n]+")
# "No clear horizon", "lacks symmetry", "would need leading lines" claim nothing of the kind.
_DENIED = re.compile(
    r"\b(no|not|without|lack\w*|miss\w*|absen\w*|nor|neither|hardly|barely|could|would|should|if"
    r"|try|consider|add|need\w*|instead|n't)\b|n['\u2019]t\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Doubt:
    """A claim that the measured facts do not bear out; ``code`` is stable."""

    code: str
    sentence: str
    words: str


@dataclass(frozen=True)
class _Claim:
    code: str
    said: re.Pattern[str]
    is_absent: Callable[[Facts], bool]
    words: str


def _claim(code: str, said: str, is_absent: Callable[[Facts], bool], words: str) -> _Claim:
    return _Claim(code, re.compile(rf"\b({said})", re.IGNORECASE), is_absent, words)


_CLAIMS = (
    _claim("symmetry", r"symmetr(y|ical)|mirror(s|ed)? (each other|itself)",
           lambda facts: max(facts.balance.mirror_sideways, facts.balance.mirror_updown) < 0.2,
           "no half of the photo mirrors the other"),
    _claim("leading_lines", r"leading lines?|converging lines?|diagonal lines?",
           lambda facts: facts.lines.diagonal < 0.12 and facts.lines.level + facts.lines.upright > 0.6,
           "hardly an edge of the photo runs diagonally"),
    _claim("horizon", r"horizon( line)? (is|sits|lies|runs|cuts|divides|stands)|the (straight|level) horizon",
           lambda facts: facts.lines.horizon is None and facts.lines.level < 0.15,
           "no level line crosses the photo"),
    _claim("tilt", r"(tilted|crooked|slanted) (horizon|frame|picture|photo)|(horizon|frame|picture|photo) (is )?(tilted|crooked)",
           lambda facts: facts.lines.tilt_confidence > 0.6 and abs(facts.lines.tilt) < 0.4,
           "its level lines are straight"),
    _claim("black_and_white", r"black[- ]and[- ]white|monochrom\w+",
           lambda facts: not facts.colour.is_grey and facts.colour.colourfulness > 20,
           "the photo is in colour"),
    _claim("strong_colour", r"(vivid|vibrant|saturated|rich|bold|bright) colou?rs?",
           lambda facts: facts.colour.is_grey or facts.colour.colourfulness < 8,
           "the photo has next to no colour"),
    _claim("blown", r"(blown|burnt|burned)[- ]?out|overexposed|clipped highlights?",
           lambda facts: facts.light.blown < 0.001 and facts.light.median < 0.6,
           "nothing in the photo is pure white"),
    _claim("blocked", r"(blocked|crushed) (shadows?|blacks?)|underexposed",
           lambda facts: facts.light.blocked < 0.001 and facts.light.median > 0.4,
           "nothing in the photo is pure black"),
)  # fmt: skip


def doubtful_claims(text: str, measure: Callable[[], Facts]) -> list[Doubt]:
    """Each kind of claim at most once, with the sentence that makes it.

    ``measure`` is only called when the text claims something that can be measured.
    """
    found: dict[str, Doubt] = {}
    for sentence in (each.strip() for each in _SENTENCE.findall(text)):
        if _DENIED.search(sentence):
            continue
        for claim in _CLAIMS:
            if (
                claim.code not in found
                and claim.said.search(sentence)
                and claim.is_absent(measure())
            ):
                found[claim.code] = Doubt(claim.code, sentence, claim.words)
    return list(found.values())
