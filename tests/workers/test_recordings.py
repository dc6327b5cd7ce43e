"""Answers of a real endpoint, recorded once, draft the same photos again without it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from annotation.models import Draft, DraftSource
from catalog.models import Photo
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import drafted, endpoint, like_photos

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def models_folder(settings: Any, tmp_path: Path) -> Path:
    """An empty one."""
    settings.MODELS_DIR = tmp_path / "models"
    return tmp_path / "models"


def record(photo: Photo, source: DraftSource, *words: str) -> str:
    said = io.StringIO()
    command = ["record_answers", photo.project.slug, "answers.jsonl", "--source", str(source.pk)]
    call_command(*command, *words, stdout=said)
    return said.getvalue()


def test_a_photo_is_drafted_from_a_recording(
    server: OpenAILike, photo: Photo, kim: User, models_folder: Path
) -> None:
    source = endpoint(server, photo.project, kim, max_tokens=300)
    verifier = endpoint(server, photo.project, kim, "fenced")
    said = record(photo, source, "--verifier", str(verifier.pk))
    assert "1 drafted" in said and (models_folder / "answers.jsonl").read_text().count("\n") == 2
    asked = len(server.requests)
    replays = list(DraftSource.objects.filter(backend="replay").order_by("pk"))
    batch = drafted([photo], kim, source=replays[0], verifier=replays[1])
    request = batch.requests.get()
    assert (request.state, len(server.requests)) == ("drafted", asked), request.reason
    first, second = Draft.objects.order_by("pk")
    assert (first.content, first.model) == (second.content, second.model)
    assert (second.backend, second.verdicts.get().backend) == ("replay", "replay")


def test_what_was_not_recorded_is_no_answer(server: OpenAILike, photo: Photo, kim: User) -> None:
    record(photo, endpoint(server, photo.project, kim))
    other = like_photos(photo, 1)[0]
    batch = drafted([other], kim, source=DraftSource.objects.get(backend="replay"))
    assert "was recorded" in batch.requests.get().reason


def test_failures_are_recorded_too(server: OpenAILike, photo: Photo, kim: User) -> None:
    assert "1 failed" in record(photo, endpoint(server, photo.project, kim, "refusal"))
    replay = DraftSource.objects.get(backend="replay")
    assert "declined" in drafted([photo], kim, source=replay).requests.get().reason


@pytest.mark.parametrize("file", ["../elsewhere.jsonl", "/tmp/x.jsonl", ""])  # noqa: S108
def test_a_recording_lies_below_the_models_folder(
    server: OpenAILike, photo: Photo, kim: User, file: str
) -> None:
    source = endpoint(server, photo.project, kim)
    with pytest.raises(CommandError, match="models' folder"):
        call_command("record_answers", photo.project.slug, file, "--source", str(source.pk))
    assert not server.requests
