"""Sentences of a text, counted as the experts' page counts them, so that their marks find them.

The rule is that of ``static/js/sentences.js``: a unit ends at an end mark before white space, or at
a line break; a full stop after an abbreviation or a single capital does not end it.
"""

from __future__ import annotations

import re

_END = re.compile("[.!?\u2026]+[\"'\u201d\u2019)\\]]*(?=\\s|\\Z)|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|vs|cf|no|fig|Mr|Mrs|Dr|St)|\bf/\d|\b[A-Z])\.\Z"
)


def sentences(text: str) -> list[str]:
    """The units in order, without the white space between them."""
    units: list[str] = []
    start = 0
    for found in _END.finditer(text):
        before = text[start : found.end()]
        if found[0].startswith("\n") or not _ABBREVIATION.search(before.rstrip()):
            units.append(before.strip())
            start = found.end()
    units.append(text[start:].strip())
    return [unit for unit in units if unit]
