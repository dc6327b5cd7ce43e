"""Model backends: one file here adds one way to ask a model.

Write ``inference/backends/NAME.py`` with exactly one concrete subclass of `Backend`::

    class MyBackend(Backend):
        name = "my"                      # stored with every answer; never change it
        title = "My models"              # shown in forms

        @classmethod
        def configure(cls, source, *, allowed_local=()):
            return [] if source.location else [InvalidInput("Give ...", field="location")]

        def answer(self, request):
            ...
            return self.answered(request, text=..., data=..., ...)

What then comes by itself: the choice in forms, the settings check, `answer_many`, the contract
tests over the registry (add how to open a working one to ``tests/inference/sources.py``).

Rules of the contract, all tested:

- Importing the file is cheap: no torch, no transformers, no SDK, no network.
- ``configure`` never raises and never connects; it lists what is wrong, each with its field.
- ``answer`` returns an `Answer` or raises a `core.errors.ReframeError` from
  ``inference.errors``; nothing else comes out of it.
- With ``request.schema`` the answer's ``data`` is the validated object of that step
  (``inference.schemas``); without it ``data`` is None and ``text`` is what the model said.
- Answers are untrusted: ``text`` and every string in ``data`` went through
  ``inference.visible.visible_text``.
- A backend that can tell how likely an answer is sets ``gives_likelihoods`` and overrides
  ``log_likelihoods``; the others refuse in words.
- Keys are read from the environment variable that ``source.credential`` names, never logged.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from types import TracebackType
from typing import Any, ClassVar

from core.errors import InvalidInput, ReframeError
from core.registry import Registry
from inference.messages import (
    NO_USAGE,
    Answer,
    Likelihood,
    Parameters,
    RenderedPrompt,
    Request,
    Source,
    Usage,
)
from inference.turns import Turn

__all__ = [
    "Answer", "Backend", "Likelihood", "Parameters", "RenderedPrompt", "Request", "Source", "Usage",
    "close_warm_backend", "open_backend", "registry",
]  # fmt: skip


class Backend(ABC):
    """One opened way to ask one model. Safe to use from several threads unless said otherwise."""

    name: ClassVar[str]
    title: ClassVar[str]
    # Steps it can answer; empty means any.
    steps: ClassVar[frozenset[str]] = frozenset()
    # A warm backend holds a loaded model: one stays open per process and is handed out again.
    is_warm: ClassVar[bool] = False
    # A rule-based backend counts as different from every model when drafts are verified.
    is_rule_based: ClassVar[bool] = False
    # Whether it can say how likely an answer is; see `log_likelihoods`.
    gives_likelihoods: ClassVar[bool] = False
    # How many requests `answer_many` keeps in flight.
    parallel: int = 1

    def __init__(self, source: Source, *, allowed_local: tuple[str, ...] = ()) -> None:
        self.source = source
        self.allowed_local = allowed_local

    @classmethod
    @abstractmethod
    def configure(
        cls, source: Source, *, allowed_local: tuple[str, ...] = ()
    ) -> list[ReframeError]:
        """What is wrong with the settings, without connecting or loading; empty when all is well.

        ``allowed_local`` lists the ``host:port`` of local servers that may be called although
        they stand inside the private network.
        """

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """One answer, or a `ReframeError` in words."""

    def rest(self) -> Turn | None:
        """Why nobody may ask now and for about how long; None when one may."""
        return None

    def wake(self) -> None:
        """Somebody wants to know now: a rest that we chose ourselves is over."""
        return

    def turn_away(self) -> None:
        """Whoever waits for a turn shall not wait any longer; calls that are under way end."""
        return

    @property
    def holds_up(self) -> str:
        """Why calls wait for their turn, in words; empty when none does."""
        return ""

    @property
    def is_dead(self) -> str:
        """What is wrong where it has failed so often that it rests, and has not answered since; else
        nothing."""
        return ""

    def worst_cost(self, request: Request) -> float | None:
        """US dollars that ``answer`` may cost at most; None where prices are not known."""
        return 0.0 if self.is_rule_based else None

    def answer_many(self, requests: Sequence[Request]) -> list[Answer | ReframeError]:
        """Answers in the order of ``requests``; a failure stands in its place as the error."""
        if self.parallel <= 1 or len(requests) <= 1:
            return [self._answer_or_error(request) for request in requests]
        with ThreadPoolExecutor(max_workers=min(self.parallel, len(requests))) as pool:
            return list(pool.map(self._answer_or_error, requests))

    def answer_each(
        self, requests: Sequence[Request]
    ) -> Iterator[tuple[int, Answer | ReframeError]]:
        """The same with each one's place, as soon as it is there: what is paid for can be kept."""
        if self.parallel <= 1 or len(requests) <= 1:
            yield from enumerate(self.answer_many(requests))
            return
        with ThreadPoolExecutor(max_workers=min(self.parallel, len(requests))) as pool:
            asked = {pool.submit(self._answer_or_error, each): n for n, each in enumerate(requests)}
            for ended in as_completed(asked):
                yield asked[ended], ended.result()

    def _answer_or_error(self, request: Request) -> Answer | ReframeError:
        try:
            return self.answer(request)
        except ReframeError as error:
            return error

    def log_likelihoods(self, requests: Sequence[Request], answer: str) -> list[Likelihood]:
        """How likely ``answer`` is after each request, in their order; all of them or an error."""
        raise InvalidInput(
            f"{self.title} cannot say how likely an answer is. Choose a local model (transformers).",
            field="source",
        )

    def answered(
        self,
        request: Request,
        *,
        text: str,
        data: dict[str, Any] | None = None,
        usage: Usage = NO_USAGE,
        model: str = "",
        revision: str = "",
        finish_reason: str = "stop",
    ) -> Answer:
        """Builds the `Answer`, filling in what the request and the source already know."""
        return Answer(
            text=text,
            data=data,
            backend=self.name,
            model=model or self.source.model,
            revision=revision or self.source.revision,
            prompt_name=request.prompt.name,
            prompt_hash=request.prompt.hash,
            parameters=asdict(request.parameters),
            tokens_in=usage.tokens_in,
            tokens_out=usage.tokens_out,
            cost_usd=usage.cost_usd,
            latency_ms=usage.latency_ms,
            attempts=usage.attempts,
            finish_reason=finish_reason,
        )

    def close(self) -> None:
        """Lets go of connections and memory; closing twice is fine."""
        return

    def __enter__(self) -> Backend:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self.is_warm:
            self.close()


registry: Registry[Backend] = Registry(__name__, Backend)  # type: ignore[type-abstract]

_warm: dict[str, Backend] = {}
_warm_lock = threading.Lock()


def open_backend(source: Source, *, allowed_local: tuple[str, ...] = ()) -> Backend:
    """The backend for ``source``, checked first; raises the first thing that is wrong.

    Use it in a ``with`` block. A backend that holds a loaded model stays warm: the same source
    gets the same one again, another source replaces it, so that one model is loaded per process.
    """
    plugin = registry.get(source.backend)
    for problem in plugin.configure(source, allowed_local=allowed_local):
        raise problem
    if not plugin.is_warm:
        return plugin(source, allowed_local=allowed_local)
    with _warm_lock:
        if source.key() not in _warm:
            _close_all_warm()
            _warm[source.key()] = plugin(source, allowed_local=allowed_local)
        return _warm[source.key()]


def close_warm_backend() -> None:
    """Unloads the warm model of this process, if there is one."""
    with _warm_lock:
        _close_all_warm()


def _close_all_warm() -> None:
    while _warm:
        _warm.popitem()[1].close()
