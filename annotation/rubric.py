"""The rubric of AesGuide: three criteria, each marked 0, 1 or 2, with words for every mark."""

from __future__ import annotations

from typing import Any

HIGHEST = 2
CRITERIA: dict[str, dict[str, Any]] = {
    "completeness": {
        "title": "Completeness", "asks": "Does it say what has to be said?",
        "words": ["nothing of it", "some of it", "nearly all of it"],
    },
    "preciseness": {
        "title": "Preciseness", "asks": "Are its details right?",
        "words": ["wrong or in conflict", "partly right", "right"],
    },
    "relevance": {
        "title": "Relevance", "asks": "Does it keep to what was asked?",
        "words": ["beside the point", "partly to the point", "all to the point"],
    },
}  # fmt: skip
