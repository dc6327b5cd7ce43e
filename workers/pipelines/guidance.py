"""AGGF, the guidance pipeline: photo and raw comments become a critique; a second backend checks
that it holds issue identification and shooting guidance (Venus, section 3)."""

from __future__ import annotations

from typing import Any

from annotation.contents import GuidanceContent
from annotation.models import DraftKind
from inference.backends import Answer
from workers.pipelines.checking import check
from workers.work import Outcome, Question, Work, draft_once

# What a strong model reads before its attention thins out; the newest are left out, not cut.
MAX_COMMENTS = 40


def run(work: Work) -> Outcome:
    """Draft, verify, and say how it ended."""
    comments = list(work.photo.raw_comments.order_by("id")[:MAX_COMMENTS])
    texts = [comment.text for comment in comments]
    question = Question(
        "guidance.refine",
        values={"comments": texts or ["(nobody has commented on this photo)"]},
        inputs={"comments": texts},
        images=[work.picture()],
    )
    made_from = [f"rawcomment/{comment.pk}" for comment in comments]
    draft = draft_once(work, DraftKind.GUIDANCE, question, _read, made_from)
    return check(work, draft)


def _read(answer: Answer) -> dict[str, Any]:
    return GuidanceContent.model_validate(answer.data or {}).model_dump()
