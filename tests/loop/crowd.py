"""Many experts at once over HTTP, some of whom misbehave, each with a log of what it was told.

They die with an item in their hands, close the socket in the middle of a request, send twice at
once (the same submission, or another one), come back after their lease ran out, skip, give back and
change their minds. A careful expert sends the same words again until there is an answer; so does
each of these in the end, so that every submission is known to be stored or refused.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

PATIENCE_S = 120.0
AWAY = (1.1, 1.9)  # how many leases somebody stays away who is late or dies
# What an expert does with an item, and how often. The rest is a plain answer.
MOODS = {
    "die": 0.06, "cut": 0.08, "send_twice": 0.08, "send_two": 0.06, "come_late": 0.06,
    "skip": 0.02, "give_back": 0.02, "change_mind": 0.04,
}  # fmt: skip


@dataclass
class Submission:
    """One answer as its sender knows it; ``replies`` are statuses with response ids."""

    campaign: int
    person: int
    path: str
    score: int
    ident: str = field(default_factory=lambda: str(uuid4()))
    replies: list[tuple[int, int | None]] = field(default_factory=list)

    @property
    def stored(self) -> int | None:
        """The response the sender was promised."""
        return next((number for _, number in self.replies if number is not None), None)

    @property
    def is_refused(self) -> bool:
        """Whether the sender was told that it was not stored."""
        return any(status >= 400 for status, _ in self.replies)

    def body(self) -> dict[str, Any]:
        """What is sent, the same each time."""
        return {"submission_id": self.ident, "answer": {"score": self.score}, "active_ms": 900}


@dataclass
class Shift:
    """What the crowd works on now; None ends it. ``is_calm``: nobody misbehaves any more."""

    campaign: int | None
    lease_s: float
    is_calm: bool = False


@dataclass
class Expert:
    """One person's page; ``headers`` sign it in."""

    port: int
    person: int
    headers: Mapping[str, str]
    random: random.Random
    log: list[Submission] = field(default_factory=list)
    outbox: list[Submission] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    line: http.client.HTTPConnection | None = None

    def work(self, shift: Shift) -> None:
        """Until the shift is over; then send what was never answered."""
        while (campaign := shift.campaign) is not None:
            if self.outbox and (shift.is_calm or self.random.random() < 0.2):
                self._send(self.outbox.pop(0))
            status, entry = self._post(f"/api/v1/work/{campaign}/claim/", {})
            if status != 200:
                self.faults.append(f"claim: {status} {entry}")
            elif "assignment" in entry:
                self._answer(Held(campaign, entry["assignment"]["id"]), shift)
            else:
                time.sleep(0.2)
        while self.outbox:
            self._send(self.outbox.pop(0))
        self._hang_up()

    def _answer(self, held: Held, shift: Shift) -> None:
        draw, names = self.random.random(), iter(MOODS.items())
        mood, share = next(names)
        while draw > share and mood != "plain":
            draw, (mood, share) = draw - share, next(names, ("plain", 1.0))
        if shift.is_calm or mood == "plain":
            self._send(self._new(held))
            return
        self.did[mood] += 1
        getattr(self, f"_{mood}")(held, shift)

    def _die(self, held: Held, shift: Shift) -> None:
        self._stay_away(shift)

    def _cut(self, held: Held, shift: Shift) -> None:
        """Part of the request or all of it leaves, and nobody waits for the reply."""
        submission = self._new(held)
        line, content = self._open(), json.dumps(submission.body())
        with suppress(OSError, http.client.HTTPException):
            line.putrequest("POST", submission.path)
            for name, value in self._headers(content).items():
                line.putheader(name, value)
            part = content[: self.random.choice((0, 20, len(content)))]
            line.endheaders(part.encode())
            time.sleep(self.random.choice((0, 0.005, 0.05)))
        line.close()
        self.outbox.append(submission)

    def _send_twice(self, held: Held, shift: Shift) -> None:
        submission = self._new(held)
        self._at_once(submission, submission)
        if len(set(submission.replies)) > 1:
            self.faults.append(f"the same submission was answered by {submission.replies}")

    def _send_two(self, held: Held, shift: Shift) -> None:
        one, other = self._new(held), self._new(held)
        self._at_once(one, other)
        if one.stored and other.stored:
            self.faults.append(f"two answers to slot {held.assignment} were both taken")

    def _come_late(self, held: Held, shift: Shift) -> None:
        if self.random.random() < 0.3:
            self._post(f"/api/v1/work/assignments/{held.assignment}/heartbeat/", {})
        self._stay_away(shift)
        self._send(self._new(held))

    def _skip(self, held: Held, shift: Shift) -> None:
        self._post(f"/api/v1/work/assignments/{held.assignment}/skip/", {"reason": "unclear"})

    def _give_back(self, held: Held, shift: Shift) -> None:
        self._post(f"/api/v1/work/assignments/{held.assignment}/give-back/", {})

    def _change_mind(self, held: Held, shift: Shift) -> None:
        first = self._new(held)
        self._send(first)
        if first.stored:
            second = Submission(
                held.campaign, self.person, f"/api/v1/work/responses/{first.stored}/change/",
                self.random.randint(4, 7),
            )  # fmt: skip
            self.log.append(second)
            self._send(second)

    def _stay_away(self, shift: Shift) -> None:
        time.sleep(shift.lease_s * self.random.uniform(*AWAY))

    def _new(self, held: Held) -> Submission:
        path = f"/api/v1/work/assignments/{held.assignment}/submit/"
        made = Submission(held.campaign, self.person, path, self.random.randint(4, 7))
        self.log.append(made)
        return made

    def _at_once(self, *submissions: Submission) -> None:
        other = Expert(self.port, self.person, self.headers, self.random, faults=self.faults)
        thread = threading.Thread(target=other._send, args=(submissions[1],))
        thread.start()
        self._send(submissions[0])
        thread.join()
        other._hang_up()

    def _send(self, submission: Submission) -> None:
        status, reply = self._post(submission.path, submission.body())
        if status not in (201, 404, 409):
            self.faults.append(f"submit: {status} {reply}")
        submission.replies.append((status, reply.get("response_id")))

    def _post(self, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """The same words until they are answered."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            with suppress(OSError, http.client.HTTPException):
                status, reply = self._once(path, json.dumps(body))
                if status < 500:
                    return status, reply
            self._hang_up()
            self.did["again"] += 1
            time.sleep(0.05)
        self.faults.append(f"no answer to {path}")
        return 599, {}

    def _once(self, path: str, content: str) -> tuple[int, dict[str, Any]]:
        self.line = self.line or self._open()
        self.line.request("POST", path, content, self._headers(content))
        reply = self.line.getresponse()
        told = reply.read()
        return reply.status, dict(json.loads(told)) if told else {}

    def _hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def _headers(self, content: str) -> dict[str, str]:
        kind = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        return {**self.headers, **kind, "Accept": "application/json"}


@dataclass(frozen=True)
class Held:
    """A slot that somebody was given."""

    campaign: int
    assignment: str


def let_work(
    crowd: Sequence[Expert],
    shift: Shift,
    *,
    seconds: float,
    patience_s: float,
    next_campaign: Callable[[], int],
    is_done: Callable[[int], bool],
    events: Sequence[Callable[[], None]] = (),
) -> list[int]:
    """One campaign after the other until the time is over, then the last one to its end; the
    campaigns' ids. ``events`` happen at even distances, called from this thread. What is not
    ended ``patience_s`` after the time is left as it is, for the check to find."""
    begun, waiting, campaigns = time.monotonic(), list(events), list[int]()
    with ThreadPoolExecutor(len(crowd)) as pool, _ending(shift):
        running: list[Future[None]] = []
        while (spent := time.monotonic() - begun) < seconds:
            shift.campaign = next_campaign()
            campaigns.append(shift.campaign)
            running = running or [pool.submit(each.work, shift) for each in crowd]
            while not is_done(campaigns[-1]) and spent < seconds + patience_s:
                spent = time.monotonic() - begun
                shift.is_calm = spent > seconds
                if waiting and spent > seconds * (1 - len(waiting) / (len(events) + 1)):
                    waiting.pop(0)()
                time.sleep(0.1)
        shift.campaign = None
        for each in running:
            each.result()
    return campaigns


@contextmanager
def _ending(shift: Shift) -> Iterator[None]:
    """Whatever happens, the crowd goes home; else its threads would be waited for without end."""
    try:
        yield
    finally:
        shift.campaign = None
