"""A local chat-completions server that can answer well and in every wrong way.

The request's ``model`` chooses the behaviour, so that one server serves many tests at once::

    with OpenAILike() as server:
        source = Source("openai", server.url, "good")
        open_backend(source, allowed_local=(server.host_port,))

Behaviours: ``good``, ``slow``, ``busy`` (429 with Retry-After, then good), ``always-busy``,
``busy-until`` (429 whose Retry-After is a date in two seconds, then good), ``busy-silently`` (429 without
Retry-After, then good), ``broken`` (500, then good), ``always-broken``, ``half-json`` (a cut-off body), ``fenced`` (JSON in
prose and a code fence), ``prose``, ``repairable`` (prose, then good), ``wrong-schema``,
``refusal``, ``refusal-text``, ``empty``, ``no-choice``, ``drop`` (closes the connection), ``torn``
(closes it in the middle of the answer), ``silent`` (never answers), ``huge`` (10 MB),
``drip`` (one byte at a time), ``drip-head`` (the same in the headers), ``gzip-bomb`` (100 kB that
unpacks to 100 MB), ``redirect`` (to ``server.redirect_to``), ``no-key`` (401), ``unknown`` (404), ``hidden``
(control characters), ``html``, ``shaky`` (every fifth request goes wrong, each time in another way).
``server.plan = ["busy", "good", ...]`` plays a list instead, once.
"""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD: dict[str, dict[str, Any]] = {
    "guidance_refine": {
        "overall": "A quiet harbour picture with a strong diagonal.",
        "analysis": "The light is soft and the boats lead the eye, but the sky is empty.",
        "guidance": "The sky takes too much room. Next time step closer and lower the horizon.",
        "issues": ["too much empty sky"],
        "suggestions": ["step closer"],
    },
    "guidance_verify": {
        "passed": True, "has_issues": True, "has_guidance": True, "findings": [],
    },
    "rationale_write": {
        "rationale": "The crop keeps the boats whole and drops the empty right side.",
        "judges": "good",
    },
    "rationale_verify": {
        "passed": True, "agrees": True, "judges_rightly": True, "findings": [],
    },
    "crop_refine": {"box": [0.05, 0.1, 0.8, 0.9], "rationale": "More room on the left."},
    "crop_propose": {
        "crops": [
            {"box": [0.1, 0.1, 0.8, 0.9], "rationale": "Drops the empty right side.", "score": 0.9},
            {"box": [0.0, 0.2, 1.0, 1.0], "rationale": "Lowers the sky.", "score": 0.7},
        ]
    },
    "composition_analyse": {
        "elements": [
            {"name": "rule_of_thirds", "points": [0.2, 0.3, 0.45, 0.7], "note": "the boat"},
            {"name": "horizontal", "points": [0.0, 0.4, 1.0, 0.41], "note": "the horizon"},
        ],
        "text": "The boat stands on a third, under a calm horizon.",
    },
    "crop_propose_composed": {
        "crops": [
            {"box": [0.1, 0.1, 0.8, 0.9], "rationale": "Keeps the boat on a third.", "score": 0.9},
            {"box": [0.0, 0.2, 1.0, 1.0], "rationale": "Raises the horizon.", "score": 0.7},
        ]
    },
    "crop_decide": {"choice": 2, "reason": "The horizon stands better."},
}  # fmt: skip
BAD_CROP, BAD_RATIONALE = "hold it to be a bad crop", {
    "rationale": "The crop cuts the boats and keeps the empty right side.", "judges": "bad",
}  # fmt: skip
SHORT_ANSWER, ANSWER = "in as few words as possible", "Harbour."
BOX_TEXT = "[12,8,83,91]"


