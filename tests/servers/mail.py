"""A mail server on this machine, as small as one can be: it keeps what it is given."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

ANSWERS = {
    b"EHLO": "250 here", b"HELO": "250 here", b"MAIL": "250 ok", b"RCPT": "250 ok", b"QUIT": "221 bye",
    b"RSET": "250 ok", b"NOOP": "250 ok",
}  # fmt: skip


class MailServer(socketserver.ThreadingTCPServer):
    """``received`` holds the mails as parsed; an address that begins with ``refused`` is refused,
    one that begins with ``later`` for now."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.received: list[Message] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self._say("354 go on")
                self.server.received.append(message_from_bytes(self._body()))
                self._say("250 kept")
            elif command == b"RCPT" and b"<refused" in line:
                self._say("550 no such mailbox")
            elif command == b"RCPT" and b"<later" in line:
                self._say("450 come back later")
            else:
                self._say(ANSWERS.get(command, "502 unknown"))
            if command == b"QUIT":
                return

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """One that runs until the end of the block."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
