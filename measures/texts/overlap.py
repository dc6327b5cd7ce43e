"""How much of a text was taken over from others, by runs of words that both have.

Shingles are all runs of ``size`` words (Broder, 1997); case and punctuation do not count. Scripts
that put no spaces between words count each sign as a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

SIZE = 5
# Kana, CJK and Hangul signs stand for themselves; other letters and digits form words.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:['\u2019][^\W_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, without punctuation."""
    return _WORD.findall(text.lower())


def shingles(words: Sequence[str], size: int = SIZE) -> set[tuple[str, ...]]:
    """All runs of ``size`` words; a shorter text is one run."""
    if not words:
        return set()
    return {tuple(words[at : at + size]) for at in range(max(1, len(words) - size + 1))}


def copied_share(text: str, sources: Sequence[str], size: int = SIZE) -> float:
    """The share of the text's shingles that stand in any of the sources, from 0 to 1."""
    own = shingles(words_of(text), size)
    theirs = {each for source in sources for each in shingles(words_of(source), size)}
    return len(own & theirs) / len(own) if own else 0.0


def longest_run(text: str, source: str) -> list[str]:
    """The longest run of words that both have; empty where they share none."""
    one, other = words_of(text), words_of(source)
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[match.a : match.a + match.size]
