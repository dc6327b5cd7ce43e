"""The texts inside a draft's content, whatever its kind, for the verifiers that read words."""

from __future__ import annotations

from annotation.contents import parsed
from annotation.models import Draft, DraftKind

# What holds no running text of the draft's own: names, codes, rules.
_NO_TEXT = frozenset({"judges", "rule", "name"})


def texts_of(draft: Draft) -> list[str]:
    """Every text of the content, in the order of its fields; none of what has no shape."""
    content = parsed(draft)
    found: list[str] = []
    if content is not None:
        _gather(content.model_dump(exclude=_left_out(draft)), found)
    return [text for text in found if text.strip()]


def whole_text(draft: Draft) -> str:
    """All of them, a line each."""
    return "\n".join(texts_of(draft))


def running_text(draft: Draft) -> str:
    """Only the sentences of guidance and rationales, without their lists of phrases."""
    content = parsed(draft)
    names = ("overall", "analysis", "guidance", "rationale")
    parts = [str(getattr(content, name, "")) for name in names]
    return "\n".join(part for part in parts if part.strip())


def seen_text(draft: Draft) -> str:
    """What a draft says the photo is, without what it advises."""
    content = parsed(draft)
    if draft.kind == DraftKind.CROPS:
        return whole_text(draft)
    parts = [str(getattr(content, name, "")) for name in ("overall", "analysis", "rationale")]
    return "\n".join(part for part in parts if part.strip())


def _left_out(draft: Draft) -> set[str]:
    """Beside the proposals themselves, ``text`` is the answer as the model wrote it."""
    is_answer = draft.kind == DraftKind.ANSWER
    return set() if is_answer else {"text"}


def _gather(value: object, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in _NO_TEXT:
                _gather(each, found)
    elif isinstance(value, list | tuple):
        for each in value:
            _gather(each, found)
