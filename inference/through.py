"""A backend that hands everything on to another one: what looks at the answers builds on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from core.errors import ReframeError
from inference.backends import Answer, Backend, Likelihood, Request, Source
from inference.turns import Turn


class Through(Backend):
    """Everything is as it is at ``backend``, also what only some backends can do."""

    name = "through"
    title = "Through"

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend.source, allowed_local=backend.allowed_local)
        self.backend = backend
        self.parallel = backend.parallel

    @classmethod
    def configure(
        cls, source: Source, *, allowed_local: tuple[str, ...] = ()
    ) -> list[ReframeError]:
        """It has no settings of its own."""
        return []

    def __getattr__(self, name: str) -> Any:
        """What only some backends can do, such as log-likelihoods."""
        return getattr(self.backend, name)

    def answer(self, request: Request) -> Answer:
        """The backend's."""
        return self.backend.answer(request)

    def answer_many(self, requests: Sequence[Request]) -> list[Answer | ReframeError]:
        """The backend's, with its own way of asking many."""
        return self.backend.answer_many(requests)

    def answer_each(
        self, requests: Sequence[Request]
    ) -> Iterator[tuple[int, Answer | ReframeError]]:
        """The backend's, as they come."""
        yield from self.backend.answer_each(requests)

    def log_likelihoods(self, requests: Sequence[Request], answer: str) -> list[Likelihood]:
        """The backend's."""
        return self.backend.log_likelihoods(requests, answer)

    def rest(self) -> Turn | None:
        """The backend's."""
        return self.backend.rest()

    def wake(self) -> None:
        """The backend's."""
        self.backend.wake()

    def turn_away(self) -> None:
        """The backend's."""
        self.backend.turn_away()

    @property
    def holds_up(self) -> str:
        """The backend's."""
        return self.backend.holds_up

    @property
    def is_dead(self) -> str:
        """The backend's."""
        return self.backend.is_dead

    def worst_cost(self, request: Request) -> float | None:
        """The backend's."""
        return self.backend.worst_cost(request)
