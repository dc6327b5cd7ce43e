"""An endpoint's limits hold over processes; a broker that is away stops nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from inference.gates import Gate
from inference.limits import Limits
from tests.servers.openai_like import OpenAILike
from workers.sharing import ValkeyShelf

pytestmark = pytest.mark.usefixtures("services")
CACHE = str(django_settings.CACHES["default"]["LOCATION"])
ASKER = """
import sys
import django
django.setup()
from inference.backends import Source, open_backend
from tests.inference.requests import ask
url, local, told = sys.argv[1], sys.argv[2], {parameters}
with open_backend(Source("openai", url, "slow", parameters=told), allowed_local=(local,)) as backend:
    backend.parallel = 12
    print(sum(not hasattr(each, "code") for each in backend.answer_many([ask("crop.best")] * {count})))
"""


def asking(server: OpenAILike, count: int, **parameters: object) -> subprocess.Popen[str]:
    """A process of its own that asks so many times, 12 threads at once."""
    told = {"first_wait_s": 0, "timeout_s": 20, **parameters}
    code = ASKER.format(parameters=told, count=count)
    return subprocess.Popen(
        [sys.executable, "-c", code, server.url, server.host_port],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip


def answered(*processes: subprocess.Popen[str]) -> list[int]:
    return [int(process.communicate(timeout=60)[0]) for process in processes]


def test_two_processes_keep_to_one_limit_of_requests_at_once(server: OpenAILike) -> None:
    server.slow_s = 0.1
    processes = [asking(server, 20, parallel=5) for _ in range(2)]
    assert answered(*processes) == [20, 20]
    assert server.most_at_once == 5


def test_two_processes_keep_to_one_rate(server: OpenAILike) -> None:
    server.slow_s = 0.0
    told = {"requests_per_minute": 9, "longest_wait_s": 15, "parallel": 12}
    processes = [asking(server, 12, **told) for _ in range(2)]
    assert sum(answered(*processes)) == 9 == len(server.requests)


def test_what_one_process_was_told_the_other_knows(server: OpenAILike) -> None:
    server.plan = ["always-busy"]
    assert answered(asking(server, 1)) == [0]
    assert answered(asking(server, 5)) == [0]
    assert len(server.requests) == 1


def test_a_broker_that_is_away_stops_nobody(tmp_path: Path) -> None:
    shelf = ValkeyShelf(f"unix://{tmp_path}/nobody.sock?db=1")
    gate = Gate("k", "it", Limits(parallel=1, patience_s=0.05), shelf)
    with gate.passing() as passed:
        passed.tokens = 3
    assert gate.rest() is None


def test_what_others_left_there_is_not_believed() -> None:
    shelf = ValkeyShelf(CACHE)
    shelf.change("torn", lambda state, _: state.breaker.failed("t", 0, 1, 9, "why"))
    assert not shelf.change("torn", lambda state, _: state.breaker.is_closed)
    for stored in (b"{", b"[]", b'{"inside": {}}'):
        for place in shelf._server.scan_iter("reframe:gate:*"):
            shelf._server.set(place, stored)
        assert isinstance(shelf.change("torn", lambda state, _: state.pause_until), float)


def test_a_call_that_lasts_keeps_its_place() -> None:
    from threading import Event

    shelf = ValkeyShelf(CACHE, lease_s=0.15)
    gates = [Gate("lasting", "it", Limits(parallel=1, patience_s=0.05), shelf) for _ in range(2)]
    with gates[0].passing():
        Event().wait(0.5)
        assert shelf.change("lasting", lambda state, now: _alive(state.inside, now)) == 1


def _alive(inside: dict[str, object], now: float) -> int:
    return sum(1 for each in inside.values() if each.until > now)  # type: ignore[attr-defined]
