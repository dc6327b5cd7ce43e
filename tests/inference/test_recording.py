"""Recorded answers: written once from a real backend, replayed for exactly the same request."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import InvalidInput, Misconfigured
from inference.backends import Source, open_backend
from inference.errors import ModelDeclined, NotRecorded
from inference.recording import Recorder
from inference.recordings import read_recordings
from tests.inference.requests import STEPS, ask, drawn_photo
from tests.servers.openai_like import OpenAILike

RECORDED = Path(__file__).resolve().parents[1] / "data" / "recorded"


def record(file: Path, server: OpenAILike, model: str) -> None:
    source = Source("openai", server.url, model)
    with open_backend(source, allowed_local=(server.host_port,)) as backend:
        Recorder(backend, file).answer(ask("guidance.verify"))


def test_replay_gives_what_was_recorded(tmp_path: Path, server: OpenAILike) -> None:
    record(tmp_path / "r.jsonl", server, "good")
    with open_backend(Source("replay", str(tmp_path / "r.jsonl"))) as backend:
        answer = backend.answer(ask("guidance.verify"))
    assert (answer.backend, answer.model) == ("replay", "test-model-7b")
    assert answer.data is not None and answer.data["passed"] is True
    assert len(server.requests) == 1


def test_failure_is_replayed_as_it_was(tmp_path: Path, server: OpenAILike) -> None:
    with pytest.raises(ModelDeclined):
        record(tmp_path / "r.jsonl", server, "refusal")
    with open_backend(Source("replay", str(tmp_path / "r.jsonl"))) as backend:
        for _ in range(2):
            with pytest.raises(ModelDeclined) as caught:
                backend.answer(ask("guidance.verify"))
            assert caught.value.detail["attempts"] == 1


def test_other_request_was_not_recorded(tmp_path: Path, server: OpenAILike) -> None:
    record(tmp_path / "r.jsonl", server, "good")
    other = ask("guidance.verify", drawn_photo((0.1, 0.1, 0.2, 0.2)))
    with (
        open_backend(Source("replay", str(tmp_path / "r.jsonl"))) as backend,
        pytest.raises(NotRecorded),
    ):
        backend.answer(other)


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"digest": "x", "answer": {"text": "y"}}'])
def test_broken_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "r.jsonl").write_text("\n" + line + "\n")
    with pytest.raises(InvalidInput) as caught:
        open_backend(Source("replay", str(tmp_path / "r.jsonl")))
    assert caught.value.line == 2


def test_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no file of recorded answers"):
        open_backend(Source("replay", str(tmp_path / "none.jsonl")))


def test_digest_depends_on_everything_asked() -> None:
    digests = {ask(step).digest() for step in STEPS}
    digests.add(ask("crop.best", drawn_photo((0.1, 0.1, 0.5, 0.5))).digest())
    digests.add(ask("crop.best", inputs={"hint": "left"}).digest())
    assert len(digests) == len(STEPS) + 2
    assert ask("crop.best").digest() == ask("crop.best").digest()


@pytest.mark.parametrize("file", sorted(RECORDED.glob("*.jsonl")), ids=lambda path: path.stem)
def test_recordings_in_the_repository_can_be_read(file: Path) -> None:
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(read_recordings(file)) == len({line["digest"] for line in lines}) > 0
