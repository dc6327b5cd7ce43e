"""When a failed call is made again, and how long it waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from core.errors import ReframeError
from inference.errors import EndpointOverloaded, EndpointTimeout, ModelDeclined
from inference.retrying import RetryPolicy, call_with_retries, read_retry_after


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that were asked for, none of them really waited."""
    found: list[float] = []
    monkeypatch.setattr("inference.retrying.time.sleep", found.append)
    return found


def failing(*errors: ReframeError) -> Any:
    left = list(errors)

    def call() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return call


def test_waits_grow_and_vary(waits: list[float]) -> None:
    errors = [EndpointOverloaded("x") for _ in range(4)]
    assert call_with_retries(failing(*errors), RetryPolicy(5, 1.0, 3.0)) == ("done", 5)
    assert all(low <= wait <= 2 * low for low, wait in zip((0.5, 1, 1.5, 1.5), waits, strict=True))


def test_endpoints_own_wish_is_honoured(waits: list[float]) -> None:
    call_with_retries(failing(EndpointOverloaded("x", detail={"retry_after_s": 7})), RetryPolicy())
    assert waits == [7]


def test_too_long_a_wish_is_left_to_the_caller(waits: list[float]) -> None:
    error = EndpointOverloaded("x", detail={"retry_after_s": 3600})
    with pytest.raises(EndpointOverloaded):
        call_with_retries(failing(error), RetryPolicy())
    assert waits == [] and error.detail["attempts"] == 1


def test_what_cannot_pass_is_not_tried_again(waits: list[float]) -> None:
    with pytest.raises(ModelDeclined):
        call_with_retries(failing(ModelDeclined("no")), RetryPolicy())
    assert waits == []


def test_timeouts_are_tried_once_more(waits: list[float]) -> None:
    with pytest.raises(EndpointTimeout):
        call_with_retries(failing(*[EndpointTimeout("x")] * 3), RetryPolicy())
    assert len(waits) == 1


def test_retry_after_is_seconds_or_a_date() -> None:
    assert read_retry_after("2.5") == 2.5
    assert read_retry_after("-3") == 0
    assert read_retry_after(None) is None and read_retry_after("soon") is None
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    wait = read_retry_after(later)
    assert wait is not None and 3500 < wait <= 3600
