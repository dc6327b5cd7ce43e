"""Filters that put figures into words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.templatetags import ui


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (812, "812 bytes"), (1400, "1.4 kB"), (162_000_000, "162 MB"),
     (2.5e12, "2.5 TB"), (None, "not known")],
)  # fmt: skip
def test_file_size(size: float | None, words: str) -> None:
    assert ui.file_size(size) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.42, "0.4 s"), (2, "2 s"), (59.6, "1 min"), (185, "3 min 5 s"), (7800, "2 h 10 min"), (86400, "1 d"),
     (timedelta(minutes=3), "3 min")],
)  # fmt: skip
def test_duration(seconds: float | timedelta, words: str) -> None:
    assert ui.duration(seconds) == words


def test_intervals_say_when_they_are_not_known() -> None:
    assert ui.span(3.41, 4.31) == "3.41 to 4.31"
    assert ui.interval(None) == "interval not known"
    assert ui.interval((1, None)) == "interval not known"


def test_numbers() -> None:
    assert ui.number(5214) == "5,214"
    assert ui.number(0.456) == "0.46"
    assert ui.number(None) == "not known"
    assert ui.percent(0.382) == "38 %"


def test_time_ago_holds_the_moment() -> None:
    moment = timezone.now() - timedelta(hours=3)
    html = ui.time_ago(moment)
    assert "3 hours ago" in html
    assert moment.isoformat() in html
    assert ui.time_ago(None) == "never"


def test_diff_escapes_what_people_wrote() -> None:
    html = ui.diff("a", "<script>alert(1)</script>")
    assert "<script>" not in html
    assert "<del>a</del>" in html


def test_frames_are_in_the_photos_pixels() -> None:
    (frame,) = ui.frames([{"box": [0.1, 0.2, 0.6, 0.7], "label": "best"}], (1000, 500))
    assert (frame["x"], frame["y"], frame["width"], frame["height"]) == (100, 100, 500, 250)
