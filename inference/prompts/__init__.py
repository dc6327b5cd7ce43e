"""Prompts: one text file per step and version, ``STEP.VERSION.txt``, never edited once used.

A changed wording is a new file with the next number; old drafts keep pointing to the old hash.
A file is the system text, a line ``=====``, and the user text. Placeholders:

- ``{{ name }}`` takes a number or a short trusted word of ours;
- ``{{ name | fenced }}`` takes text from outside (comments, drafts): it is put between two
  markers, and nothing in it can close the fence or imitate a model's control tokens.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from core.errors import InvalidInput, NotFound
from inference.messages import RenderedPrompt
from inference.visible import visible_text

FOLDER = Path(__file__).parent
DIVIDER = "\n=====\n"
# What one fenced value may take of a prompt, in characters.
MAX_FENCED_CHARS = 20_000

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*(\|\s*fenced\s*)?\}\}")
_ANGLES = str.maketrans({"<": "\u2039", ">": "\u203a"})

Value = str | int | float | Sequence[str]


def names() -> list[str]:
    """The steps that have a prompt, sorted."""
    return sorted({path.name.rsplit(".", 2)[0] for path in FOLDER.glob("*.txt")})


def latest_version(name: str) -> int:
    """The highest version number of a step's prompt; `NotFound` if there is none."""
    versions = [int(path.name.rsplit(".", 2)[1]) for path in FOLDER.glob(f"{name}.*.txt")]
    if not versions:
        raise NotFound(f"There is no prompt {name!r}. Known: {', '.join(names())}.")
    return max(versions)


@cache
def template(name: str, version: int) -> str:
    """The template's text as it stands in its file."""
    path = FOLDER / f"{name}.{version}.txt"
    if name not in names() or not path.is_file():
        raise NotFound(f"There is no version {version} of the prompt {name!r}.")
    return path.read_text(encoding="utf-8").strip() + "\n"


def render(name: str, *, version: int | None = None, **values: Value) -> RenderedPrompt:
    """The newest prompt of a step (or the ``version`` asked for) with its values filled in.

    Every placeholder needs a value and every value a placeholder; `InvalidInput` names the odd
    ones. A list becomes numbered lines.
    """
    version = version or latest_version(name)
    return render_template(f"{name}@{version}", template(name, version), values)


def render_template(name: str, text: str, values: dict[str, Value] | None = None) -> RenderedPrompt:
    """The same for any template text, such as a project's own wording. ``hash`` is its sha256."""
    values = values or {}
    _check_placeholders(name, text, set(values))
    filled = [PLACEHOLDER.sub(lambda match: _fill(match, values), part) for part in parts(text)]
    return RenderedPrompt(
        name=name, hash=hashlib.sha256(text.encode()).hexdigest(), system=filled[0], text=filled[1]
    )


def parts(text: str) -> tuple[str, str]:
    """The system text (which may be empty) and the user text of a template."""
    system, divider, rest = ("\n" + text).partition(DIVIDER)
    return (system.strip(), rest.strip()) if divider else ("", text.strip())


def _check_placeholders(name: str, text: str, given: set[str]) -> None:
    wanted = {match[1] for match in PLACEHOLDER.finditer(text)}
    if wanted != given:
        missing, unknown = ", ".join(sorted(wanted - given)), ", ".join(sorted(given - wanted))
        words = [f"needs {missing}"] if missing else []
        words += [f"does not use {unknown}"] if unknown else []
        raise InvalidInput(f"The prompt {name} {' and '.join(words)}.", field="values")


def _fill(match: re.Match[str], values: dict[str, Value]) -> str:
    name, is_fenced = match[1], match[2] is not None
    return fence(name, values[name]) if is_fenced else visible_text(str(values[name]))


def fence(name: str, value: Value) -> str:
    """Outside text between markers that it cannot close: its angle brackets become look-alikes,
    which also disarms the control tokens of local models (``<|im_end|>``, ``<image>``)."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        body = str(value)
    else:
        body = "\n".join(f"{number}. {each}" for number, each in enumerate(value, start=1))
    body = visible_text(body).translate(_ANGLES).strip()
    if len(body) > MAX_FENCED_CHARS:
        body = body[:MAX_FENCED_CHARS] + "\n(cut here: too long)"
    return f"<untrusted {name}>\n{body or '(none)'}\n</untrusted {name}>"
