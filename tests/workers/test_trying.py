"""Trying a source out: a real answer, or the error in words; nothing becomes a draft."""

from __future__ import annotations

import pytest

from accounts.models import User
from annotation.models import Draft
from annotation.services.sources import rules_source, try_source
from catalog.models import Photo
from core.errors import InvalidInput
from core.models import JobState
from tests.jobs import run
from tests.make import make_photo, make_project
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import endpoint

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_endpoint_answers(server: OpenAILike, photo: Photo, kim: User) -> None:
    source = endpoint(server, photo.project, kim)
    job = run(try_source(source=source, photo=photo, by=kim))
    assert job.state == JobState.SUCCEEDED, job.error
    assert "harbour" in job.result["text"]
    assert (job.result["tokens_in"], job.result["prompt"]) == (100, "guidance.refine@1")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("model", "words"), [("no-key", "does not accept the key"), ("always-broken", "status 503")]
)
def test_what_is_wrong_is_said_at_once(
    server: OpenAILike, photo: Photo, kim: User, model: str, words: str
) -> None:
    source = endpoint(server, photo.project, kim, model, max_attempts=5, first_wait_s=5)
    job = run(try_source(source=source, photo=photo, by=kim))
    assert job.state == JobState.FAILED
    assert words in job.error
    assert len(server.requests) == 1


def test_rules_answer_too(photo: Photo, kim: User) -> None:
    source = rules_source(project=photo.project, by=kim)
    job = run(try_source(source=source, photo=photo, by=kim))
    assert job.state == JobState.SUCCEEDED, job.error
    assert job.queue == "drafts"


def test_a_photo_of_another_project_is_refused(photo: Photo, kim: User) -> None:
    source = rules_source(project=photo.project, by=kim)
    with pytest.raises(InvalidInput, match="of this project"):
        try_source(source=source, photo=make_photo(make_project()), by=kim)
