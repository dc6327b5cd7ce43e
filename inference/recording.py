"""Records real answers to a file, one JSON object a line, to be replayed later without a model.

A line is ``{"digest": ..., "step": ..., "answer": {...}}`` or, for a failure, ``"error"`` with its
class name, message and detail. ``digest`` is `Request.digest`: it covers the prompt, the photo,
the inputs and the parameters, so a replay answers exactly the request that was recorded.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.errors import ReframeError
from inference.backends import Backend
from inference.messages import Answer, Request
from inference.recordings import Recorded
from inference.through import Through


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


def _error_record(error: ReframeError) -> dict[str, Any]:
    kind = type(error).__name__
    return {"kind": kind, "message": error.message, "detail": error.detail, "field": error.field}
