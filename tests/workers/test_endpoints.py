"""Drafting with a real HTTP endpoint that answers well and badly: every photo ends in words."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import Draft, RequestState
from annotation.services.sources import set_source
from catalog.models import Photo
from core.errors import InvalidInput
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import drafted, endpoint

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_model_drafts_and_another_verifies(server: OpenAILike, photo: Photo, kim: User) -> None:
    source = endpoint(server, photo.project, kim, "good")
    verifier = endpoint(server, photo.project, kim, "fenced")
    batch = drafted([photo], kim, source=source, verifier=verifier)
    request = batch.requests.get()
    assert request.state == RequestState.DRAFTED, request.reason
    draft = request.drafts.get()
    verdict = draft.verdicts.get()
    assert verdict.passed
    assert (draft.source, verdict.source) == (source, verifier)
    assert draft.tokens_in > 0
    assert verdict.prompt_name.startswith("guidance.verify")


WELL = [
    "good", "slow", "fenced", "repairable", "busy", "busy-until", "busy-silently", "broken",
]  # fmt: skip


@pytest.mark.parametrize("model", WELL)
def test_what_passes_or_can_be_mended_is_drafted(
    server: OpenAILike, photo: Photo, kim: User, model: str
) -> None:
    server.slow_s = 0.1
    source = endpoint(server, photo.project, kim, model, max_attempts=2, longest_wait_s=5)
    request = drafted([photo], kim, source=source, max_attempts=1).requests.get()
    assert (request.state, request.reason) == (RequestState.DRAFTED, "")


BADLY = {
    "always-busy": "is limiting requests", "always-broken": "fails with status 503",
    "half-json": "not with a chat completion", "html": "not with a chat completion",
    "gzip-bomb": "not with a chat completion", "cut-off": "cut off at the token limit",
    "prose": "did not answer with JSON", "wrong-schema": "another shape",
    "refusal": "declined", "refusal-text": "declined", "empty": "answered with nothing",
    "no-choice": "holds no choice", "drop": "does not answer", "torn": "does not answer",
    "silent": "did not answer within", "slow": "did not answer within",
    "drip": "did not answer within", "drip-head": "did not answer within",
    "huge": "was cut off", "redirect": "not followed", "no-key": "does not accept the key",
    "unknown": "does not know this model",
}  # fmt: skip


@pytest.mark.parametrize(("model", "words"), BADLY.items(), ids=BADLY)
def test_what_a_model_does_wrong_becomes_a_listed_failure(
    server: OpenAILike, photo: Photo, kim: User, model: str, words: str
) -> None:
    server.slow_s = 1.0
    quick = {"timeout_s": 0.3} if "within" in words else {}
    source = endpoint(server, photo.project, kim, model, **quick)
    request = drafted([photo], kim, source=source, max_attempts=1).requests.get()
    assert (request.state, request.attempts) == (RequestState.FAILED, 1)
    assert words in request.reason
    assert not Draft.objects.exists()


def test_an_unreachable_endpoint_is_said_to_be(settings: Any, photo: Photo, kim: User) -> None:
    settings.ALLOWED_LOCAL_ENDPOINTS = ("127.0.0.1:9",)
    source = set_source(
        project=photo.project, name="Gone", backend="openai", location="http://127.0.0.1:9/v1",
        model="m", by=kim, parameters={"first_wait_s": 0, "max_attempts": 1},
    )  # fmt: skip
    request = drafted([photo], kim, source=source, max_attempts=1).requests.get()
    assert request.state == RequestState.FAILED
    assert "does not answer" in request.reason


def test_a_private_address_is_refused_before_anything_is_sent(
    server: OpenAILike, settings: Any, project: Project, kim: User
) -> None:
    settings.ALLOWED_LOCAL_ENDPOINTS = ()
    with pytest.raises(InvalidInput):
        endpoint(server, project, kim, "good")
    assert not server.requests
