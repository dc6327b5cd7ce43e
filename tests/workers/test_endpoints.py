"""Drafting with a real HTTP endpoint that answers well and badly: every photo ends in words."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import Draft, DraftBatch, RequestState
from annotation.services.sources import set_source
from catalog.models import Photo
from core.errors import InvalidInput
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import drafted, endpoint, rules

pytestmark = pytest.mark.django_db(transaction=True)


def batch_with(server: OpenAILike, photo: Photo, by: User, model: str) -> DraftBatch:
    project = photo.project
    return drafted(
        [photo], by, source=endpoint(server, project, by, model),
        verifier=rules(project, by), max_attempts=1,
    )  # fmt: skip


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


@pytest.mark.parametrize(
    "model",
    ["always-busy", "always-broken", "half-json", "wrong-schema", "refusal", "empty", "drop"],
)
def test_what_a_model_does_wrong_becomes_a_listed_failure(
    server: OpenAILike, photo: Photo, kim: User, model: str
) -> None:
    request = batch_with(server, photo, kim, model).requests.get()
    assert request.state == RequestState.FAILED
    assert len(request.reason) > 20
    assert not Draft.objects.exists()


def test_an_unreachable_endpoint_is_said_to_be(settings: Any, photo: Photo, kim: User) -> None:
    settings.ALLOWED_LOCAL_ENDPOINTS = ("127.0.0.1:9",)
    source = set_source(
        project=photo.project, name="Gone", backend="openai", location="http://127.0.0.1:9/v1",
        model="m", by=kim, parameters={"first_wait_s": 0, "max_attempts": 1},
    )  # fmt: skip
    batch = drafted([photo], kim, source=source, max_attempts=1)
    assert batch.requests.get().state == RequestState.FAILED


def test_a_private_address_is_refused_before_anything_is_sent(
    server: OpenAILike, settings: Any, project: Project, kim: User
) -> None:
    settings.ALLOWED_LOCAL_ENDPOINTS = ()
    with pytest.raises(InvalidInput):
        endpoint(server, project, kim, "good")
    assert not server.requests
