"""Questions about a photo with their accepted answers."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.models import Photo, Question
from core.errors import InvalidInput
from inference.visible import visible_text

MAX_TEXT = 2000
MAX_ANSWERS = 50


def add_question(
    *, photo: Photo, text: str, answers: Sequence[str], external_id: str = ""
) -> Question:
    """Add a question; one with an ``external_id`` that the photo has already is given back."""
    words = visible_text(text).strip()
    accepted = [visible_text(answer).strip() for answer in answers]
    if not words or len(words) > MAX_TEXT:
        raise InvalidInput(f"A question has 1 to {MAX_TEXT:,} characters.", field="text")
    if not accepted or len(accepted) > MAX_ANSWERS or not all(accepted):
        raise InvalidInput(f"A question has 1 to {MAX_ANSWERS} answers.", field="answers")
    if external_id:
        known = Question.objects.filter(photo=photo, external_id=external_id).first()
        if known is not None:
            return known
    return Question.objects.create(
        photo=photo, text=words, answers=accepted, external_id=external_id
    )
