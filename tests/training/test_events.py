"""The diary survives kills: torn lines, several attempts, readers in the middle of a write."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.events import EventLog, tail


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "events.jsonl"


def test_a_reader_gets_each_event_once(path: Path) -> None:
    with EventLog(path, attempt=1) as log:
        log.emit("state", state="loading")
        first, offset = tail(path, 0)
        log.emit("metric", step=1, values={"loss": 2.5})
    second, end = tail(path, offset)
    assert [event.data for event in first] == [{"state": "loading"}]
    assert [event.data["values"] for event in second] == [{"loss": 2.5}]
    assert tail(path, end) == ([], end)


def test_the_count_goes_on_over_attempts(path: Path) -> None:
    for attempt in (1, 2):
        with EventLog(path, attempt=attempt) as log:
            log.emit("log", text="x" * 200_000)
            log.emit("log", text="short")
    events, _end = tail(path, 0, limit=1 << 30)
    assert [(event.seq, event.attempt) for event in events] == [(1, 1), (2, 1), (3, 2), (4, 2)]


def test_a_half_written_line_waits_for_its_end(path: Path) -> None:
    with EventLog(path, attempt=1) as log:
        log.emit("log", text="whole")
    with path.open("ab") as file:
        file.write(b'{"seq":2,"ts":1,"type":"log","att')
        file.flush()
        events, offset = tail(path, 0)
        assert len(events) == 1
        file.write(b'empt":1}\n')
    assert tail(path, offset)[0][0].seq == 2


def test_the_next_attempt_drops_what_a_kill_cut_short(path: Path) -> None:
    with EventLog(path, attempt=1) as log:
        log.emit("log", text="whole")
    with path.open("ab") as file:
        file.write(b'{"seq":2,"ts":1,"ty')
    _events, offset = tail(path, 0)
    with EventLog(path, attempt=2) as log:
        log.emit("log", text="after")
    assert [event.seq for event in tail(path, offset)[0]] == [2]


def test_a_damaged_line_is_skipped(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(
        b'not json\n[1]\n{"type":"log"}\n{"seq":"x","ts":1,"type":"log","attempt":1}\n'
    )
    with EventLog(path, attempt=1) as log:
        log.emit("log", text="fine")
    assert [event.data["text"] for event in tail(path, 0)[0]] == ["fine"]


def test_long_lines_and_many_of_them_are_read_in_parts(path: Path) -> None:
    with EventLog(path, attempt=1) as log:
        for _ in range(50):
            log.emit("log", text="y" * 100)
    offset, seen = 0, []
    while True:
        events, offset = tail(path, offset, limit=64)
        if not events:
            break
        seen += [event.seq for event in events]
    assert seen == list(range(1, 51))


def test_what_is_no_number_becomes_null(path: Path) -> None:
    with EventLog(path, attempt=1) as log:
        log.emit("metric", step=1, values={"loss": float("nan")})
    assert tail(path, 0)[0][0].data["values"] == {"loss": None}


def test_no_file_yet_is_no_event(path: Path) -> None:
    assert tail(path, 7) == ([], 7)
