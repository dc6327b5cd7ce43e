"""The stored figures of a project's drafts, whether newer rows make them out of date, and what they
say: shares, means and medians with their intervals, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from accounts.models import Project
from annotation.figures import Figures, Group
from annotation.models import Draft, DraftBatch, DraftOutcome, DraftQuality, Verdict
from measures.statistics.known import Interval, Known, Maybe, NotKnown
from measures.statistics.proportion import proportion
from measures.statistics.summaries import mean_of_sums

# Of fewer cases a share or mean says more about chance than about the drafts.
FEWEST = 5


@dataclass(frozen=True)
class Stored:
    """Figures as of a moment; ``is_old`` where something was drafted, checked or answered since."""

    figures: Figures
    computed_at: datetime
    is_old: bool


@dataclass(frozen=True)
class Figure:
    """One number with interval and n, for pages; ``unknown`` says why there is none."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    unknown: str = ""


def stored_quality(project: Project) -> Stored | None:
    """What was counted last; None before the first time, or where it is of an older shape."""
    row = DraftQuality.objects.filter(project=project).first()
    if row is None:
        return None
    try:
        figures = Figures.model_validate(row.figures)
    except ValidationError:
        return None
    return Stored(figures, row.computed_at, _is_old(project, row))


def _is_old(project: Project, row: DraftQuality) -> bool:
    """Ids only grow, so that each of these looks at the newest rows alone."""
    mine = {"photo__project": project}
    of_draft = {"draft__photo__project": project}
    return (
        Draft.objects.filter(pk__gt=row.last_draft, **mine).exists()
        or Verdict.objects.filter(pk__gt=row.last_verdict, **of_draft).exists()
        or DraftOutcome.objects.filter(pk__gt=row.last_outcome, **of_draft).exists()
        or DraftBatch.objects.filter(project=project, ended_at__gt=row.computed_at).exists()
    )


def share(part: int, n: int) -> Figure:
    """A share with Wilson's interval."""
    if n < FEWEST:
        return Figure(n=n, unknown=_too_few(n))
    found = proportion(part, n)
    if isinstance(found, NotKnown):
        return Figure(n=n, unknown=str(found))
    return Figure(found.value.share, found.value.interval.low, found.value.interval.high, n)


def passed_first(group: Group) -> Figure:
    """The share of drafts that passed their check at the first attempt."""
    return share(group.passed, group.first)


def accepted_as_is(group: Group) -> Figure:
    """The share of answers that changed nothing."""
    return share(group.as_is, group.answers)


def rejected(group: Group) -> Figure:
    """The share of answers that rejected the draft."""
    return share(group.rejected, group.answers)


def distance(group: Group) -> Figure:
    """How much of an accepted draft was changed, on average, 0 to 1."""
    if group.distance_n < FEWEST:
        return Figure(n=group.distance_n, unknown=_too_few(group.distance_n))
    found = mean_of_sums(group.distance_n, group.distance_sum, group.distance_squares)
    if isinstance(found, NotKnown):
        return Figure(n=group.distance_n, unknown=str(found))
    ends = found.value.interval
    if not isinstance(ends, Interval):
        return Figure(found.value.value, n=found.value.n)
    return Figure(found.value.value, max(0.0, ends.low), min(1.0, ends.high), found.value.n)


def seconds(group: Group) -> Figure:
    """The median of the experts' active seconds per answer."""
    if group.seconds is None or group.answers < FEWEST:
        return Figure(n=group.answers, unknown=_too_few(group.answers))
    return Figure(group.seconds, group.seconds_low, group.seconds_high, group.answers)


def cost(group: Group, per: int) -> Maybe[float]:
    """US dollars for drafting and checking, per draft or per accepted one."""
    if group.unpriced:
        return NotKnown(f"{group.unpriced:,} of {group.drafts:,} have no price")
    return Known(group.usd / per) if per else NotKnown("none is there yet")


def _too_few(n: int) -> str:
    return f"not known, because n is {n}" if n else "none yet"
