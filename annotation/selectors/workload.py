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
    """Items, answers and hours; a first guess by the item type's usual time.

    Where the campaign decides as it goes, ``items`` and ``overlap`` are what it begins with, and
    ``most_items`` and ``most_answers`` (of an item) what it may come to.
    """

    items: int
    most_items: int
    overlap: int
    most_answers: int
    people: int
    seconds_each: int
    sessions: int = 0

    @property
    def session_items(self) -> int:
        """Items of a session, the longest one; 0 with a shared queue."""
        return -(-self.answers // self.sessions) if self.sessions else 0

    @property
    def has_empty_sessions(self) -> bool:
        """Whether there are more sessions than answers to share out."""
        return self.sessions > self.answers

    @property
    def session_hours(self) -> float:
        """Hours of a session."""
        return self.session_items * self.seconds_each / 3600

    @property
    def answers(self) -> int:
        """Answers asked for, at least."""
        return self.items * self.overlap

    @property
    def answers_at_most(self) -> int:
        """If every item comes to its most answers, and every photo to its most items."""
        return self.most_items * self.most_answers

    @property
    def is_open_ended(self) -> bool:
        """Whether it depends on the answers how many are asked for."""
        return self.answers_at_most > self.answers

    @property
    def hours(self) -> float:
        """Of everybody together, at least."""
        return self.answers * self.seconds_each / 3600

    @property
    def hours_at_most(self) -> float:
        """Of everybody together."""
        return self.answers_at_most * self.seconds_each / 3600

    @property
    def hours_each(self) -> float | None:
        """Of each person, if all do the same; None with nobody."""
        return self.hours / self.people if self.people else None

    @property
    def hours_each_at_most(self) -> float | None:
        """The same, at most."""
        return self.hours_at_most / self.people if self.people else None

    @property
    def is_short_of_people(self) -> bool:
        """Whether fewer people may answer than an item may ask for."""
        return self.people < self.most_answers


def workload(
    kind: ItemType,
    project: Project,
    selection: Selection,
    *,
    overlap: int,
    people: int,
    sessions: int = 0,
) -> Workload:
    """Counts what would become items, up to 200,000."""
    draft = Campaign(project=project, item_type=kind.name, overlap=overlap)
    items, fullest = _count(kind, draft, selection), kind.fullest()
    return Workload(
        items=items,
        most_items=items if fullest is kind else _count(fullest, draft, selection),
        overlap=overlap, most_answers=kind.most_answers(overlap), people=people,
        seconds_each=kind.usual_seconds(), sessions=sessions,
    )  # fmt: skip


def _count(kind: ItemType, draft: Campaign, selection: Selection) -> int:
    return sum(1 for _ in islice(kind.subjects(draft, selection), MOST_COUNTED))
