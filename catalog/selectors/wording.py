"""Short texts from outside, made fit to be shown on one line."""

from __future__ import annotations

from inference.visible import visible_text


def one_line(text: object, limit: int) -> str:
    """``text`` on one line without hidden characters, at most ``limit`` characters."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text or "")
    return " ".join(visible_text(words).split())[:limit].rstrip()
