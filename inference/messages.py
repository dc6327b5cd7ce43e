"""What goes to a model and what comes back, as frozen values that every backend shares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Source:
    """Where drafts come from; what a project's draft source row holds.

    ``backend`` is a name of the registry. ``location`` is an endpoint address, a model folder or a
    file of recordings, whichever the backend reads; ``model`` and ``revision`` name what answers
    there. ``credential`` is the *name* of an environment variable, never the key itself.
    """

    backend: str
    location: str = ""
    model: str = ""
    revision: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    credential: str = ""

    def key(self) -> str:
        """Equal for sources that would open the same backend."""
        return _canonical(asdict(self))


@dataclass(frozen=True)
class RenderedPrompt:
    """A prompt ready to send. ``name`` is like ``guidance.refine@1``; ``hash`` is the sha256 of the
    template it was made from, so that an answer can be traced to the exact wording."""

    name: str
    hash: str
    system: str
    text: str


@dataclass(frozen=True)
class Parameters:
    """Sampling settings. ``temperature`` 0 is greedy; ``max_tokens`` limits new tokens."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 1024
    seed: int | None = 0


@dataclass(frozen=True)
class Request:
    """One question to a model.

    ``step`` is a name like ``crop.propose``. ``images`` are JPEG or PNG files as bytes, upright
    already. ``inputs`` are the structured inputs of the step, the same facts that the prompt's
    text holds in words: ``comments`` (list of str) for ``guidance.refine``, ``critique`` (a dict
    or str) for ``guidance.verify``. ``schema`` (a JSON schema) asks for a JSON answer;
    with ``None`` the text is taken as it is.
    """

    step: str
    prompt: RenderedPrompt
    images: tuple[bytes, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None
    parameters: Parameters = field(default_factory=Parameters)

    def digest(self) -> str:
        """sha256 over everything that may change the answer; equal requests have equal digests."""
        content = {
            "step": self.step,
            "prompt": asdict(self.prompt),
            "images": [hashlib.sha256(image).hexdigest() for image in self.images],
            "inputs": dict(self.inputs),
            "schema": dict(self.schema) if self.schema is not None else None,
            "parameters": asdict(self.parameters),
        }
        return hashlib.sha256(_canonical(content).encode()).hexdigest()


@dataclass(frozen=True)
class Usage:
    """What an answer cost: tokens, money (None where no price is known), time of all attempts."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    latency_ms: int = 0
    attempts: int = 1


NO_USAGE = Usage()


@dataclass(frozen=True)
class Likelihood:
    """How likely an answer is after a request: ``value`` is the sum of the natural
    log-probabilities of its tokens, at most 0; ``usage`` is what it took to find out, ``model`` and
    ``revision`` who said so."""

    value: float
    usage: Usage = NO_USAGE
    model: str = ""
    revision: str = ""


@dataclass(frozen=True)
class Answer:
    """What a model said and how it came about; everything a draft's provenance needs.

    ``text`` is the visible text; ``data`` the validated object when the request had a schema.
    ``cost_usd`` is None where no price is known; ``latency_ms`` covers all ``attempts``.
    """

    text: str
    data: dict[str, Any] | None
    backend: str
    model: str
    revision: str
    prompt_name: str
    prompt_hash: str
    parameters: Mapping[str, Any]
    tokens_in: int
    tokens_out: int
    cost_usd: float | None
    latency_ms: int
    attempts: int
    finish_reason: str

    def as_record(self) -> dict[str, Any]:
        """A plain JSON object; ``Answer.from_record`` turns it back."""
        return {**asdict(self), "parameters": dict(self.parameters)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Answer:
        """From ``as_record``; unknown keys are ignored, missing ones raise ``KeyError``."""
        return cls(**{each.name: record[each.name] for each in fields(cls)})


def _canonical(content: object) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
