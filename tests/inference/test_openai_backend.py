"""The openai backend against a real server that answers well and in every wrong way."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from core.errors import InvalidInput, Misconfigured, ReframeError
from inference.backends import Backend, Source, open_backend
from inference.errors import (
    AnswerTooLarge,
    EmptyAnswer,
    EndpointOverloaded,
    EndpointRefused,
    EndpointTimeout,
    EndpointUnreachable,
    ForbiddenEndpoint,
    MalformedAnswer,
    ModelDeclined,
    is_transient,
)
from tests.inference.requests import ask
from tests.servers.openai_like import BOX_TEXT, GOOD, OpenAILike

QUICK = {"first_wait_s": 0.01, "timeout_s": 5}


def opened(server: OpenAILike, model: str, **parameters: Any) -> Backend:
    source = Source("openai", server.url, model, parameters=QUICK | parameters)
    return open_backend(source, allowed_local=(server.host_port,))


def test_good_answer_carries_its_provenance(server: OpenAILike) -> None:
    with opened(server, "good", price_in=2, price_out=10) as backend:
        answer = backend.answer(ask("guidance.refine"))
    assert answer.data == GOOD["guidance_refine"]
    assert (answer.model, answer.revision) == ("test-model-7b", "fp_test")
    assert (answer.tokens_in, answer.tokens_out, answer.attempts) == (100, 20, 1)
    assert answer.cost_usd == pytest.approx((100 * 2 + 20 * 10) / 1e6)
    assert answer.prompt_name == "guidance.refine@1" and len(answer.prompt_hash) == 64


def test_photo_comes_first_and_the_instruction_last(server: OpenAILike) -> None:
    with opened(server, "good") as backend:
        backend.answer(ask("crop.propose"))
    system, user = server.requests[0]["messages"]
    assert system["role"] == "system"
    assert [part["type"] for part in user["content"]] == ["image_url", "text"]
    assert user["content"][0]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    schema = server.requests[0]["response_format"]["json_schema"]
    assert schema["name"] == "crop_propose" and schema["strict"] is True


def test_box_text_is_kept_as_it_is(server: OpenAILike) -> None:
    with opened(server, "good") as backend:
        answer = backend.answer(ask("crop.best"))
    assert answer.text == BOX_TEXT and answer.data is None
    assert answer.cost_usd is None


@pytest.mark.parametrize("behaviour", ["busy", "broken"])
def test_passing_failure_is_tried_again(server: OpenAILike, behaviour: str) -> None:
    with opened(server, behaviour) as backend:
        answer = backend.answer(ask("guidance.verify"))
    assert answer.attempts == 2
    assert answer.data == GOOD["guidance_verify"]
    assert behaviour == "broken" or answer.latency_ms >= 200  # Retry-After was honoured


def test_json_in_prose_is_found(server: OpenAILike) -> None:
    with opened(server, "fenced") as backend:
        assert backend.answer(ask("crop.propose")).data == GOOD["crop_propose"]
    assert len(server.requests) == 1


def test_prose_is_repaired_once_and_paid_for_twice(server: OpenAILike) -> None:
    with opened(server, "repairable") as backend:
        answer = backend.answer(ask("guidance.refine"))
    assert answer.data == GOOD["guidance_refine"]
    assert (answer.attempts, answer.tokens_in) == (2, 200)
    assert "cannot be used" in server.requests[1]["messages"][-1]["content"]


FAILURES: list[tuple[str, type[ReframeError], int, str]] = [
    ("always-busy", EndpointOverloaded, 1, "limiting requests"),
    ("always-broken", EndpointOverloaded, 4, "fails with status 503"),
    ("half-json", MalformedAnswer, 1, "chat completion"),
    ("html", MalformedAnswer, 1, "chat completion"),
    ("cut-off", MalformedAnswer, 1, "max_tokens"),
    ("prose", MalformedAnswer, 2, "did not answer with JSON"),
    ("wrong-schema", MalformedAnswer, 2, "another shape"),
    ("refusal", ModelDeclined, 1, "declined"),
    ("refusal-text", ModelDeclined, 1, "declined"),
    ("empty", EmptyAnswer, 1, "nothing"),
    ("drop", EndpointUnreachable, 4, "does not answer"),
    ("huge", AnswerTooLarge, 1, "cut off"),
    ("gzip-bomb", MalformedAnswer, 1, "chat completion"),
    ("redirect", EndpointRefused, 1, "not followed"),
    ("no-key", EndpointRefused, 1, "key"),
    ("unknown", EndpointRefused, 1, "model"),
]


@pytest.mark.parametrize(("behaviour", "kind", "calls", "words"), FAILURES)
def test_failure_is_explained(
    server: OpenAILike, behaviour: str, kind: type[ReframeError], calls: int, words: str
) -> None:
    with opened(server, behaviour) as backend, pytest.raises(kind) as caught:
        backend.answer(ask("guidance.refine"))
    assert len(server.requests) == calls == caught.value.detail["attempts"]
    assert words in caught.value.message and "inner words" not in caught.value.message


@pytest.mark.parametrize("behaviour", ["slow", "drip", "drip-head"])
def test_slow_endpoint_times_out_and_is_tried_once_more(server: OpenAILike, behaviour: str) -> None:
    with (
        opened(server, behaviour, timeout_s=0.2) as backend,
        pytest.raises(EndpointTimeout) as caught,
    ):
        backend.answer(ask("guidance.refine"))
    assert len(server.requests) == 2
    assert is_transient(caught.value)


def test_nothing_listens() -> None:
    source = Source("openai", "http://127.0.0.1:9/v1", "m", parameters=QUICK)
    with (
        open_backend(source, allowed_local=("127.0.0.1:9",)) as backend,
        pytest.raises(EndpointUnreachable, match="server is running"),
    ):
        backend.answer(ask("crop.best"))


def test_hidden_characters_are_removed(server: OpenAILike) -> None:
    with opened(server, "hidden") as backend:
        assert backend.answer(ask("crop.best")).text == "[1,2,3,4] end"


def test_many_keep_their_order_and_failures_stand_in_their_place(server: OpenAILike) -> None:
    with opened(server, "good", parallel=4) as backend:
        requests = [ask("guidance.verify"), ask("crop.best"), ask("crop.propose")]
        first, second, third = backend.answer_many(requests)
    assert not isinstance(first, ReframeError) and first.data == GOOD["guidance_verify"]
    assert not isinstance(second, ReframeError) and second.text == BOX_TEXT
    assert not isinstance(third, ReframeError) and third.data == GOOD["crop_propose"]
    with opened(server, "refusal") as backend:
        assert isinstance(backend.answer_many([ask("crop.best")])[0], ModelDeclined)


def test_requests_run_side_by_side(server: OpenAILike) -> None:
    with opened(server, "slow", parallel=4) as backend:
        backend.answer_many([ask("crop.best")] * 4)
    # On a busy machine one may time out and be asked again while the server still works on it.
    assert server.most_at_once >= 4


def test_key_is_sent_and_never_logged(
    server: OpenAILike, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("REFRAME_KEY_LAB", "secret-123")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-server")
    source = Source("openai", server.url, "good", credential="REFRAME_KEY_LAB")
    with (
        caplog.at_level(logging.DEBUG),
        open_backend(source, allowed_local=(server.host_port,)) as backend,
    ):
        answer = backend.answer(ask("crop.best"))
    assert server.headers[0]["authorization"] == "Bearer secret-123"
    assert "secret-123" not in caplog.text and "secret-123" not in str(answer)
    sent = set(server.headers[0])
    assert sent <= {
        "host", "accept", "content-type", "content-length", "authorization", "accept-encoding",
        "user-agent",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "kind"),
    [
        ({"location": "ftp://x/v1"}, "location", ForbiddenEndpoint),
        ({"model": " "}, "model", InvalidInput),
        ({"credential": "PATH"}, "credential", InvalidInput),
        ({"credential": "REFRAME_KEY_NONE"}, "credential", Misconfigured),
        ({"parameters": {"timeout_s": -1}}, "parameters.timeout_s", InvalidInput),
        ({"parameters": {"colour": 1}}, "parameters.colour", InvalidInput),
    ],
)
def test_wrong_setting_is_named(
    changes: dict[str, Any], field: str, kind: type[ReframeError]
) -> None:
    right: dict[str, Any] = {"location": "https://models.example.org/v1", "model": "m"}
    with pytest.raises(kind) as caught:
        open_backend(Source("openai", **(right | changes)))
    assert caught.value.field == field
