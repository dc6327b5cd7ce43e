"""AGGF, the guidance pipeline: photo and raw comments become a critique; a second backend checks
that it holds issue identification and shooting guidance (Venus, section 3)."""

from __future__ import annotations

from typing import Any

from annotation.contents import GuidanceContent
from annotation.models import DraftKind
from catalog.models import Photo, RawComment
from inference.backends import Answer
from workers.pipelines.checking import check
from workers.work import Outcome, Question, Work, draft_once

# What a strong model reads before its attention thins out; the newest are left out, not cut.
MAX_COMMENTS = 40


def run(work: Work) -> Outcome:
    """Draft, verify, and say how it ended."""
    comments = _comments(work.photo)
    question = _question(list(comments.values()), work.picture())
    made_from = [f"rawcomment/{pk}" for pk in comments]
    draft = draft_once(work, DraftKind.GUIDANCE, question, _read, made_from)
    return check(work, draft, comments=list(comments.values()))


def question_about(photo: Photo, picture: bytes) -> Question:
    """What a model is asked about a photo and its comments."""
    return _question(list(_comments(photo).values()), picture)


def _comments(photo: Photo) -> dict[int, str]:
    """The first ones' texts by id."""
    rows = RawComment.objects.filter(photo=photo).order_by("id")
    return dict(rows.values_list("id", "text")[:MAX_COMMENTS])


def _question(texts: list[str], picture: bytes) -> Question:
    return Question(
        "guidance.refine",
        values={"comments": texts or ["(nobody has commented on this photo)"]},
        inputs={"comments": texts},
        images=[picture],
    )


def _read(answer: Answer) -> dict[str, Any]:
    return GuidanceContent.model_validate(answer.data or {}).model_dump()
