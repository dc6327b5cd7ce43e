"""Records real answers to a file, one JSON object a line, to be replayed later without a model.

A line is ``{"digest": ..., "step": ..., "answer": {...}}`` or, for a failure, ``"error"`` with its
class name, message and detail. ``digest`` is `Request.digest`: it covers the prompt, the photo,
the inputs and the parameters, so a replay answers exactly the request that was recorded.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.errors import InvalidInput, Misconfigured, ReframeError
from inference import errors
from inference.backends import Backend
from inference.messages import Answer, Request
from inference.through import Through

Recorded = Answer | ReframeError


class Recorder(Through):
    """Asks a backend and appends what it answers to ``path``. Requests may come from threads."""

    def __init__(self, backend: Backend, path: Path | str) -> None:
        super().__init__(backend)
        self.path = Path(path)
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Answer:
        """The backend's answer or error, recorded either way."""
        try:
            answer = self.backend.answer(request)
        except ReframeError as error:
            self._append(request, {"error": _error_record(error)})
            raise
        self._append(request, {"answer": answer.as_record()})
        return answer

    def answer_many(self, requests: Sequence[Request]) -> list[Recorded]:
        """The same for many."""
        outcomes = self.backend.answer_many(requests)
        for request, outcome in zip(requests, outcomes, strict=True):
            if isinstance(outcome, ReframeError):
                self._append(request, {"error": _error_record(outcome)})
            else:
                self._append(request, {"answer": outcome.as_record()})
        return outcomes

    def _append(self, request: Request, outcome: dict[str, Any]) -> None:
        line = {"digest": request.digest(), "step": request.step, **outcome}
        text = json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(text)


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


def _error_record(error: ReframeError) -> dict[str, Any]:
    kind = type(error).__name__
    return {"kind": kind, "message": error.message, "detail": error.detail, "field": error.field}


def _read_error(content: Mapping[str, Any]) -> ReframeError:
    kind = getattr(errors, str(content["kind"]), ReframeError)
    if not (isinstance(kind, type) and issubclass(kind, ReframeError)):
        kind = ReframeError
    return kind(
        str(content["message"]), field=str(content["field"]), detail=dict(content["detail"])
    )
