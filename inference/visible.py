"""Text that a person can see: what models and strangers write is stripped of hidden characters."""

from __future__ import annotations

import re
from typing import Any

# Control characters but tab and newline; soft hyphen; zero-width space and joiners of words;
# embeddings, overrides and isolates that reverse the reading order; invisible operators; byte
# order mark; lone surrogates; the invisible "tag" letters. Joiners that scripts and emoji need
# (U+200C, U+200D) and the plain direction marks stay.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")


def visible_text(text: str) -> str:
    """``text`` with only what can be seen: one kind of line end, no control characters, nothing
    that reverses the reading order or hides. Letters of every script stay as they are."""
    return _HIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def visible_data(value: Any) -> Any:
    """The same for every string inside a JSON value."""
    if isinstance(value, str):
        return visible_text(value)
    if isinstance(value, list):
        return [visible_data(each) for each in value]
    if isinstance(value, dict):
        return {visible_text(str(key)): visible_data(each) for key, each in value.items()}
    return value
