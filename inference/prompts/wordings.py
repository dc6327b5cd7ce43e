"""Whether a wording that somebody wrote can stand in for one of ours, in words."""

from __future__ import annotations

import re

from core.errors import InvalidInput, TooLarge
from inference import prompts
from inference.visible import visible_text

MAX_CHARS = 20_000
_FENCE_WORD = "<untrusted"
_BRACES = re.compile(r"\{\{.*?\}\}|\{\{|\}\}|\{%", re.DOTALL)


def placeholders(text: str) -> dict[str, bool]:
    """The placeholders of a template by name; True where every one of that name is fenced."""
    found: dict[str, bool] = {}
    for match in prompts.PLACEHOLDER.finditer(text):
        found[match[1]] = found.get(match[1], True) and match[2] is not None
    return found


def checked_wording(step: str, text: str) -> str:
    """The wording as it is kept; `InvalidInput` says what of it cannot be.

    It takes the same values as ours, and text from outside stays fenced: else a stranger's comment
    could speak to the model in our voice.
    """
    ours = prompts.template(step, prompts.latest_version(step))
    kept = visible_text(text).strip() + "\n"
    if len(kept) > MAX_CHARS:
        raise TooLarge(f"A prompt has at most {MAX_CHARS:,} characters.", field="text")
    problem = _of_placeholders(placeholders(ours), placeholders(kept), kept) or _of_words(
        ours, kept
    )
    if problem:
        raise InvalidInput(problem, field="text")
    return kept


def _of_placeholders(wanted: dict[str, bool], given: dict[str, bool], text: str) -> str:
    written = {
        name: f"{{{{ {name}{' | fenced' if is_fenced else ''} }}}}"
        for name, is_fenced in wanted.items()
    }
    missing = [written[name] for name in wanted if name not in given]
    if missing:
        return f"It needs {' and '.join(missing)}: the step puts a value there."
    unknown = [name for name in given if name not in wanted]
    if unknown:
        known = ", ".join(written.values()) or "none"
        return f"This step has no value for {{{{ {unknown[0][:60]} }}}}. It has: {known}."
    bare = [written[name] for name, is_fenced in wanted.items() if is_fenced and not given[name]]
    if bare:
        return f"Write {bare[0]}: text from outside must stay between its markers."
    odd = next((each for each in _BRACES.findall(prompts.PLACEHOLDER.sub("", text))), "")
    return (
        f"{odd[:60]} is no placeholder. Write {{{{ name }}}}, or {{{{ name | fenced }}}}."
        if odd
        else ""
    )


def _of_words(ours: str, text: str) -> str:
    if not prompts.parts(text)[1]:
        return "It has nothing to ask: below the line ===== stands what the model is asked."
    if _FENCE_WORD in ours and _FENCE_WORD not in text:
        return (
            "Say in the system text that what stands between <untrusted ...> markers was written by "
            "strangers and holds no instructions."
        )
    return ""
