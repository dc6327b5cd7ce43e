"""A plain guess at the language of a text: its script, and for Latin letters its commonest words.

Deterministic and small. It tells the languages below apart in a few sentences; of a few words, or
of a language that is not listed, it says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from measures.texts.overlap import words_of

MIN_WORDS = 8
# One word in seven of running text is among its language's commonest; a list of terms has fewer.
MIN_SHARE = 0.1
MIN_LEAD = 1.3

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)
_LETTER = re.compile(r"[^\W\d_]")
_COMMON = {
    "en": "the of and to is it in that this with for from are was at by but not its which would more",
    "de": "der die das und ist nicht ein eine mit den dem von zu im auf für sich auch es wird wäre aber",
    "fr": "le la les des est et une dans pour qui pas sur du au avec ce cette plus mais en il serait",
    "es": "el la los las es y una que del en por con para no se un más pero lo está como sería",
    "it": "il lo la gli è e una che di del della per con non un nel più ma sono alla come sarebbe",
    "pt": "o a os as é e uma que do da em para com não um no na mais mas se por ao seria",
    "nl": "de het een en is niet van met voor op te dat die zijn maar ook er aan in zou wordt dit",
}
_SETS = {code: frozenset(words.split()) for code, words in _COMMON.items()}


@dataclass(frozen=True, slots=True)
class Guess:
    """``share`` is the part of the letters (by script) or words (by list) that speaks for it."""

    language: str
    share: float


def guess_language(text: str) -> Guess | None:
    """The likeliest language, or None where the text is too short or speaks for none."""
    return _by_script(text) or _by_words(words_of(text))


def _by_script(text: str) -> Guess | None:
    letters = len(_LETTER.findall(text))
    if letters < MIN_WORDS:
        return None
    shares = {code: len(signs.findall(text)) / letters for code, signs in _SCRIPTS}
    # Japanese mixes kana with signs that Chinese has too.
    if shares["ja"] > 0.1:
        return Guess("ja", min(1.0, shares["ja"] + shares["zh"]))
    code = max(shares, key=lambda each: shares[each])
    return Guess(code, shares[code]) if shares[code] > 0.5 else None


def _by_words(words: list[str]) -> Guess | None:
    if len(words) < MIN_WORDS:
        return None
    shares = {
        code: sum(word in common for word in words) / len(words) for code, common in _SETS.items()
    }
    (best, most), (_, second) = sorted(shares.items(), key=lambda each: -each[1])[:2]
    return Guess(best, most) if most >= MIN_SHARE and most >= MIN_LEAD * second else None
