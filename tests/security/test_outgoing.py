"""What people type can make a server call out at one place only, and never into our own network.

How addresses are read, resolved and pinned stands in ``tests/inference/test_endpoints.py``, what a
bad endpoint may do in ``test_openai_backend.py``; here it is asked through the doors people have.
"""

from __future__ import annotations

import re
import socket
from typing import Any

import pytest
from django.conf import settings as django_settings

from accounts.models import Project, User
from annotation.models import DraftSource, RequestState
from annotation.services.sources import set_source, try_source
from catalog.models import Photo
from inference.endpoints import FORBIDDEN, check_endpoint
from inference.errors import ForbiddenEndpoint
from tests.inference.test_endpoints import REFUSED, resolver
from tests.jobs import run
from tests.people import signed_in
from tests.security.asking import API_WRITES, FORMS, ClientFor, undone
from tests.security.asking import client_for as client_for
from tests.security.asking import world as world
from tests.security.bodies import body_of
from tests.security.test_sources import found
from tests.servers.openai_like import OpenAILike
from tests.test_architecture import sources
from tests.test_routes import World, _url
from tests.workers.conftest import no_bell as no_bell
from tests.workers.conftest import photo as photo
from tests.workers.conftest import server as server
from tests.workers.drafts import drafted, endpoint, rules

ADDRESS_LIKE = re.compile(r"url|uri|link|host|endpoint|address|location|webhook|callback|server")
NETWORK = (
    r"^\s*(import|from) (socket|requests|urllib\.request|urllib3|http\.client|httpx2?|httpcore2?"
    r"|aiohttp|websockets?|boto3|botocore|openai|smtplib|ftplib|huggingface_hub|xmlrpc)\b"
)
# Each with what it reaches, none of it typed in by a person but the first three's endpoint.
REACHING_OUT = {
    "inference/endpoints.py", "inference/pinned.py", "inference/backends/openai.py",
    "accounts/services/mailing.py",  # the mail server of the settings
    "core/storage.py", "core/management/commands/make_bucket.py",  # the bucket of the settings
    "core/bucket.py", "config/services.py",  # the same: its errors, its time limits
    "core/objects.py",  # the import store of the settings; people name buckets on its list
    "core/supervisor/site.py", "core/supervisor/ground.py",  # our own web server, by `manage.py up`
    "core/embedded/valkey.py", "core/jobs/running.py", "training/services/devices.py",  # our own name
}  # fmt: skip


def test_only_these_files_can_reach_out() -> None:
    reaching = {hit.partition(":")[0] for hit in found(NETWORK, sources())}
    assert reaching <= REACHING_OUT, "say here what it reaches, and that nobody can type it in"


@pytest.mark.django_db
def test_one_field_takes_an_address(world: World, client_for: ClientFor) -> None:
    names: set[str] = set()
    for row in API_WRITES:
        with undone():
            body = body_of(row, _url(row, world))
            names |= set(body.fields) if body else set()
    assert {name for name in names if ADDRESS_LIKE.search(name)} == {"location"}
    assert len([row for row in FORMS if row.name == "annotation:new-source"]) == 1


def test_the_list_of_local_servers_is_empty_and_takes_no_patterns() -> None:
    assert django_settings.ALLOWED_LOCAL_ENDPOINTS == ()
    for listed in ("*", "*:80", "127.0.0.1:*", "127.0.0.1", "127.*:80", ""):
        with pytest.raises(ForbiddenEndpoint):
            check_endpoint("http://127.0.0.1/v1", (listed,))


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is resolved and nothing connected to, or the test fails."""

    def fail(*args: Any, **more: Any) -> None:
        raise AssertionError("the server reached out")

    monkeypatch.setattr(socket, "create_connection", fail)


@pytest.mark.django_db
@pytest.mark.usefixtures("deaf")
def test_an_inner_address_is_refused_at_both_doors(project: Project, ada: User) -> None:
    client, body = signed_in(ada), {"name": "Lab", "backend": "openai", "model": "m"}
    words = set()
    for url in filter(None, REFUSED):
        given = {**body, "location": url}
        answer = client.post(
            "/api/v1/projects/lighthouse/draft-sources/", given, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, "location"), url
        words.add(answer.json()["error"]["message"])
        page = client.post("/p/lighthouse/drafts/sources/new/?backend=openai", given)
        assert page.status_code == 400, url
    assert FORBIDDEN in words and not any("10.0.0.5" in each for each in words)
    assert not DraftSource.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_name_that_turns_inside_is_refused_when_it_is_called(
    server: OpenAILike, photo: Photo, kim: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = server.host_port.rpartition(":")[2]
    source = set_source(
        project=photo.project, name="Lab", backend="openai", model="good", by=kim,
        location=f"http://models.example.org:{port}/v1", parameters={"max_attempts": 1},
    )  # fmt: skip
    real, flips = socket.getaddrinfo, resolver(["127.0.0.1"])

    def resolve(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        is_ours = host == "models.example.org"
        return flips(host, port) if is_ours else real(host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    request = drafted(
        [photo], kim, source=source, verifier=rules(photo.project, kim)
    ).requests.get()
    assert (request.state, request.reason) == (RequestState.FAILED, FORBIDDEN)
    assert run(try_source(source=source, photo=photo, by=kim)).error == FORBIDDEN
    assert server.requests == []


@pytest.mark.django_db(transaction=True)
def test_a_redirect_leads_nowhere_not_even_to_an_allowed_server(
    server: OpenAILike, photo: Photo, kim: User, settings: Any
) -> None:
    with OpenAILike() as other:
        settings.ALLOWED_LOCAL_ENDPOINTS = (server.host_port, other.host_port)
        places = (f"{other.url}/chat/completions", "file:///etc/passwd", "gopher://x/", "//x/")
        for place in places:
            server.redirect_to = place
            source = endpoint(server, photo.project, kim, "redirect")
            job = run(try_source(source=source, photo=photo, by=kim))
            assert "which is not followed" in job.error and "inner words" not in job.error
        assert len(server.requests) == len(places) and other.requests == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", ["no-key", "unknown", "always-broken", "html", "half-json"])
def test_trying_a_source_shows_nothing_of_a_failing_endpoints_body(
    server: OpenAILike, photo: Photo, kim: User, model: str
) -> None:
    job = run(try_source(source=endpoint(server, photo.project, kim, model), photo=photo, by=kim))
    page = signed_in(kim).get(f"/p/lighthouse/jobs/{job.pk}/").content.decode()
    for word in ("inner words", "hello</", "harbour"):
        assert word not in page and word not in f"{job.error} {job.result} {job.message}"
