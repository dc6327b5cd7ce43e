"""Limits, rests and recoveries of an endpoint that many threads share. Time is a number here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.errors import ReframeError
from inference.backends import Source, open_backend
from inference.breaker import LATELY, LONGEST_REST_S
from inference.errors import EndpointOverloaded, EndpointResting, ModelDeclined
from inference.gates import Gate
from inference.limits import WINDOW_S, Limits
from inference.shelves import OwnShelf
from inference.turns import LONGEST_PAUSE_S, State, Turn, enter, leave
from tests.inference.requests import ask
from tests.servers.openai_like import OpenAILike

BROKEN = EndpointOverloaded("The endpoint fails with status 503.")


class Desk:
    """An endpoint's state, with a clock that stands until it is told."""

    def __init__(self, **limits: Any) -> None:
        self.limits = Limits(**limits)
        self.state = State()
        self.now = 1000.0
        self.numbers = iter(range(10_000))

    def enter(self, tokens: int = 0) -> str | Turn:
        """A ticket, or why not."""
        ticket = f"t{next(self.numbers)}"
        turn = enter(self.state, self.now, ticket, self.limits, tokens, 15.0)
        return ticket if turn.may_go else turn

    def leave(self, ticket: str | Turn, error: ReframeError | None = None, tokens: int = 0) -> bool:
        assert isinstance(ticket, str), ticket
        return leave(self.state, self.now, ticket, self.limits, error, tokens)

    def inside(self, most: int = 100) -> int:
        """How many more may go in now."""
        return sum(isinstance(self.enter(), str) for _ in range(most))

    def break_down(self, times: int) -> None:
        for _ in range(times):
            self.leave(self.enter(), BROKEN)


def waits(turn: str | Turn) -> float:
    assert isinstance(turn, Turn), "it was let in"
    return turn.wait_s


def test_no_more_than_so_many_at_once_and_a_dead_ones_place_comes_free() -> None:
    desk = Desk(parallel=3)
    assert desk.inside() == 3
    assert "all its 3 places" in str(desk.enter())
    desk.now += 16
    assert desk.inside() == 3


def test_no_minute_holds_more_requests_than_allowed() -> None:
    desk = Desk(parallel=100, requests_per_minute=20)
    times: list[float] = []
    for _ in range(400):
        ticket = desk.enter()
        if isinstance(ticket, str):
            times.append(desk.now)
            desk.leave(ticket)
        desk.now += 0.37
    most = max(sum(1 for at in times if first <= at < first + WINDOW_S) for first in times)
    assert most == 20 and len(times) >= 40


def test_tokens_are_reserved_and_then_counted_as_they_were() -> None:
    desk = Desk(tokens_per_minute=1000)
    first = desk.enter(900)
    assert waits(desk.enter(200)) > 50
    desk.leave(first, tokens=300)
    assert isinstance(desk.enter(700), str)
    assert waits(desk.enter(1)) > 50


def test_what_is_larger_than_the_limit_goes_alone() -> None:
    desk = Desk(tokens_per_minute=100)
    assert isinstance(desk.enter(5000), str)
    assert waits(desk.enter(1)) > 50


def test_failures_in_a_row_open_the_breaker_and_say_why() -> None:
    desk = Desk(opens_after=5, rest_s=30)
    desk.break_down(4)
    desk.leave(desk.enter())
    desk.break_down(4)
    assert not desk.leave(desk.enter(), ModelDeclined("no")), "an answer, though of no use"
    desk.break_down(4)
    assert desk.leave(desk.enter(), BROKEN)
    turn = desk.enter()
    assert waits(turn) == 30 and "status 503" in str(turn)


def test_a_high_share_of_failures_opens_it_too_and_a_fifth_does_not() -> None:
    often, seldom = Desk(opens_after=1000), Desk(opens_after=1000)
    for number in range(3 * LATELY):
        seldom.leave(seldom.enter(), None if number % 5 else BROKEN)
        if often.state.breaker.is_closed:
            often.leave(often.enter(), BROKEN if number % 3 else None)
    assert seldom.state.breaker.is_closed and not often.state.breaker.is_closed


def test_one_probe_decides_and_the_rest_grows() -> None:
    desk = Desk(opens_after=2, rest_s=30)
    desk.break_down(2)
    desk.now += 31
    probe = desk.enter()
    assert "one request" in str(desk.enter())
    desk.leave(probe, BROKEN)
    assert waits(desk.enter()) == 60
    for _ in range(8):
        desk.now += LONGEST_REST_S + 1
        desk.break_down(1)
    assert waits(desk.enter()) == LONGEST_REST_S


