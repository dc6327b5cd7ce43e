"""The lanes of a batch: threads that each take a request, work on it, and take the next.

All lanes end when nothing can be claimed now and none of them is working. While one still works
the others wait for it, or until a request comes due; nobody asks the database in a tight loop.
Nothing is claimed while an endpoint rests; a long rest ends the lanes, a short one is sat out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import close_old_connections, connection

from annotation.models import DraftBatch, DraftRequest
from annotation.services.draft_work import claim_request

# How long an idle lane looks away while others work.
LOOK_AGAIN_S = 2.0
LONG_REST_S = 5.0
LOOK_FOR_REST_S = 0.2
MOST_LANES = 80


class Lanes:
    """``work`` is called with every claimed request; ``held`` are those in work right now.
    ``rest_s`` tells for how long nothing may be asked."""

    def __init__(
        self,
        batch: DraftBatch,
        count: int,
        work: Callable[[DraftRequest], None],
        rest_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.batch = batch
        self.work = work
        self._rest_s = rest_s
        self._rest_seen_s = self._look_at = 0.0
        self._count = max(1, min(count, MOST_LANES))
        self._held: dict[int, DraftRequest] = {}
        self._turn = threading.Lock()  # one lane claims at a time
        self._change = threading.Condition()
        self._is_stopped = False

    @property
    def held(self) -> list[DraftRequest]:
        """The requests that a lane works on."""
        with self._change:
            return list(self._held.values())

    def stop(self) -> None:
        """Take nothing more; what is in work ends."""
        with self._change:
            self._is_stopped = True
            self._change.notify_all()

    @contextmanager
    def running(self) -> Iterator[list[Future[None]]]:
        """Start the lanes; at the end they are stopped and waited for, their errors raised."""
        with ThreadPoolExecutor(self._count, thread_name_prefix="draft") as pool:
            futures = [pool.submit(self._lane) for _ in range(self._count)]
            try:
                yield futures
            finally:
                self.stop()
        for future in futures:
            future.result()

    def _lane(self) -> None:
        """One lane; its database connection ends with it."""
        try:
            while not self._is_stopped:
                request, rest_s = self._claim()
                if request is not None:
                    self._work_on(request)
                else:
                    self._wait(rest_s)
                close_old_connections()
        finally:
            connection.close()

    def _claim(self) -> tuple[DraftRequest | None, float]:
        """The next request, put among those held before another lane may look; or how long none
        may be taken."""
        with self._turn:
            rest_s = self._look_for_rest()
            may_claim = not self._is_stopped and rest_s <= 0
            request = claim_request(batch=self.batch) if may_claim else None
            with self._change:
                if request is not None:
                    self._held[request.pk] = request
                elif not self._held and not 0 < rest_s <= LONG_REST_S:
                    self._is_stopped = True
                    self._change.notify_all()
            return request, rest_s

    def _look_for_rest(self) -> float:
        """How long nothing may be asked; asked for a few times a second, not for every claim."""
        now = time.monotonic()
        if self._rest_seen_s > 0 or now >= self._look_at:
            self._rest_seen_s, self._look_at = self._rest_s(), now + LOOK_FOR_REST_S
        return self._rest_seen_s

    def _work_on(self, request: DraftRequest) -> None:
        try:
            self.work(request)
        finally:
            with self._change:
                self._held.pop(request.pk, None)
                if not self._held:
                    self._change.notify_all()

    def _wait(self, rest_s: float) -> None:
        """Until the last working lane ends its request, or a moment has passed."""
        with self._change:
            if not self._is_stopped and (self._held or rest_s > 0):
                self._change.wait(min(rest_s, LOOK_AGAIN_S) if rest_s > 0 else LOOK_AGAIN_S)
