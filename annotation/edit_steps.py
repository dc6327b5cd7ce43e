"""The steps by which an expert's text came about, as the page sends them, played back on a text.

A step is ``{block, at, start, cut, put}``: at ``at``, in milliseconds of the person's own clock, ``cut``
characters from ``start`` on went and ``put`` came. Lists (issues, suggestions) are texts of one line each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from annotation.item_types import Parsed, parse_as

MOST_STEPS = 1_000
MOST_LETTERS = 200_000
LATEST_MS = 2**53
AROUND = 24  # characters shown before and after an edit


class EditStep(Parsed):
    """One edit of one text."""

    block: str = Field(pattern=r"^[a-z_]{1,32}$")
    at: int = Field(ge=0, le=LATEST_MS)
    start: int = Field(ge=0, le=1_000_000)
    cut: int = Field(ge=0, le=1_000_000)
    put: str = Field("", max_length=MOST_LETTERS)


class EditSteps(Parsed):
    """All edits of an answer, oldest first."""

    edits: list[EditStep] = Field(default_factory=list, max_length=MOST_STEPS)


def parse_edits(raw: Any) -> list[EditStep]:
    """The steps, checked; `InvalidInput` names the first field that is wrong."""
    found: EditSteps = parse_as(EditSteps, {"edits": raw})
    return found.edits


def text_in(content: Mapping[str, Any], name: str) -> str:
    """A text of a draft or an answer, by the name of its block."""
    value = content.get(name, "")
    if isinstance(value, list):
        lines = (str(line).strip() for line in value)
        return "\n".join(line for line in lines if line)
    return value if isinstance(value, str) else ""


def lead_to(steps: Sequence[EditStep], before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the steps turn the texts of ``before`` into those of ``after``."""
    texts = {step.block: text_in(before, step.block) for step in steps}
    for step in steps:
        if step.start + step.cut > len(texts[step.block]):
            return False
        texts[step.block] = applied(step, texts[step.block])
    return all(text.strip() == text_in(after, name).strip() for name, text in texts.items())


def applied(step: EditStep, text: str) -> str:
    """The text after the step."""
    return text[: step.start] + step.put + text[step.start + step.cut :]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """An edit as people read it: what went and what came, with the words around it."""

    block: str
    after_s: float  # since the first edit
    before: str
    gone: str
    came: str
    behind: str


def shown_steps(steps: Sequence[EditStep], before: Mapping[str, Any]) -> Iterator[ShownStep]:
    """Each step with the words that it met, played back on the texts of ``before``."""
    texts = {step.block: text_in(before, step.block) for step in steps}
    for step in steps:
        text = texts[step.block]
        end = step.start + step.cut
        yield ShownStep(
            block=step.block, after_s=max(0, step.at - steps[0].at) / 1000,
            before=_words_up_to(text, step.start), gone=text[step.start : end],
            came=step.put, behind=_words_from(text, end),
        )  # fmt: skip
        texts[step.block] = applied(step, text)


def _words_up_to(text: str, end: int) -> str:
    """A few whole words, if there is a space between them."""
    part = text[max(0, end - AROUND) : end]
    return part if end <= AROUND else part.partition(" ")[2] or part


def _words_from(text: str, start: int) -> str:
    part = text[start : start + AROUND]
    return part if len(text) <= start + AROUND else part.rpartition(" ")[0] or part
