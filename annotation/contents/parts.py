"""What the contents of several kinds are made of: texts with limits, and boxes on the photo."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from core.errors import InvalidInput
from measures.boxes import Box

Text = Annotated[str, Field(max_length=20_000)]
Phrase = Annotated[str, Field(max_length=1_000)]


def _lies_on_the_photo(
    corners: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    try:
        return Box(*corners).corners()
    except InvalidInput as error:
        raise ValueError(str(error)) from None


# A box on the photo: normalised x1 y1 x2 y2, with an area.
Corners = Annotated[tuple[float, float, float, float], AfterValidator(_lies_on_the_photo)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
