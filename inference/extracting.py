"""From a model's text to a checked object: finds the JSON in it and validates it."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import ValidationError

from inference.errors import EmptyAnswer, MalformedAnswer, ModelDeclined
from inference.schemas import SCHEMAS
from inference.visible import visible_data

# How many places of a long text are tried as the start of an object.
MAX_STARTS = 50

_DECLINED = re.compile(
    r"^\W*((i['\u2019]?m|i am|we are|we['\u2019]re)?\s*(very |so )?sorry|i apologi[sz]e|unfortunately)?"
    r"[^.\n]{0,30}\b(i|we)(\s+can(not|['\u2019]?t|\s+not)|\s+won['\u2019]?t"
    r"|(\s+am|\s+are|['\u2019]m|['\u2019]re)\s+(not able|unable))\b[^.\n]{0,40}"
    r"\b(assist|help|comply|provide|analy[sz]e|describe|discuss|fulfil+|answer|process|do that)\b",
    re.IGNORECASE,
)


def read_answer(step: str, text: str) -> dict[str, Any]:
    """The validated object in ``text``, hidden characters removed.

    Text around the object and code fences are tolerated. Raises `EmptyAnswer`, `ModelDeclined`
    or `MalformedAnswer`; the last one's message says which key is wrong.
    """
    if not text.strip():
        raise EmptyAnswer("The model answered with nothing. Try again, or choose another model.")
    found = find_object(text)
    if found is None:
        raise _without_object(text)
    schema = SCHEMAS.get(step)
    if schema is None:
        return found
    try:
        return schema.model_validate(found).model_dump()
    except ValidationError as error:
        raise MalformedAnswer(
            f"The model's answer has another shape than {step} needs: {_in_words(error)}. "
            "Draft it again, or choose a model that follows instructions better."
        ) from None


def find_object(text: str) -> dict[str, Any] | None:
    """The largest JSON object in ``text``, or None. Not-a-number values are refused."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    best: tuple[int, dict[str, Any]] | None = None
    position = 0
    for _ in range(MAX_STARTS):
        start = text.find("{", position)
        if start < 0:
            break
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            position = start + 1
            continue
        if best is None or end - start > best[0]:
            best = (end - start, value)
        position = end
    return visible_data(best[1]) if best else None


def is_declined(text: str) -> bool:
    """Whether the text is a refusal to do the work, not an attempt at it."""
    return len(text) < 1_000 and bool(_DECLINED.search(text.strip()))


def _without_object(text: str) -> MalformedAnswer | ModelDeclined:
    if is_declined(text):
        return ModelDeclined(
            "The model declined to work on this photo. Choose another model, or leave it out."
        )
    return MalformedAnswer(
        "The model did not answer with JSON. Draft it again, or choose a model that follows "
        "instructions better."
    )


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number that JSON knows")


def _in_words(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    words = [f"{'.'.join(str(part) for part in p['loc']) or 'all'}: {p['msg']}" for p in problems]
    return "; ".join(words[:3]) + ("; and more" if len(words) > 3 else "")
