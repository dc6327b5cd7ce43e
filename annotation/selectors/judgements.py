"""What experts say of models' texts and crops, by maker: mean marks, and wins over others; with n and
interval.

Only complete items count, so that nobody's answer can be read from a figure while others still
answer. A maker is a draft's source, or backend, model and revision where it has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from annotation.arena import makers_of, short_words
from annotation.item_types import item_type_of
from annotation.models import (
    AnswerMark,
    Assignment,
    Campaign,
    CampaignState,
    Draft,
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


def maker_of(draft: Draft) -> str:
    """Who made a draft, in words."""
    if draft.source is not None:
        return draft.source.name
    return " ".join(word for word in (draft.backend, draft.model, draft.revision) if word)


def _mark_figures(campaign: Campaign) -> list[Figure]:
    rows = AnswerMark.objects.filter(
        response__item__campaign=campaign, is_current=True
    ).exclude(response__item__state__in=UNDONE)  # fmt: skip
    given: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    sums: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.select_related("draft__source").order_by("pk"):
        maker = maker_of(row.draft)
        given[maker][row.criterion].append(float(row.value))
        sums[maker][row.response_id].append(float(row.value))
    found = []
    for maker in sorted(given):
        found += [_mean(maker, name, given[maker][name]) for name in CRITERIA if given[maker][name]]
        means = [sum(marks) / len(marks) for marks in sums[maker].values()]
        found.append(_mean(maker, OVERALL, means))
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
    for vote in rows.select_related("first__source", "second__source"):
        sides = {"first": maker_of(vote.first), "second": maker_of(vote.second)}
        if sides["first"] == sides["second"]:
            continue  # two revisions under one name: a win over oneself says nothing
        for side, maker in sides.items():
            met[maker] += 1
            won[maker] += vote.outcome == side
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
