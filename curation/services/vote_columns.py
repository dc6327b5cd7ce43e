"""All counted votes of one kind as columns: what the fit, agreement and its parts are made from."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from curation.selectors.votes import Vote


def _integers() -> array[int]:
    return array("q")


@dataclass
class Columns:
    """Votes as columns, eight bytes a number.

    ``weeks`` are ISO weeks as 202647; week, campaign and item of an imported vote are 0, and its
    response is below 0. ``ms`` is how long the whole answer took.
    """

    things: array[int] = field(default_factory=_integers)
    photos: array[int] = field(default_factory=_integers)
    people: array[int] = field(default_factory=_integers)
    items: array[int] = field(default_factory=_integers)
    responses: array[int] = field(default_factory=_integers)
    campaigns: array[int] = field(default_factory=_integers)
    ms: array[int] = field(default_factory=_integers)
    weeks: array[int] = field(default_factory=_integers)
    values: array[float] = field(default_factory=lambda: array("d"))

    def add(self, vote: Vote, *, campaign: int, week: int, ms: int) -> None:
        """One more vote, on a crop or on the photo itself."""
        self.things.append(vote.photo_id if vote.crop_id is None else vote.crop_id)
        self.photos.append(vote.photo_id)
        self.people.append(vote.person_id)
        self.items.append(vote.item_id)
        self.responses.append(vote.response_id)
        self.campaigns.append(campaign)
        self.ms.append(ms)
        self.weeks.append(week)
        self.values.append(vote.value)

    def __len__(self) -> int:
        return len(self.values)
