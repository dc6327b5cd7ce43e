"""A server that answers questions about photos, and outlines regions, as a plan says."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

from tests.servers.openai_like import completion

# (longer side of the first picture, how many calls came before) -> the answer, or an HTTP status.
Says = Callable[[int, int], str | int]


class Oracle:
    """Chat completions by a function; ``sides`` holds the size of every picture that it saw."""

    def __init__(self, says: Says) -> None:
        self.says = says
        self.sides: list[int] = []
        self.texts: list[str] = []
        self.seeds: list[int] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host_port}/v1"

    def __enter__(self) -> Oracle:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reply(self, body: dict[str, Any]) -> str | int:
        parts = body["messages"][-1]["content"]
        self.texts.append(next(part["text"] for part in parts if part["type"] == "text"))
        pictures = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
        with Image.open(io.BytesIO(base64.b64decode(pictures[0].partition(",")[2]))) as picture:
            self.sides.append(max(picture.size))
        self.seeds.append(body.get("seed", 0))
        return self.says(self.sides[-1], len(self.sides) - 1)


def _handler_for(oracle: Oracle) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = oracle.reply(body)
            status = said if isinstance(said, int) else 200
            text = json.dumps(completion(said) if isinstance(said, str) else {}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

    return Handler
