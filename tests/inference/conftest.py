"""A local endpoint for the tests of this package."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.openai_like import OpenAILike


@pytest.fixture(scope="session")
def shared_server() -> Iterator[OpenAILike]:
    with OpenAILike() as server:
        yield server


@pytest.fixture
def server(shared_server: OpenAILike) -> OpenAILike:
    """The one server of this process, as if nobody had asked it anything yet."""
    with shared_server.lock:
        shared_server.plan.clear()
        shared_server.requests.clear()
        shared_server.headers.clear()
        shared_server.seen.clear()
        shared_server.most_at_once = 0
    return shared_server
