"""The wire for real: `transformers serve` with a tiny model, asked through the openai backend."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference.backends import Parameters, Source, open_backend
from inference.errors import EmptyAnswer, MalformedAnswer
from inference.models.tiny import build_tiny_model
from tests.inference.requests import ask, drawn_photo
from tests.inference.test_tiny_models import shake

pytestmark = pytest.mark.slow
READY_S = 120


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The model's folder and the port of the server, which is ended by its own process id."""
    folder = tmp_path_factory.mktemp("served")
    model = build_tiny_model(folder / "model", "idefics3", "smoke").path
    shake(model / "model.safetensors")
    (folder / "cache").mkdir()
    port = free_port()
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(model)]
    options = ["--device", "cpu", "--host", "127.0.0.1", "--port", str(port)]
    env = os.environ | {"HF_HUB_CACHE": str(folder / "cache"), "HF_HUB_OFFLINE": "1"}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*command, *options], env=env, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + READY_S
        while not is_ready(port):
            assert server.poll() is None, (folder / "log").read_text()[-2000:]
            assert time.monotonic() < deadline, "the server did not become ready"
            time.sleep(0.3)
        yield str(model), port
    finally:
        server.terminate()
        server.wait(30)


def source_of(served: tuple[str, int]) -> Source:
    return Source("openai", f"http://127.0.0.1:{served[1]}/v1", served[0])


def test_served_model_says_what_the_same_model_says_in_process(served: tuple[str, int]) -> None:
    request = ask(
        "crop.best", drawn_photo(kind="PNG"), parameters=Parameters(max_tokens=6, seed=None)
    )
    with open_backend(source_of(served), allowed_local=(f"127.0.0.1:{served[1]}",)) as backend:
        over_the_wire = backend.answer(request)
    with open_backend(Source("transformers", served[0])) as backend:
        in_process = backend.answer(request)
    assert over_the_wire.text == in_process.text
    assert over_the_wire.tokens_in == in_process.tokens_in
    assert over_the_wire.tokens_out > 0 and over_the_wire.attempts == 1


def test_schema_is_only_a_hint_there_and_checked_here(served: tuple[str, int]) -> None:
    request = ask("guidance.verify", parameters=Parameters(max_tokens=8))
    with (
        open_backend(source_of(served), allowed_local=(f"127.0.0.1:{served[1]}",)) as backend,
        pytest.raises((MalformedAnswer, EmptyAnswer)) as caught,
    ):
        backend.answer(request)
    assert caught.value.detail["tokens_out"]
