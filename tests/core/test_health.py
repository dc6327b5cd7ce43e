from __future__ import annotations

import pytest
from django.test import Client


def test_alive(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_ready_when_all_services_answer(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "broker": "ok"}


@pytest.mark.django_db
def test_not_ready_without_broker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> str:
        raise ConnectionRefusedError

    monkeypatch.setitem(__import__("core.health").health.CHECKS, "broker", refuse)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "unreachable"


def test_request_id_is_returned(client: Client) -> None:
    assert (
        client.get("/healthz", headers={"X-Request-ID": "abcdefgh-1"})["X-Request-ID"]
        == "abcdefgh-1"
    )
    assert client.get("/healthz", headers={"X-Request-ID": "a b"})["X-Request-ID"] != "a b"
