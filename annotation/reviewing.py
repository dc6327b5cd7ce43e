"""What reviews of texts share: boxes that belong to a sentence, and checks while typing."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictFloat, StrictInt

from core.errors import InvalidInput
from measures.boxes import Box

DIGITS = 6
Number = StrictFloat | StrictInt
Corners = tuple[Number, Number, Number, Number]
Phrases = Annotated[str, Field(max_length=2_000)]


def rounded_corners(box: Corners, name: str) -> Corners:
    """x1 y1 x2 y2 inside the photo, six decimals; `InvalidInput` names the field."""
    try:
        corners = Box(*box).corners()
    except InvalidInput as error:
        raise InvalidInput(f"{name}: {error.message}", field=name) from None
    x1, y1, x2, y2 = (round(each, DIGITS) for each in corners)
    return x1, y1, x2, y2


def checks_while_typing(fewest_words: int, most_words: int, phrases: str) -> dict[str, Any]:
    """What the page warns about; it never refuses. ``phrases`` are parted by commas; 0: no limit."""
    banned = [each.strip() for each in phrases.split(",") if each.strip()]
    return {"min_words": fewest_words, "max_words": most_words, "banned": banned}
