"""Charts as plain data: what to draw where, in pixels, for ``templates/components/chart.html``.

Few inks, direct labels, intervals as bands or whiskers, zero where it belongs. No Django here. The
same name gets the same ink everywhere through `ink_for`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

INKS = 5
LABEL_GAP = 16.0
FINEST = 1e-9  # values nearer than this are one value to an axis


@dataclass(frozen=True)
class Point:
    """One value; ``low`` and ``high`` are its interval, None where it is not known."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """A line. ``ink`` 0 is the accent, for the one that matters; ``is_thin`` for a baseline."""

    name: str
    points: Sequence[Point]
    ink: int = 1
    is_thin: bool = False


@dataclass(frozen=True)
class Bar:
    """One row of a bar or whisker chart; ``n`` is shown beside it where it is known."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    ink: int = 1


@dataclass(frozen=True)
class Text:
    """Words at a place; ``anchor`` as in SVG."""

    x: float
    y: float
    words: str
    anchor: str = "start"
    ink: int | None = None


@dataclass(frozen=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    ink: int = 1


@dataclass(frozen=True)
class Curve:
    """A line's path, its band (empty where no interval is known) and its last dot."""

    path: str
    band: str
    ink: int
    is_thin: bool
    end: tuple[float, float]


@dataclass(frozen=True)
class Block:
    """A bar's rectangle."""

    x: float
    y: float
    width: float
    height: float
    ink: int


@dataclass
class Chart:
    """Everything the SVG needs, and the table behind it (``columns`` and ``rows`` of words)."""

    title: str
    width: float
    height: float
    grid: list[Stroke] = field(default_factory=list)
    zero: Stroke | None = None
    ticks: list[Text] = field(default_factory=list)
    names: list[Text] = field(default_factory=list)
    labels: list[Text] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    bars: list[Block] = field(default_factory=list)
    whiskers: list[Stroke] = field(default_factory=list)
    dots: list[tuple[float, float, int]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    summary: str = ""


def ink_for(name: str) -> int:
    """A lasting ink (1 to 4) for a name, so that a model keeps its colour on every page."""
    return 1 + crc32(name.encode()) % (INKS - 1)


def nice_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round values that span [low, high]: steps of 1, 2 or 5 times a power of ten."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return [0.0, 1.0]
    if high - low < FINEST:
        low, high = low - 0.5, high + 0.5
    raw = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def show_number(value: float, step: float = 0.0) -> str:
    """Plain words for a value: as many decimals as the tick step asks for, grouped thousands."""
    if step:
        places = max(0, -math.floor(math.log10(step) + 1e-9))
    else:
        places = 0 if float(value).is_integer() else 2
    return f"{value:,.{min(places, 6)}f}"


class _Axis:
    """Maps values to pixels over the range of its ticks."""

    def __init__(self, ticks: Sequence[float], start: float, end: float) -> None:
        self.ticks, self.start, self.end = ticks, start, end
        self.low, self.high = ticks[0], ticks[-1]
        self.step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
        self.is_point = False

    def at(self, value: float) -> float:
        part = (value - self.low) / ((self.high - self.low) or 1.0)
        return round(self.start + part * (self.end - self.start), 1)


def line_chart(
    title: str,
    series: Sequence[Series],
    *,
    x_label: str = "",
    has_zero: bool = False,
    size: tuple[float, float] = (640, 240),
) -> Chart:
    """Lines over a number, each labelled at its end with name and last value."""
    chart = Chart(title, *size)
    drawn = [s for s in map(_finite, series) if s.points]
    if not drawn:
        chart.summary = "No values yet."
        return chart
    room = 14 + 7.4 * max(len(_end_label(s)) for s in drawn)
    x, y = _line_axes(drawn, size, room, has_zero)
    _horizontal_grid(chart, y, 40, x.end)
    _x_ticks(chart, x, size[1] - 6, x_label)
    chart.curves = [_curve(s, x, y) for s in drawn]
    chart.labels = _spread(
        [Text(x.end + 8, y.at(s.points[-1].y) + 4, _end_label(s), ink=s.ink) for s in drawn]
    )
    _line_table(chart, drawn, x_label)
    ends = (f"{s.name} ends at {show_number(s.points[-1].y)}" for s in drawn)
    chart.summary = "; ".join(ends) + "."
    return chart


def _finite(series: Series) -> Series:
    """Without points that are not numbers: a diverged run must not take its page with it."""
    return replace(series, points=[p for p in series.points if math.isfinite(p.x + p.y)])


def _end_label(series: Series) -> str:
    value = series.points[-1].y
    shown = f"{value:.1g}" if 0 < abs(value) < 0.005 else show_number(value)
    return f"{series.name} {shown}"


def _line_axes(
    series: Sequence[Series], size: tuple[float, float], room: float, has_zero: bool
) -> tuple[_Axis, _Axis]:
    xs = [p.x for s in series for p in s.points]
    ys = [v for s in series for p in s.points for v in (p.y, p.low, p.high) if v is not None]
    low, high = min(ys), max(ys)
    ticks = _ticks_over(low, high, has_zero)
    end = max(size[0] - room, size[0] * 0.5)
    left, right = min(xs), max(xs)
    across = _Axis([left, right if right > left else left + 1.0], 40, end)
    across.is_point = left == right
    return across, _Axis(ticks, size[1] - 28, 10)


def _ticks_over(low: float, high: float, has_zero: bool) -> list[float]:
    """Ticks that span the values; from zero up, also where every value is zero."""
    if not has_zero:
        return nice_ticks(low, high)
    return nice_ticks(0.0, 1.0) if low == high == 0 else nice_ticks(min(low, 0.0), max(high, 0.0))


def _horizontal_grid(chart: Chart, y: _Axis, left: float, right: float) -> None:
    for tick in y.ticks:
        chart.grid.append(Stroke(left, y.at(tick), right, y.at(tick)))
        chart.ticks.append(Text(left - 6, y.at(tick) + 4, show_number(tick, y.step), "end"))


def _x_ticks(chart: Chart, x: _Axis, at: float, label: str) -> None:
    chart.ticks.append(Text(x.start, at, f"{label} {show_number(x.low)}".strip(), "start"))
    if x.is_point:  # one place says nothing about where the axis ends
        return
    whole = all(float(end).is_integer() for end in (x.low, x.high))
    inner = [t for t in nice_ticks(x.low, x.high) if t.is_integer() or not whole]
    kept = [t for t in inner if min(x.at(t) - x.start, x.end - x.at(t)) > 56]
    chart.ticks += [Text(x.at(t), at, show_number(t), "middle") for t in kept]
    chart.ticks.append(Text(x.end, at, show_number(x.high), "end"))


def _curve(series: Series, x: _Axis, y: _Axis) -> Curve:
    spots = [(x.at(p.x), y.at(p.y)) for p in series.points]
    known = [p for p in series.points if p.low is not None and p.high is not None]
    band = ""
    if len(known) > 1:
        upper = [(x.at(p.x), y.at(p.high or 0.0)) for p in known]
        lower = [(x.at(p.x), y.at(p.low or 0.0)) for p in reversed(known)]
        band = _path(upper + lower) + "Z"
    return Curve(_path(spots), band, series.ink, series.is_thin, spots[-1])


def _path(spots: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if i else 'M'}{px:g} {py:g}" for i, (px, py) in enumerate(spots))


def _spread(labels: list[Text]) -> list[Text]:
    """Moves labels apart so that none covers another; their order stays."""
    placed: list[Text] = []
    for label in sorted(labels, key=lambda text: text.y):
        y = max(label.y, placed[-1].y + LABEL_GAP) if placed else label.y
        placed.append(Text(label.x, y, label.words, label.anchor, label.ink))
    return placed


def _line_table(chart: Chart, series: Sequence[Series], x_label: str) -> None:
    chart.columns = [x_label or "x", *(s.name for s in series)]
    values = [{p.x: p.y for p in s.points} for s in series]
    for at in sorted({p.x for s in series for p in s.points}):
        cells = [f"{v[at]:.6g}" if at in v else "" for v in values]
        chart.rows.append([f"{at:.6g}", *cells])


def bar_chart(
    title: str, bars: Sequence[Bar], *, unit: str = "", width: float = 640, row: float = 26
) -> Chart:
    """Horizontal bars from zero, with the value at each end and whiskers where known."""
    chart = _rows_chart(title, bars, width, row, unit)
    if not bars:
        return chart
    chart.height -= 16
    x = _row_axis(bars, width, has_zero=True)
    for i, bar in enumerate(bars):
        y = 8 + i * row
        start, end = sorted((x.at(0.0), x.at(bar.value)))
        chart.bars.append(Block(start, y, max(end - start, 1.0), row - 10, bar.ink))
        _whisker(chart, bar, x, y + (row - 10) / 2)
        right = max(end, x.at(bar.high) if bar.high is not None else end)
        chart.labels.append(Text(right + 8, y + row / 2, _value_words(bar, unit), ink=1))
    chart.zero = Stroke(x.at(0.0), 2, x.at(0.0), 6 + len(bars) * row)
    return chart


def whisker_chart(
    title: str,
    rows: Sequence[Bar],
    *,
    unit: str = "",
    width: float = 640,
    row: float = 26,
    places: int | None = None,
    highest: float = math.inf,
    scale: tuple[float, float] | None = None,
) -> Chart:
    """A dot with its interval per row, over a line at zero where zero is in range.

    ``places`` fixes the decimals of the values; the axis ends at ``highest`` where that is what
    the figure can reach, or is the whole ``scale``, which the rows must not leave.
    """
    chart = _rows_chart(title, rows, width, row, unit)
    if not rows:
        return chart
    x = _row_axis(rows, width, has_zero=False, highest=highest, scale=scale)
    for i, each in enumerate(rows):
        y = 8 + i * row + (row - 10) / 2
        _whisker(chart, each, x, y)
        chart.dots.append((x.at(each.value), y, each.ink))
        chart.labels.append(Text(x.end + 12, y + 4, _value_words(each, unit, places), ink=1))
    bottom = 8 + len(rows) * row
    chart.ticks += [Text(x.at(t), bottom + 14, show_number(t, x.step), "middle") for t in x.ticks]
    chart.grid += [Stroke(x.at(t), 2, x.at(t), bottom) for t in x.ticks if t != 0.0]
    if x.low <= 0.0 <= x.high:
        chart.zero = Stroke(x.at(0.0), 2, x.at(0.0), bottom)
    return chart


def _rows_chart(title: str, rows: Sequence[Bar], width: float, row: float, unit: str) -> Chart:
    chart = Chart(title, width, 28 + max(len(rows), 1) * row)
    chart.columns = ["", f"value {unit}".strip(), "low", "high", "n"]
    for i, each in enumerate(rows):
        chart.names.append(Text(0, 8 + i * row + row / 2, each.name))
        ends = ["" if v is None else f"{v:.6g}" for v in (each.low, each.high)]
        count = "" if each.n is None else str(each.n)
        chart.rows.append([each.name, f"{each.value:.6g}", *ends, count])
    chart.summary = f"{len(rows)} rows." if rows else "No values yet."
    return chart


def _row_axis(
    rows: Sequence[Bar], width: float, *, has_zero: bool, highest: float = math.inf,
    scale: tuple[float, float] | None = None,
) -> _Axis:  # fmt: skip
    values = scale or [v for r in rows for v in (r.value, r.low, r.high) if v is not None]
    low, high = min(values), max(values)
    left = 16 + min(7.8 * max(len(r.name) for r in rows), width * 0.4)
    if scale:
        quarters = [low + (high - low) * part / 4 for part in range(5)]
        return _Axis(quarters, left, width - 132)
    ticks = _ticks_over(low, high, has_zero)
    reached = [tick for tick in ticks if tick <= max(high, highest)]
    return _Axis(reached if len(reached) > 1 else ticks, left, width - 132)


def _whisker(chart: Chart, bar: Bar, x: _Axis, y: float) -> None:
    if bar.low is not None and bar.high is not None:
        chart.whiskers.append(Stroke(x.at(bar.low), y, x.at(bar.high), y, bar.ink))


def _value_words(bar: Bar, unit: str, places: int | None = None) -> str:
    number = show_number(bar.value) if places is None else f"{bar.value:,.{places}f}"
    value = f"{number} {unit}".strip()
    return value if bar.n is None else f"{value}, n {bar.n}"
