"""The figures of a campaign's results as charts: a dot with its interval for each model or attribute."""

from __future__ import annotations

from collections.abc import Iterable

from annotation.arena import short_words
from annotation.rubric import CRITERIA, HIGHEST
from annotation.selectors.attribute_figures import AttributeFigure
from annotation.selectors.judgements import OVERALL, UNDECIDED, WINS, Figure
from core.charts import Bar, Chart, ink_for, whisker_chart
from measures.statistics.known import Interval, Known, Maybe

WIDTH = 560
LONGEST = 28  # characters of a name: as many as the chart leaves room for
SHARES, MARKS, GRADES = (0.0, 100.0), (0.0, float(HIGHEST)), (1.0, 5.0)
ORDER = (OVERALL, *CRITERIA, WINS, UNDECIDED)
TITLES = {
    WINS: "Votes won, of those that chose one of the two",
    UNDECIDED: "Votes for no difference, or for neither",
}


def charts_of_models(figures: Iterable[Figure]) -> list[Chart]:
    """One for each kind of figure, the models below each other."""
    known = [each for each in figures if each.value is not None]
    groups = ([each for each in known if each.what == what] for what in ORDER)
    return [_of_models(group[0].what, group) for group in groups if group]


def chart_of_attributes(figures: Iterable[AttributeFigure]) -> list[Chart]:
    """The means below each other."""
    bars = [
        _bar(each.title, each.mean, each.interval, each.n, GRADES) for each in figures if each.n
    ]
    title = "Mean grade of the photos, 1 to 5"
    return [whisker_chart(title, bars, width=WIDTH, places=2, scale=GRADES)] if bars else []


def _of_models(what: str, figures: list[Figure]) -> Chart:
    is_share = what in TITLES
    scale = SHARES if is_share else MARKS
    bars = [
        _bar(
            _name(each.maker),
            each.value,
            each.interval,
            each.n,
            scale,
            times=100 if is_share else 1,
            ink=ink_for(each.maker),
        )
        for each in figures
    ]
    title = TITLES.get(what, f"{what.capitalize()}, 0 to {HIGHEST}")
    return whisker_chart(
        title, bars, width=WIDTH, unit="%" if is_share else "", places=0 if is_share else 2,
        scale=scale,
    )  # fmt: skip


def _name(maker: str) -> str:
    words = short_words(maker)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _bar(
    name: str, value: float | None, known: Maybe[Interval], n: int, scale: tuple[float, float],
    *, times: int = 1, ink: int = 1,
) -> Bar:  # fmt: skip
    """An interval of a few answers may leave the scale: it is drawn as far as the scale goes."""
    if not isinstance(known, Known):
        return Bar(name, times * (value or 0.0), n=n, ink=ink)
    low = max(times * known.value.low, scale[0])
    high = min(times * known.value.high, scale[1])
    return Bar(name, times * (value or 0.0), low, high, n, ink)