def test_a_lost_probe_makes_room_for_the_next() -> None:
    desk = Desk(opens_after=2, rest_s=30)
    desk.break_down(2)
    desk.now += 31
    assert isinstance(desk.enter(), str)
    desk.now += 16
    assert isinstance(desk.enter(), str)


def test_after_a_recovery_the_crowd_comes_back_by_and_by() -> None:
    desk = Desk(parallel=8, opens_after=2)
    desk.break_down(2)
    desk.now += 31
    desk.leave(desk.enter())
    seen = []
    for _ in range(4):
        seen.append(desk.inside())
        for ticket in list(desk.state.inside)[:1]:
            desk.leave(ticket)
        desk.state.inside.clear()
    assert seen == [1, 2, 4, 8]


def test_late_failures_of_before_the_opening_change_nothing() -> None:
    desk = Desk(parallel=8, opens_after=2)
    late = [desk.enter() for _ in range(4)]
    desk.break_down(2)
    for ticket in late:
        assert desk.leave(ticket, BROKEN)
    assert waits(desk.enter()) == 30


def test_everybody_waits_as_long_as_one_was_asked_to() -> None:
    desk = Desk(parallel=8)
    desk.leave(desk.enter(), EndpointOverloaded("busy", detail={"retry_after_s": 20}))
    turn = desk.enter()
    assert waits(turn) == 20 and "asks for time" in str(turn)
    desk.now += 20
    assert desk.inside() == 8
    desk.leave(
        next(iter(desk.state.inside)), EndpointOverloaded("x", detail={"retry_after_s": 1e9})
    )
    assert waits(desk.enter()) == LONGEST_PAUSE_S


def test_a_state_survives_being_written_down() -> None:
    desk = Desk(parallel=8, requests_per_minute=60, opens_after=2)
    desk.inside(3)
    desk.break_down(2)
    assert State.from_record(desk.state.as_record()).as_record() == desk.state.as_record()


def test_threads_wait_for_their_turn() -> None:
    gates = [Gate("k", "it", Limits(parallel=2), shelf) for shelf in [OwnShelf()] * 2]
    lock, counts = threading.Lock(), [0, 0]

    def work(number: int) -> None:
        with gates[number % 2].passing():
            with lock:
                counts[0] += 1
                counts[1] = max(counts)
            threading.Event().wait(0.01)
            with lock:
                counts[0] -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    assert counts == [0, 2]


def test_who_waits_too_long_is_told_why() -> None:
    gate = Gate("k", "it", Limits(parallel=1, patience_s=0.1), OwnShelf())
    with gate.passing(), pytest.raises(EndpointResting, match="Waiting for it: all its 1"):
        gate.passing().__enter__()
    assert not gate.holds_up


@pytest.fixture
def resting(server: OpenAILike) -> Iterator[Any]:
    """A source whose endpoint has just been left alone."""
    told = {"first_wait_s": 0, "max_attempts": 4, "opens_after": 2, "timeout_s": 5}
    source = Source("openai", server.url, "always-broken", parameters=told)
    backend: Any
    with open_backend(source, allowed_local=(server.host_port,)) as backend:
        # Other tests have asked the same endpoint, and what is known of it is shared.
        backend.gate = Gate("resting", "it", backend.settings.limits(), OwnShelf())
        with pytest.raises(EndpointResting, match="status 503"):
            backend.answer(ask("crop.best"))
        yield backend


def test_a_resting_endpoint_is_not_asked(server: OpenAILike, resting: Any) -> None:
    assert len(server.requests) == 2
    with pytest.raises(EndpointResting) as caught:
        resting.answer(ask("crop.best"))
    assert len(server.requests) == 2 and resting.rest().is_rest
    assert 20 < float(str(caught.value.detail["retry_after_s"])) <= 30


def test_somebody_who_wants_to_know_is_the_probe(server: OpenAILike, resting: Any) -> None:
    server.plan = ["good"]
    resting.wake()
    assert resting.answer(ask("crop.best")).text
    assert resting.rest() is None


def test_a_shut_gate_lets_nobody_wait() -> None:
    gate = Gate("k", "it", Limits(parallel=1), OwnShelf())
    with gate.passing(), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: gate.passing().__enter__())
        threading.Event().wait(0.05)
        gate.shut()
        with pytest.raises(EndpointResting, match="all its 1"):
            waiting.result(5)
