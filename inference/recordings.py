"""Reads recorded answers; `inference.recording` writes them and says how a line looks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import InvalidInput, Misconfigured, ReframeError
from inference import errors
from inference.messages import Answer

Recorded = Answer | ReframeError


def read_recordings(path: Path | str) -> dict[str, Recorded]:
    """All recordings of a file by digest; of several for one request the last counts.

    `Misconfigured` if there is no such file, `InvalidInput` with the line number for a broken one.
    """
    file = Path(path)
    if not file.is_file():
        raise Misconfigured(
            f"There is no file of recorded answers at {file}. Record some, or correct the path.",
            field="location",
        )
    found: dict[str, Recorded] = {}
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                digest, outcome = _read_line(line, number)
                found[digest] = outcome
    return found


def _read_line(line: str, number: int) -> tuple[str, Recorded]:
    try:
        content = json.loads(line)
        if "error" in content:
            return str(content["digest"]), _read_error(content["error"])
        return str(content["digest"]), Answer.from_record(content["answer"])
    except (ValueError, KeyError, TypeError):
        raise InvalidInput("This is no recorded answer.", field="location", line=number) from None


def _read_error(content: Mapping[str, Any]) -> ReframeError:
    kind = getattr(errors, str(content["kind"]), ReframeError)
    if not (isinstance(kind, type) and issubclass(kind, ReframeError)):
        kind = ReframeError
    return kind(
        str(content["message"]), field=str(content["field"]), detail=dict(content["detail"])
    )
