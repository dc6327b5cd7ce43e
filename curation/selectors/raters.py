"""The experts of a project as raters: what the last fit says of each, and how they use the scale."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import connection

from accounts.models import Project, User
from core.errors import NotFound
from curation.models import RaterFigures, ScaleFit, ScoreKind
from curation.selectors.quality import ENDS

# Every current vote of a person: one pass over the project's ratings.
SCALE_USE = """
SELECT rating.person_id, rating.crop_id IS NULL, rating.value, count(*)
  FROM annotation_rating AS rating
  JOIN catalog_photo AS photo ON photo.id = rating.photo_id
 WHERE photo.project_id = %(project)s AND rating.is_current
   AND (%(person)s::bigint IS NULL OR rating.person_id = %(person)s)
 GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class ScaleUse:
    """How often each grade was given; what stands here is exact, no estimate."""

    counts: Counter[float]
    ends: tuple[int, int]

    @property
    def n(self) -> int:
        """All votes."""
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
    used = _scale_use(project, person)
    found: dict[ScoreKind, list[Rater]] = {kind: [] for kind in ScoreKind}
    for row in rows.order_by("person__name", "person_id"):
        kind = ScoreKind(row.kind)
        use = used.get((row.person_id, kind))
        if use is not None:
            found[kind].append(Rater(row.person, kind, row, use))
    return found


def rater_in(project: Project, person_id: int) -> list[Rater]:
    """One person on each scale; `NotFound` for somebody without a vote here."""
    person = User.objects.filter(pk=person_id).first()
    found = raters_of(project, person) if person else {}
    mine = [rater for raters in found.values() for rater in raters]
    if not mine:
        raise NotFound("Nobody of this project has rated under this number.")
    return mine


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


def _scale_use(project: Project, person: User | None) -> dict[tuple[int, ScoreKind], ScaleUse]:
    with connection.cursor() as cursor:
        cursor.execute(SCALE_USE, {"project": project.pk, "person": person.pk if person else None})
        rows = cursor.fetchall()
    found: dict[tuple[int, ScoreKind], ScaleUse] = {}
    for person_id, is_photo, grade, count in rows:
        kind = ScoreKind.PHOTO if is_photo else ScoreKind.CROP
        use = found.setdefault((person_id, kind), ScaleUse(Counter(), ENDS[kind]))
        use.counts[grade] += count
    return found
