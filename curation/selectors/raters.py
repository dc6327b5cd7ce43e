"""The experts of a project as raters: what the last fit says of each, and how they use the scale."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from accounts.models import Project, User
from accounts.roles import Right, can, require
from core.errors import NotAllowed, NotFound
from curation.models import RaterFigures, ScaleFit, ScoreKind
from curation.selectors.quality import ENDS


@dataclass(frozen=True)
class ScaleUse:
    """How often each grade was given in the votes that count, as of the last fit."""

    counts: Counter[float]
    ends: tuple[int, int]

    @property
    def n(self) -> int:
        """All votes that count."""
        return self.counts.total()

    @property
    def mean(self) -> float:
        """Of all votes."""
        return sum(grade * count for grade, count in self.counts.items()) / self.n

    @property
    def sd(self) -> float | None:
        """Standard deviation with n - 1; None for one vote."""
        if self.n < 2:
            return None
        mean = self.mean
        squares = sum(count * (grade - mean) ** 2 for grade, count in self.counts.items())
        return float((squares / (self.n - 1)) ** 0.5)

    @property
    def at_ends(self) -> float:
        """Share of votes that are the lowest or highest grade."""
        return sum(self.counts[end] for end in self.ends) / self.n

    def share(self, grade: float) -> float:
        """Share of one grade."""
        return self.counts[grade] / self.n


@dataclass(frozen=True)
class Rater:
    """One person on one scale."""

    person: User
    kind: ScoreKind
    figures: RaterFigures
    use: ScaleUse


def raters_of(project: Project, person: User | None = None) -> dict[ScoreKind, list[Rater]]:
    """The raters by kind of score, by name: never by speed or rank."""
    rows = RaterFigures.objects.filter(project=project).select_related("person", "fit")
    if person is not None:
        rows = rows.filter(person=person)
    found: dict[ScoreKind, list[Rater]] = {kind: [] for kind in ScoreKind}
    for row in rows.order_by("person__name", "person_id"):
        kind = ScoreKind(row.kind)
        if row.grades:
            counts = Counter({float(grade): n for grade, n in row.grades.items()})
            found[kind].append(Rater(row.person, kind, row, ScaleUse(counts, ENDS[kind])))
    return found


def rater_in(project: Project, person_id: int) -> list[Rater]:
    """One person on each scale; `NotFound` for somebody without a vote here."""
    person = User.objects.filter(pk=person_id).first()
    found = raters_of(project, person) if person else {}
    mine = [rater for raters in found.values() for rater in raters]
    if not mine:
        raise NotFound("Nobody of this project has rated under this number.")
    return mine


def raters_seen_by(project: Project, reader: User) -> list[Rater]:
    """Who sees the quality of a project sees everybody, by scale and name; an expert sees only
    themselves. `NotAllowed` for others."""
    if can(reader, Right.SEE_QUALITY, project):
        return [rater for raters in raters_of(project).values() for rater in raters]
    require(reader, Right.ANNOTATE, project)
    return [rater for raters in raters_of(project, reader).values() for rater in raters]


def rater_seen_by(project: Project, person_id: int, reader: User) -> list[Rater]:
    """One person on each scale, for whom `raters_seen_by` shows them."""
    if not can(reader, Right.SEE_QUALITY, project):
        require(reader, Right.ANNOTATE, project)
        if person_id != reader.pk:
            raise NotAllowed("Experts see their own habits alone.")
    return rater_in(project, person_id)


def fits_of(project: Project, kind: ScoreKind) -> list[ScaleFit]:
    """The groups that the last fit found, the largest first."""
    rows = ScaleFit.objects.filter(project=project, kind=kind)
    return list(rows.order_by("-n_items", "group"))


def panel_use(raters: list[Rater]) -> Counter[float]:
    """All votes of these raters together."""
    total: Counter[float] = Counter()
    for rater in raters:
        total.update(rater.use.counts)
    return total
