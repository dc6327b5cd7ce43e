"""An HTTP client that connects only to the address that was checked, and reads only so much.

No redirects, no proxies from the environment, no headers but the ones a chat request needs, no
compressed answers, and a cap on size and on total time.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import httpcore2
import httpx2

from inference.endpoints import Endpoint, checked_addresses
from inference.errors import AnswerTooLarge, ForbiddenEndpoint

MAX_ANSWER_BYTES = 1_000_000
CONNECT_TIMEOUT = 10.0
# Whatever a client library would add of its own stays here.
HEADERS_SENT = {b"host", b"accept", b"content-type", b"content-length", b"authorization"}


def pinned_client(
    endpoint: Endpoint, *, timeout: float, connections: int, headers: Mapping[str, str]
) -> httpx2.Client:
    """A client that can call only this endpoint. ``timeout`` is for the whole answer, seconds;
    ``headers`` go with every call."""
    return httpx2.Client(
        headers=dict(headers),
        transport=_PinnedTransport(endpoint, timeout, connections),
        timeout=httpx2.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT)),
        follow_redirects=False,
        trust_env=False,
    )


class _Clock(threading.local):
    """When the call that this thread makes must be over, on the monotonic clock."""

    end = float("inf")

    def left(self, timeout: float | None) -> float:
        """Seconds that one step may take; a call out of time gets no further step."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time of the whole call is over")
        return left if timeout is None else min(left, timeout)


class _TimedStream(httpcore2.NetworkStream):
    """A connection on which every step has only what is left of the whole call's time: else a
    server that sends one byte now and then, in the head or the body, would hold us for ever."""

    def __init__(self, stream: httpcore2.NetworkStream, clock: _Clock) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._clock.left(timeout)
        inner = self._stream.start_tls(ssl_context, server_hostname, left)
        return _TimedStream(inner, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _PinnedBackend(httpcore2.SyncBackend):
    """Resolves, checks and connects in one step, so that no second look-up can differ."""

    def __init__(self, endpoint: Endpoint, clock: _Clock) -> None:
        self._endpoint = endpoint
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        if (host.strip("[]").lower(), port) != (self._endpoint.host, self._endpoint.port):
            raise ForbiddenEndpoint("The endpoint points somewhere else; this is not followed.")
        failure: Exception | None = None
        addresses = checked_addresses(
            self._endpoint.host, port, is_allowed_local=self._endpoint.is_allowed_local
        )
        for address in addresses:
            left = self._clock.left(timeout)
            try:
                stream = super().connect_tcp(address, port, left, local_address, socket_options)
                return _TimedStream(stream, self._clock)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore2.ConnectError("no address")


class _PinnedTransport(httpx2.BaseTransport):
    def __init__(self, endpoint: Endpoint, timeout: float, connections: int) -> None:
        self._timeout = timeout
        self._clock = _Clock()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_connections=connections,
            max_keepalive_connections=connections,
            network_backend=_PinnedBackend(endpoint, self._clock),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = [each for each in request.headers.raw if each[0].lower() in HEADERS_SENT]
        sent = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=[*headers, (b"Accept-Encoding", b"identity"), (b"User-Agent", b"reframe")],
            content=cast("httpx2.SyncByteStream", request.stream),
            extensions=request.extensions,
        )
        self._clock.end = time.monotonic() + self._timeout
        with _translated():
            answer = self._pool.handle_request(sent)
        return httpx2.Response(
            status_code=answer.status,
            headers=[each for each in answer.headers if each[0].lower() != b"content-encoding"],
            stream=_CappedStream(cast("Iterable[bytes]", answer.stream)),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _CappedStream(httpx2.SyncByteStream):
    """Stops reading at the cap, whatever the other side sends."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        with _translated():
            for part in self._stream:
                size += len(part)
                if size > MAX_ANSWER_BYTES:
                    raise AnswerTooLarge(
                        f"The endpoint's answer is over {MAX_ANSWER_BYTES // 1000} kB and was "
                        "cut off. Lower max_tokens, or check that this is a chat endpoint."
                    )
                yield part

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


@contextmanager
def _translated() -> Iterator[None]:
    """Turns the transport library's errors into the client library's, which callers know."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise httpx2.ReadTimeout(str(error)) from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise httpx2.ReadError(str(error)) from error
