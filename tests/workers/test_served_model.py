"""The wire for real: `transformers serve` with a tiny model that knows one answer by heart. It drafts
crops of a batch; as guidance its words are of no use, and are listed and counted as such."""

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
from typing import Any

import pytest

from accounts.models import User
from annotation.models import DraftBatch, DraftSource
from annotation.selectors.draft_batches import batch_costs
from annotation.services.sources import set_source
from catalog.models import Crop, Photo
from inference.backends import Parameters, Source, close_warm_backend, open_backend
from tests.inference.requests import ask, drawn_photo
from tests.workers.drafts import drafted, like_photos

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ANSWER = "[12,8,83,91]"
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
    """The folder of a tiny model that knows one answer by heart, and the port it is served at."""
    folder = tmp_path_factory.mktemp("served") / "taught"
    told = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    teach = [sys.executable, "-m", "tests.workers.teaching", str(folder), ANSWER]
    subprocess.run(teach, check=True, capture_output=True, env=told)
    (folder.parent / "cache").mkdir()
    told["HF_HUB_CACHE"] = str(folder.parent / "cache")
    port = free_port()
    serve = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder)]
    serve += ["--device", "cpu", "--host", "127.0.0.1", "--port", str(port)]
    with (folder.parent / "log").open("wb") as log:
        server = subprocess.Popen(serve, env=told, stdout=log, stderr=log)
    try:
        end = time.monotonic() + READY_S
        while not is_ready(port):
            assert server.poll() is None and time.monotonic() < end, "it did not become ready"
            time.sleep(0.3)
        yield str(folder), port
    finally:
        server.terminate()
        server.wait(30)


def batch_by(
    served: tuple[str, int], photo: Photo, kim: User, pipeline: str, **parameters: Any
) -> DraftBatch:
    source: DraftSource = set_source(
        project=photo.project, name=pipeline, backend="openai", model=served[0],
        location=f"http://127.0.0.1:{served[1]}/v1", by=kim,
        parameters={"parallel": 2, "max_tokens": 16, "max_attempts": 1, **parameters},
    )  # fmt: skip
    photos = like_photos(photo, 3)
    return drafted(photos, kim, pipeline=pipeline, source=source, max_attempts=1)


@pytest.fixture(autouse=True)
def allowed(served: tuple[str, int], settings: Any) -> None:
    settings.ALLOWED_LOCAL_ENDPOINTS = (f"127.0.0.1:{served[1]}",)


def test_crops_over_the_wire(served: tuple[str, int], photo: Photo, kim: User) -> None:
    batch = batch_by(served, photo, kim, "crops", box_format="percent")
    rows = list(batch.requests.values_list("state", "reason"))
    assert rows == [("drafted", "")] * 3
    assert {crop.corners for crop in Crop.objects.all()} == {(0.12, 0.08, 0.83, 0.91)}
    assert batch_costs(batch).tokens_out > 0


def test_words_of_no_use_are_listed_and_counted(
    served: tuple[str, int], photo: Photo, kim: User
) -> None:
    batch = batch_by(served, photo, kim, "guidance")
    rows = batch.requests.all()
    assert {row.state for row in rows} == {"failed"} and all(row.reason for row in rows)
    costs = batch_costs(batch)
    assert costs.tokens_in > 0 and costs.tokens_out > 0


def test_served_model_says_what_the_same_model_says_in_process(served: tuple[str, int]) -> None:
    request = ask(
        "crop.best", drawn_photo(kind="PNG"), parameters=Parameters(max_tokens=16, seed=None)
    )
    source = Source("openai", f"http://127.0.0.1:{served[1]}/v1", served[0])
    with open_backend(source, allowed_local=(f"127.0.0.1:{served[1]}",)) as backend:
        over_the_wire = backend.answer(request)
    with open_backend(Source("transformers", served[0], parameters={"device": "cpu"})) as backend:
        in_process = backend.answer(request)
    close_warm_backend()
    assert over_the_wire.text == in_process.text
    assert over_the_wire.tokens_in == in_process.tokens_in
    assert over_the_wire.tokens_out > 0 and over_the_wire.attempts == 1
