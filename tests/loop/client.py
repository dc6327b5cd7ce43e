"""A program that works with the site over HTTP and does not give up: it asks again, with the same
words, until it has an answer, and keeps a log of what it was told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import requests

from accounts.models import User
from accounts.services.tokens import create_token

PATIENCE_S = 60.0


@dataclass
class Client:
    """One person's program. ``stored`` maps each submission id to the response it was told of."""

    address: str
    secret: str
    stored: dict[str, int] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    repeats: int = 0

    @classmethod
    def of(cls, person: User, address: str) -> Client:
        """A client with a token of the person's own."""
        return cls(address, create_token(user=person, name="Program", scope="write", days=1)[1])

    def post(self, path: str, **what: Any) -> dict[str, Any]:
        """POST until it is answered; a refusal fails the test."""
        end = time.monotonic() + PATIENCE_S
        while True:
            assert time.monotonic() < end, f"no answer to {path}"
            reply = self._try(path, what)
            if reply is not None and reply.status_code < 500:
                assert reply.ok, f"{path}: {reply.status_code} {reply.text[:300]}"
                return dict(reply.json())
            self.repeats += 1
            time.sleep(0.1)

    def _try(self, path: str, what: dict[str, Any]) -> requests.Response | None:
        headers = {"Authorization": f"Token {self.secret}"}
        try:
            return requests.post(f"{self.address}{path}", headers=headers, timeout=30, **what)
        except requests.RequestException:
            return None

    def answer_all(self, campaign: int, answer_to: Callable[[dict[str, Any]], object]) -> None:
        """Claim and submit until nothing is left for this person."""
        while "item" in (entry := self.post(f"/api/v1/work/{campaign}/claim/", json={})):
            number, submission = entry["assignment"]["id"], str(uuid4())
            self.begun.append(submission)
            body = {"submission_id": submission, "answer": answer_to(entry["item"])}
            told = self.post(f"/api/v1/work/assignments/{number}/submit/", json=body)
            self.stored[submission] = told["response_id"]


@contextmanager
def in_the_background(*work: Callable[[], object]) -> Iterator[Callable[[], None]]:
    """Each in a thread of its own; what is given waits for all of them and tells of failures."""
    with ThreadPoolExecutor(max_workers=len(work)) as pool:
        running = [pool.submit(each) for each in work]

        def finish() -> None:
            for each in running:
                each.result()

        yield finish
