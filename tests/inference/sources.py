"""How to open a working source of every backend; a new backend adds one function here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inference.backends import Source, open_backend
from inference.models.tiny import build_tiny_model
from inference.recording import Recorder
from tests.inference.requests import STEPS, ask
from tests.servers.openai_like import OpenAILike


@dataclass(frozen=True)
class Working:
    """A source that answers ``steps``, with the local servers it may call."""

    source: Source
    steps: tuple[str, ...]
    allowed_local: tuple[str, ...] = ()


def rules(_folder: Path, _server: OpenAILike) -> Working:
    return Working(Source("rules"), tuple(STEPS))


def openai(_folder: Path, server: OpenAILike) -> Working:
    source = Source("openai", server.url, "good", parameters={"first_wait_s": 0.01})
    return Working(source, tuple(STEPS), (server.host_port,))


def transformers(folder: Path, _server: OpenAILike) -> Working:
    # Random weights write no JSON, so only the step in plain text can be answered.
    model = build_tiny_model(folder / "model", "idefics3", "smoke")
    return Working(Source("transformers", str(model.path), "tiny"), ("crop.best",))


def replay(folder: Path, _server: OpenAILike) -> Working:
    file = folder / "recorded.jsonl"
    with open_backend(Source("rules")) as backend:
        recorder = Recorder(backend, file)
        for step in STEPS:
            recorder.answer(ask(step))
    return Working(Source("replay", str(file)), tuple(STEPS))


WORKING: dict[str, Callable[[Path, OpenAILike], Working]] = {
    "rules": rules,
    "openai": openai,
    "transformers": transformers,
    "replay": replay,
}
