"""A server that answers questions about photos, and outlines regions, as a plan says."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

from PIL import Image

from tests.servers.openai_like import OpenAILike, asked_text

# (longer side of the first picture, how many calls came before) -> the answer, or an HTTP status.
Says = Callable[[int, int], str | int]


class Oracle(OpenAILike):
    """Chat completions by a function; ``sides`` holds the size of every picture that it saw."""

    def __init__(self, says: Says) -> None:
        super().__init__()
        self.says = says
        self.sides: list[int] = []
        self.texts: list[str] = []
        self.seeds: list[int] = []

    def act(self, http: Any, body: dict[str, Any]) -> None:
        """What the function says to the picture, or its status."""
        side = _side(body)
        with self.lock:
            before = len(self.sides)
            self.sides.append(side)
            self.texts.append(asked_text(body))
            self.seeds.append(body.get("seed", 0))
        said = self.says(side, before)
        if isinstance(said, int):
            http.send(said, b"{}")
        else:
            http.say(said)


def _side(body: dict[str, Any]) -> int:
    parts = body["messages"][-1]["content"]
    pictures = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
    with Image.open(io.BytesIO(base64.b64decode(pictures[0].partition(",")[2]))) as picture:
        return max(picture.size)
