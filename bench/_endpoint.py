"""A chat-completions server that always answers well after a fixed time, and remembers how many
requests it had at every moment. ``python _endpoint.py SECONDS`` prints its port and runs until its
standard input ends; ``GET /stats`` gives what it saw since the last time it was asked."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

CRITIQUE = {
    "overall": "A quiet harbour picture with a strong diagonal.",
    "analysis": "The light is soft and the boats lead the eye, but the sky is empty.",
    "guidance": "The sky takes too much room. Next time step closer and lower the horizon.",
    "issues": ["too much empty sky"],
    "suggestions": ["step closer"],
}
REPLY = json.dumps({
    "id": "bench", "object": "chat.completion", "created": 1, "model": "bench",
    "choices": [{"index": 0, "finish_reason": "stop",
                 "message": {"role": "assistant", "content": json.dumps(CRITIQUE)}}],
    "usage": {"prompt_tokens": 1400, "completion_tokens": 90, "total_tokens": 1490},
}).encode()  # fmt: skip


class Endpoint:
    """Counts arrivals (+1) and departures (-1) with their time."""

    def __init__(self, answers_in_s: float) -> None:
        self.answers_in_s = answers_in_s
        self.moves: list[tuple[float, int]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept for many requests."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = (
                    self._stats() if head.startswith(b"GET") else await self._answer(head, reader)
                )
                size = f"Content-Length: {len(body)}\r\n\r\n".encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + size + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, head: bytes, reader: asyncio.StreamReader) -> bytes:
        fields = head.lower().split(b"\r\n")
        length = next(int(line[15:]) for line in fields if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        self.moves.append((time.monotonic(), 1))
        await asyncio.sleep(self.answers_in_s)
        self.moves.append((time.monotonic(), -1))
        return REPLY

    def _stats(self) -> bytes:
        moves, self.moves = self.moves, []
        return json.dumps(busy(moves)).encode()


def busy(moves: list[tuple[float, int]]) -> dict[str, Any]:
    """Mean and most requests at once, from the first arrival to the last one: what comes after is
    only waiting for the end."""
    arrivals = [at for at, step in moves if step > 0]
    if len(arrivals) < 2:
        return {"answers": len(arrivals), "mean": 0.0, "most": len(arrivals), "seconds": 0.0}
    end, inside, most, area = arrivals[-1], 0, 0, 0.0
    last = arrivals[0]
    for at, step in moves:
        if at > end:
            break
        area += inside * (at - last)
        inside, last = inside + step, at
        most = max(most, inside)
    seconds = end - arrivals[0]
    return {"answers": len(arrivals), "mean": area / seconds, "most": most, "seconds": seconds}


async def main() -> None:
    """Serve until the other end of standard input is closed."""
    endpoint = Endpoint(float(sys.argv[1]))
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0, limit=2**22)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
