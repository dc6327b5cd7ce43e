"""Word-level difference of two texts, for pages that show what an expert changed in a draft."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["equal", "insert", "delete"]
WORDS = re.compile(r"\s+|\w+(?:['\u2019-]\w+)*|[^\w\s]")


def word_diff(before: str, after: str) -> list[tuple[Op, str]]:
    """What turns ``before`` into ``after``: joined, the equal and deleted pieces are ``before``,
    the equal and inserted ones ``after``. A changed phrase is one deletion and one insertion.
    """
    a, b = WORDS.findall(before), WORDS.findall(after)
    pieces: list[tuple[Op, str]] = []
    gone, come = "", ""
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    for at, (code, a1, a2, b1, b2) in enumerate(codes):
        old, new = "".join(a[a1:a2]), "".join(b[b1:b2])
        if code == "equal" and not (old.isspace() and (gone or come) and at < len(codes) - 1):
            pieces += _changed(gone, come)
            pieces.append(("equal", old))
            gone, come = "", ""
        else:
            gone, come = gone + old, come + new
    return pieces + _changed(gone, come)


def _changed(gone: str, come: str) -> list[tuple[Op, str]]:
    both: list[tuple[Op, str]] = [("delete", gone), ("insert", come)]
    return [(op, text) for op, text in both if text]
