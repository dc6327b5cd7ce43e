"""A local checkpoint, whole or as a LoRA adapter, on the GPU or the CPU of this machine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from core.errors import ReframeError
from inference.backends import Answer, Backend, Likelihood, Request, Source, Usage
from inference.errors import EmptyAnswer
from inference.extracting import read_answer
from inference.models.folders import fingerprint, inspect_folder
from inference.settings import SamplingSettings, read_settings, settings_problems
from inference.visible import visible_text

if TYPE_CHECKING:
    from inference.models.loading import Generated, LocalModel


class LocalSettings(SamplingSettings):
    """``device`` auto takes the GPU if there is one; ``batch_size`` is how many photos the model
    sees at once."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    batch_size: Annotated[int, Field(ge=1, le=256)] = 8


class TransformersBackend(Backend):
    """Loads the model on first use and keeps it. Answers one batch at a time.

    A request without a schema gets the text as the model wrote it (a box in percent, for a model
    trained on crops); one with a schema gets it checked. Greedy answers are made in batches;
    sampled ones with a seed one by one, so that a draft does not depend on its neighbours."""

    name = "transformers"
    title = "Local model (transformers)"
    is_warm = True
    gives_likelihoods = True

    def __init__(self, source: Source, *, allowed_local: tuple[str, ...] = ()) -> None:
        super().__init__(source, allowed_local=allowed_local)
        self.folder = inspect_folder(source.location)
        self.settings = read_settings(LocalSettings, dict(source.parameters))

    @classmethod
    def configure(
        cls, source: Source, *, allowed_local: tuple[str, ...] = ()
    ) -> list[ReframeError]:
        """Checks the folder and the parameters without loading anything."""
        problems: list[ReframeError] = []
        try:
            inspect_folder(source.location)
        except ReframeError as error:
            problems.append(error)
        return problems + settings_problems(LocalSettings, dict(source.parameters))

    @cached_property
    def model(self) -> LocalModel:
        """The loaded model; `ModelFolderUnusable` if it cannot be loaded."""
        from inference.models.loading import LocalModel

        return LocalModel(self.folder, self.settings.device)

    @cached_property
    def revision(self) -> str:
        """The source's revision, or a fingerprint of the weights."""
        return self.source.revision or fingerprint(self.folder)

    @property
    def named(self) -> str:
        """The model's name as drafts carry it."""
        return self.source.model or self.folder.path.name

    def answer(self, request: Request) -> Answer:
        """One answer."""
        return self._batch([request])[0]

    def answer_many(self, requests: Sequence[Request]) -> list[Answer | ReframeError]:
        """Answers in the order of ``requests``, in batches of equal sampling parameters."""
        found: dict[int, Answer | ReframeError] = {}
        for places in self._batches(requests):
            batch = [requests[place] for place in places]
            try:
                found |= zip(places, self._read_all(batch), strict=True)
            except ReframeError:
                # One unusable photo fails its whole batch: find out which one it is.
                found |= {place: self._answer_or_error(requests[place]) for place in places}
        return [found[place] for place in range(len(requests))]

    def log_likelihood(self, request: Request, answer: str) -> float:
        """The sum of the natural log-probabilities of ``answer``'s tokens after the request."""
        return self.log_likelihoods([request], answer)[0].value

    def log_likelihoods(self, requests: Sequence[Request], answer: str) -> list[Likelihood]:
        """The same for many requests, in batches."""
        size = self.settings.batch_size
        return [
            each
            for start in range(0, len(requests), size)
            for each in self._likelihoods(requests[start : start + size], answer)
        ]

    def close(self) -> None:
        """Unloads the model."""
        if "model" in self.__dict__:
            self.model.close()
            del self.__dict__["model"]

    def _likelihoods(self, requests: Sequence[Request], answer: str) -> list[Likelihood]:
        started = time.monotonic()
        found = self.model.log_likelihoods(requests, answer)
        latency = round((time.monotonic() - started) * 1000 / len(requests))
        return [
            Likelihood(
                each.value,
                Usage(each.tokens_in, each.tokens_out, 0.0, latency),
                self.named,
                self.revision,
            )
            for each in found
        ]

    def _batches(self, requests: Sequence[Request]) -> list[list[int]]:
        groups: dict[object, list[int]] = {}
        for place, request in enumerate(requests):
            sampling = request.parameters
            is_alone = sampling.temperature > 0 and sampling.seed is not None
            groups.setdefault((sampling, place if is_alone else None), []).append(place)
        size = self.settings.batch_size
        return [g[i : i + size] for g in groups.values() for i in range(0, len(g), size)]

    def _batch(self, requests: Sequence[Request]) -> list[Answer]:
        """All answers, or the first error."""
        answers = self._read_all(requests)
        for each in answers:
            if isinstance(each, ReframeError):
                raise each
        return [each for each in answers if isinstance(each, Answer)]

    def _read_all(self, requests: Sequence[Request]) -> list[Answer | ReframeError]:
        started = time.monotonic()
        made = self.model.generate(requests, requests[0].parameters)
        latency = round((time.monotonic() - started) * 1000 / len(requests))
        return [
            self._read(request, each, latency) for request, each in zip(requests, made, strict=True)
        ]

    def _read(self, request: Request, made: Generated, latency_ms: int) -> Answer | ReframeError:
        text = visible_text(made.text).strip()
        usage = Usage(made.tokens_in, made.tokens_out, cost_usd=0.0, latency_ms=latency_ms)
        try:
            if not text:
                raise EmptyAnswer("The model answered with nothing. Try again or change the model.")
            data = None if request.schema is None else read_answer(request.step, text)
        except ReframeError as error:
            error.detail |= {"tokens_in": usage.tokens_in, "tokens_out": usage.tokens_out}
            error.detail |= {"latency_ms": latency_ms, "attempts": 1, "text": text[:2_000]}
            return error
        return self.answered(
            request,
            text=text,
            data=data,
            usage=usage,
            model=self.named,
            revision=self.revision,
            finish_reason="stop" if made.is_finished else "length",
        )