class OpenAILike:
    """Runs while its ``with`` block does. ``requests`` holds every body received, ``headers`` the
    headers that came with it; ``most_at_once`` is the highest number in flight, ``usage`` the tokens
    of all answers that were sent whole."""

    def __init__(self, *, slow_s: float = 0.5) -> None:
        self.slow_s = slow_s
        self.plan: list[str] = []
        self.redirect_to = "http://169.254.169.254/latest/meta-data/"
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.seen: Counter[str] = Counter()
        self.usage: Counter[str] = Counter()
        self.most_at_once = 0
        self.in_flight = 0
        self.is_over = threading.Event()
        self.lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host_port}/v1"

    def __enter__(self) -> OpenAILike:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def act(self, http: Any, body: dict[str, Any]) -> None:
        """Answer one request as its behaviour says."""
        name, before = self.behaviour_for(body)
        _BEHAVIOURS[name](http, self, body, before)

    def behaviour_for(self, body: dict[str, Any]) -> tuple[str, int]:
        """The behaviour's name and how many times it was asked for before."""
        with self.lock:
            name = self.plan.pop(0) if self.plan else str(body["model"])
            before = self.seen[name]
            self.seen[name] += 1
            return name, before


def completion(content: str | None, *, finish: str = "stop", **message: Any) -> dict[str, Any]:
    """The body of a chat completion."""
    return {
        "id": "chatcmpl-test",
        "object": "chat.completion",
        "created": 1,
        "model": "test-model-7b",
        "system_fingerprint": "fp_test",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


def good_text(body: dict[str, Any]) -> str:
    """The right answer for the step that the request's schema names; without one, box text or, to a
    question about the photo, a word."""
    name = body.get("response_format", {}).get("json_schema", {}).get("name")
    if name == "rationale_write" and BAD_CROP in asked_text(body):
        return json.dumps(BAD_RATIONALE)
    if name in GOOD:
        return json.dumps(GOOD[name])
    return ANSWER if SHORT_ANSWER in asked_text(body) else BOX_TEXT


def asked_text(body: dict[str, Any]) -> str:
    """The words of the last message."""
    parts = body["messages"][-1]["content"]
    return parts if isinstance(parts, str) else " ".join(part.get("text", "") for part in parts)


def _handler_for(server: OpenAILike) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with server.lock:
                server.requests.append(body)
                server.headers.append({k.lower(): v for k, v in self.headers.items()})
                server.in_flight += 1
                server.most_at_once = max(server.most_at_once, server.in_flight)
            try:
                server.act(self, body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                with server.lock:
                    server.in_flight -= 1

        def send(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def say(self, content: str | None, **rest: Any) -> None:
            body = completion(content, **rest)
            with server.lock:
                server.usage.update(body["usage"])
            self.send(200, json.dumps(body).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    return Handler


def _good(http: Any, _server: OpenAILike, body: dict[str, Any], _before: int) -> None:
    http.say(good_text(body))


def _slow(http: Any, server: OpenAILike, body: dict[str, Any], _before: int) -> None:
    time.sleep(server.slow_s)
    http.say(good_text(body))


def _first(status: int, **headers: str) -> Callable[..., None]:
    """Fails the first time, then answers well."""

    def act(http: Any, _server: OpenAILike, body: dict[str, Any], before: int) -> None:
        if before:
            http.say(good_text(body))
        else:
            http.send(status, b'{"error": {"message": "inner words"}}', **headers)

    return act


def _always(status: int, **headers: str) -> Callable[..., None]:
    def act(http: Any, *_: Any) -> None:
        http.send(status, b'{"error": {"message": "inner words"}}', **headers)

    return act


def _says(content: str | None, **rest: Any) -> Callable[..., None]:
    def act(http: Any, *_: Any) -> None:
        http.say(content, **rest)

    return act


def _fenced(http: Any, _server: OpenAILike, body: dict[str, Any], _before: int) -> None:
    http.say(f"Sure! Here it is:\n```json\n{good_text(body)}\n```\nHope that helps.")


def _repairable(http: Any, _server: OpenAILike, body: dict[str, Any], before: int) -> None:
    http.say(good_text(body) if before else "The sky is too empty, I would step closer.")


def _half_json(http: Any, _server: OpenAILike, body: dict[str, Any], _before: int) -> None:
    whole = json.dumps(completion(good_text(body))).encode()
    http.send(200, whole[: len(whole) // 2])


def _cut_off(http: Any, _server: OpenAILike, body: dict[str, Any], _before: int) -> None:
    http.say(good_text(body)[:40], finish="length")


def _drop(http: Any, *_: Any) -> None:
    http.close_connection = True
    http.connection.close()


def _torn(http: Any, _server: OpenAILike, body: dict[str, Any], _before: int) -> None:
    whole = json.dumps(completion(good_text(body))).encode()
    http.send_response(200)
    http.send_header("Content-Length", str(len(whole)))
    http.end_headers()
    http.wfile.write(whole[: len(whole) // 2])
    _drop(http)


def _silent(http: Any, server: OpenAILike, *_: Any) -> None:
    server.is_over.wait(30)
    http.close_connection = True


def _busy_until(http: Any, _server: OpenAILike, body: dict[str, Any], before: int) -> None:
    if before:
        http.say(good_text(body))
    else:
        moment = datetime.now(UTC) + timedelta(seconds=2)
        http.send(429, b"{}", Retry_After=format_datetime(moment, usegmt=True))


def _no_choice(http: Any, server: OpenAILike, *_: Any) -> None:
    body = {**completion(""), "choices": []}
    with server.lock:
        server.usage.update(body["usage"])
    http.send(200, json.dumps(body).encode())


SHAKY = (
    "always-broken", "drop", "busy-shortly", "half-json", "torn", "refusal", "always-broken",
    "wrong-schema", "empty", "drop", "busy-shortly", "torn", "prose",
)  # fmt: skip


def _shaky(http: Any, server: OpenAILike, body: dict[str, Any], before: int) -> None:
    turn, rest = divmod(before, 5)
    if server.slow_s:
        time.sleep(server.slow_s)
    _BEHAVIOURS["good" if rest != 2 else SHAKY[turn % len(SHAKY)]](http, server, body, before)


def _huge(http: Any, *_: Any) -> None:
    http.send_response(200)
    http.send_header("Content-Type", "application/json")
    http.send_header("Content-Length", str(10_000_000))
    http.end_headers()
    for _at in range(100):
        http.wfile.write(b"x" * 100_000)


def _drip(http: Any, *_: Any) -> None:
    http.send_response(200)
    http.send_header("Content-Type", "application/json")
    http.send_header("Content-Length", "10000")
    http.end_headers()
    for _at in range(200):
        http.wfile.write(b" ")
        http.wfile.flush()
        time.sleep(0.05)


def _drip_head(http: Any, *_: Any) -> None:
    http.send_response(200)
    http.flush_headers()
    for _at in range(200):
        http.wfile.write(b"X-Slow: loris\r\n")
        time.sleep(0.05)


def _gzip_bomb(http: Any, *_: Any) -> None:
    packer = zlib.compressobj(9, wbits=31)
    body = b"".join(packer.compress(bytes(1_000_000)) for _at in range(100)) + packer.flush()
    http.send(200, body, Content_Encoding="gzip")


def _redirect(http: Any, server: OpenAILike, *_: Any) -> None:
    http.send(302, b"inner words", Location=server.redirect_to)


_BEHAVIOURS: dict[str, Callable[..., None]] = {
    "good": _good,
    "slow": _slow,
    "busy": _first(429, Retry_After="0.2"),
    "always-busy": _always(429, Retry_After="3600"),
    "busy-until": _busy_until,
    "busy-silently": _first(429),
    "busy-shortly": _always(429, Retry_After="0.1"),
    "broken": _first(500),
    "always-broken": _always(503),
    "half-json": _half_json,
    "cut-off": _cut_off,
    "fenced": _fenced,
    "prose": _says("The sky is too empty, I would step closer."),
    "repairable": _repairable,
    "wrong-schema": _says('{"crops": [{"box": [0.9, 0.1, 0.2, 0.8]}], "overall": 5}'),
    "refusal": _says(None, refusal="I can't help with that."),
    "refusal-text": _says("I'm sorry, but I can't assist with that request."),
    "empty": _says(""),
    "no-choice": _no_choice,
    "drop": _drop,
    "torn": _torn,
    "silent": _silent,
    "shaky": _shaky,
    "huge": _huge,
    "drip": _drip,
    "drip-head": _drip_head,
    "gzip-bomb": _gzip_bomb,
    "redirect": _redirect,
    "no-key": _always(401),
    "unknown": _always(404),
    "hidden": _says("[1,2,3,4]\u202e\x07\u200b end\r\n"),
    "html": lambda http, *_: http.send(200, b"<html>hello</html>", Content_Type="text/html"),
}
