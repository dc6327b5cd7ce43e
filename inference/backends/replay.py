"""Replays recorded answers: tests and demonstrations that need neither network nor model."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cached_property

from core.errors import InvalidInput, ReframeError
from inference.backends import Answer, Backend, Request, Source
from inference.errors import NotRecorded
from inference.recordings import Recorded, read_recordings


class ReplayBackend(Backend):
    """``location`` is a file written by `inference.recording.Recorder`. A request that was never
    recorded is an error, never a made-up answer. What it returns names the backend ``replay`` and
    keeps the model, revision and figures of the recording."""

    name = "replay"
    title = "Recorded answers"

    @classmethod
    def configure(
        cls, source: Source, *, allowed_local: tuple[str, ...] = ()
    ) -> list[ReframeError]:
        """Checks that the file is there and can be read."""
        if not source.location.strip():
            return [InvalidInput("Give the file of recorded answers.", field="location")]
        try:
            read_recordings(source.location)
        except ReframeError as error:
            return [error]
        return []

    @cached_property
    def recordings(self) -> dict[str, Recorded]:
        """By request digest."""
        return read_recordings(self.source.location)

    def answer(self, request: Request) -> Answer:
        """The recorded answer, or the recorded error raised again."""
        outcome = self.recordings.get(request.digest())
        if outcome is None:
            raise NotRecorded(
                f"No answer to this {request.step} request was recorded. Record it once with a "
                "real model, or choose another backend."
            )
        if isinstance(outcome, ReframeError):
            raise copy.copy(outcome)
        return replace(outcome, backend=self.name)
