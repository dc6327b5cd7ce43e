"""Which addresses may be called, and that the one checked is the one connected to."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from inference.backends import Source, open_backend
from inference.endpoints import check_endpoint, checked_addresses, is_public
from inference.errors import EndpointUnreachable, ForbiddenEndpoint
from tests.inference.requests import ask
from tests.servers.openai_like import OpenAILike

REFUSED = [
    "", "not a url", "//host/v1", "file:///etc/passwd", "gopher://example.org/", "data:text/plain,x",
    "ftp://example.org/", "http://", "http://:80/", "http://example.org:99999/",
    "http://user:pw@example.org/v1", "http://example.org/v1?x=1", "http://example.org/#x",
    "http://127.0.0.1/v1", "http://127.1/", "http://127.0.0.1./", "http://0.0.0.0/", "http://0/",
    "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/",
    "http://017700000001/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
    "http://10.0.0.5/", "http://172.16.1.1/", "http://192.168.1.1/", "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://[fc00::1]/",
    "http://[fd00:ec2::254]/", "http://224.0.0.1/", "http://255.255.255.255/",
    "http://localhost/v1", "http://LOCALHOST:8000/v1", "http://a.localhost/", "http://localhost./",
    "http://metadata.google.internal/", "http://exa mple.org/", "http://ex\u0430mple.org/",
    "http://\u2488.0.0.1/", "http://example.org\\@127.0.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_address_is_refused_before_anything_is_resolved(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: Any, **__: Any) -> None:
        raise AssertionError("was resolved")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(ForbiddenEndpoint) as caught:
        check_endpoint(url)
    assert caught.value.field == "location"


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://api.example.org/v1/", "https://api.example.org:443/v1"),
        ("http://models.example.org:8000", "http://models.example.org:8000"),
        ("https://8.8.8.8/v1", "https://8.8.8.8:443/v1"),
        ("https://[2001:4860:4860::8888]/v1", "https://[2001:4860:4860::8888]:443/v1"),
    ],
)
def test_public_address_is_accepted(url: str, clean: str) -> None:
    assert check_endpoint(url).url == clean


def test_local_server_needs_its_exact_host_and_port_on_the_list() -> None:
    allowed = ("127.0.0.1:8000", "[::1]:8000", "GPU-BOX:9000")
    assert check_endpoint("http://127.0.0.1:8000/v1", allowed).is_allowed_local
    assert check_endpoint("http://[::1]:8000/v1", allowed).is_allowed_local
    assert check_endpoint("http://gpu-box:9000/v1", allowed).is_allowed_local
    with pytest.raises(ForbiddenEndpoint):
        check_endpoint("http://127.0.0.1:8001/v1", allowed)


def resolver(*answers: list[str]) -> Any:
    """A name server that gives each answer in turn, then the last one again."""
    left = list(answers)

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    return resolve


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["169.254.169.254"], ["fe80::1%eth0"]]
)
def test_name_that_leads_inside_is_refused(
    found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolver(found))
    with pytest.raises(ForbiddenEndpoint):
        checked_addresses("innocent.example.org", 443, is_allowed_local=False)


def test_name_that_does_not_exist_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(EndpointUnreachable, match="cannot be found"):
        checked_addresses("nowhere.example.org", 443, is_allowed_local=False)


def test_name_that_changes_its_answer_never_reaches_the_local_server(
    server: OpenAILike, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: public when looked at first, loopback when looked at again."""
    port = int(server.host_port.rsplit(":", 1)[1])
    source = Source(
        "openai", f"http://rebind.example.org:{port}/v1", "good", parameters={"max_attempts": 1}
    )
    monkeypatch.setattr(socket, "getaddrinfo", resolver(["127.0.0.1"]))
    with open_backend(source) as backend, pytest.raises(ForbiddenEndpoint):
        backend.answer(ask("crop.best"))
    assert server.requests == []


def test_connection_goes_to_the_checked_address(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []

    def connect(address: Any, *_: Any, **__: Any) -> None:
        called.append(address)
        raise OSError("not really")

    monkeypatch.setattr(socket, "getaddrinfo", resolver(["93.184.215.14"], ["127.0.0.1"]))
    monkeypatch.setattr(socket, "create_connection", connect)
    source = Source("openai", "http://flip.example.org/v1", "m", parameters={"max_attempts": 1})
    with open_backend(source) as backend, pytest.raises(EndpointUnreachable):
        backend.answer(ask("crop.best"))
    assert called == [("93.184.215.14", 80)]


def test_public_and_private_addresses_are_told_apart() -> None:
    assert is_public("1.1.1.1") and is_public("2606:4700::1111")
    assert not is_public("::ffff:10.0.0.1") and not is_public("nonsense")
