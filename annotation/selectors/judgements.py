"""What experts say of models' texts and crops, by maker: mean marks, and wins over others; with n and
interval.

Only complete items count, so that nobody's answer can be read from a figure while others still
answer. A maker is a draft's source, or backend, model and revision where it has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, Count

from accounts.models import User
from annotation.arena import makers_of, short_words
from annotation.item_types import item_type_of
from annotation.models import (
    AnswerMark,
    Assignment,
    Campaign,
    CampaignState,
    ItemState,
    PairVote,
    TextVote,
)
from annotation.rubric import CRITERIA
from measures.statistics.known import Interval, Known, Maybe, NotKnown
from measures.statistics.mos import mos_of
from measures.statistics.proportion import proportion

UNDONE = (ItemState.OPEN, ItemState.ASIDE)
OVERALL = "mean of the three"
WINS = "wins"
UNDECIDED = "no difference, or neither works"
SIDES = ("first", "second")
STILL_BLIND = (
    "You have items of this campaign yourself. Its results are shown to you when it is closed, so that "
    "they do not lead you."
)


@dataclass(frozen=True)
class Figure:
    """One number of one maker. ``n`` counts marks (answers for the mean of the three), or votes
    that chose; ``interval`` holds the truth with 95 % or says why it is not known."""

    maker: str
    what: str
    value: float | None
    n: int
    interval: Maybe[Interval]

    @property
    def maker_words(self) -> str:
        """The maker, without long hashes."""
        return short_words(self.maker)


def why_blind(campaign: Campaign, reader: User) -> str:
    """Why the reader may not see results yet, in words; empty when they may."""
    if campaign.state == CampaignState.CLOSED:
        return ""
    took_part = Assignment.objects.filter(campaign=campaign, person=reader).exists()
    return STILL_BLIND if took_part else ""


def figures_of(campaign: Campaign) -> list[Figure]:
    """Every figure of the campaign, by maker; empty for types that say nothing of models."""
    if not item_type_of(campaign).has_results:
        return []
    return _mark_figures(campaign) + _win_figures(campaign) + _arena_figures(campaign)


def _maker(named: str | None, *parts: str) -> str:
    """Who made a draft, in words: its source's name, or backend, model and revision."""
    return named if named is not None else " ".join(word for word in parts if word)


def _made_by(field: str) -> tuple[str, ...]:
    """The columns of which `_maker` says who made the draft in ``field``."""
    return tuple(f"{field}__{name}" for name in ("source__name", "backend", "model", "revision"))


def _mark_figures(campaign: Campaign) -> list[Figure]:
    """From sums of the database: a row for each mark, with its draft, would be many of the same."""
    rows = AnswerMark.objects.filter(
        response__item__campaign=campaign, is_current=True
    ).exclude(response__item__state__in=UNDONE).order_by()  # fmt: skip
    made_by = _made_by("draft")
    given: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for *maker, name, value, n in rows.values_list(*made_by, "criterion", "value").annotate(
        n=Count("*")
    ):
        given[_maker(*maker)][name] += [float(value)] * n
    means: dict[str, list[float]] = defaultdict(list)
    for *maker, _, mean in rows.values_list(*made_by, "response").annotate(mean=Avg("value")):
        means[_maker(*maker)].append(float(mean))
    found = []
    for by in sorted(given):
        found += [_mean(by, name, given[by][name]) for name in CRITERIA if given[by][name]]
        found.append(_mean(by, OVERALL, means[by]))
    return found


def _mean(maker: str, what: str, values: list[float]) -> Figure:
    known = mos_of(values)
    if isinstance(known, NotKnown):
        return Figure(maker, what, None, 0, known)
    return Figure(maker, what, known.value.mean, known.value.n, known.value.interval)


def _win_figures(campaign: Campaign) -> list[Figure]:
    rows = TextVote.objects.filter(
        response__item__campaign=campaign, is_current=True, outcome__in=("first", "second")
    ).exclude(response__item__state__in=UNDONE)  # fmt: skip
    won: dict[str, int] = defaultdict(int)
    met: dict[str, int] = defaultdict(int)
    columns = *_made_by("first"), *_made_by("second"), "outcome"
    for *makers, outcome, n in rows.order_by().values_list(*columns).annotate(n=Count("*")):
        half = len(makers) // 2
        sides = {"first": _maker(*makers[:half]), "second": _maker(*makers[half:])}
        if sides["first"] == sides["second"]:
            continue  # two revisions under one name: a win over oneself says nothing
        for side, maker in sides.items():
            met[maker] += n
            won[maker] += n * (outcome == side)
    return list(_shares(met, won))


def _arena_figures(campaign: Campaign) -> list[Figure]:
    """Wins of votes that chose, by version of a model; then how many of all votes chose none."""
    rows = PairVote.objects.filter(response__item__campaign=campaign, is_current=True).exclude(
        response__item__state=ItemState.OPEN
    )
    votes = list(rows.exclude(outcome="unknown").values_list("first", "second", "outcome"))
    makers = makers_of({crop for first, second, _ in votes for crop in (first, second)})
    met: dict[str, int] = defaultdict(int)
    won: dict[str, int] = defaultdict(int)
    for first, second, outcome in votes:
        for crop, side in ((first, "first"), (second, "second")):
            if outcome in SIDES and crop in makers:
                met[makers[crop]] += 1
                won[makers[crop]] += outcome == side
    undecided = proportion(sum(outcome not in SIDES for *_, outcome in votes), len(votes))
    found = list(_shares(met, won))
    if isinstance(undecided, Known):
        value, both = undecided.value, " / ".join(sorted(set(makers.values())))
        found.append(Figure(both, UNDECIDED, value.share, value.n, Known(value.interval)))
    return found


def _shares(met: dict[str, int], won: dict[str, int]) -> Iterable[Figure]:
    for maker in sorted(met):
        share = proportion(won[maker], met[maker])
        if isinstance(share, Known):
            value = share.value
            yield Figure(maker, WINS, value.share, value.n, Known(value.interval))
