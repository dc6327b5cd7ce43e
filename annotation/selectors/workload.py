"""How much work a campaign would be, before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from accounts.models import Project
from annotation.item_types import ItemType
from annotation.models import Campaign
from annotation.subjects import Selection

MOST_COUNTED = 200_000


@dataclass(frozen=True)
class Workload:
    """Items, answers and hours; a first guess by the item type's usual time."""

    items: int
    overlap: int
    people: int
    seconds_each: int

    @property
    def answers(self) -> int:
        """Answers asked for."""
        return self.items * self.overlap

    @property
    def hours(self) -> float:
        """Of everybody together."""
        return self.answers * self.seconds_each / 3600

    @property
    def hours_each(self) -> float | None:
        """Of each person, if all do the same; None with nobody."""
        return self.hours / self.people if self.people else None

    @property
    def is_short_of_people(self) -> bool:
        """Whether fewer people may answer than each item asks for."""
        return self.people < self.overlap


def workload(
    kind: ItemType, project: Project, selection: Selection, *, overlap: int, people: int
) -> Workload:
    """Counts what would become items, up to 200,000."""
    draft = Campaign(project=project, item_type=kind.name, overlap=overlap)
    found = islice(kind.subjects(draft, selection), MOST_COUNTED)
    return Workload(sum(1 for _ in found), overlap, people, kind.seconds_each)
