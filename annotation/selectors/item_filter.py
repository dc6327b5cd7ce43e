"""Filters of a campaign's items, as the address of their list has them and saved views keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from annotation.models import (
    Assignment,
    AssignmentState,
    Campaign,
    Flag,
    FlagState,
    Item,
    ItemState,
)
from annotation.selectors.campaigns import work_items
from core.errors import InvalidInput

NAMES = ("state", "flag", "person", "least", "most")
ORDERS = {"": "newest first", "priority": "by priority"}


@dataclass(frozen=True)
class ItemFilter:
    """``flag``: only those with an open one; ``person`` answered them; from ``least`` to ``most``
    answers in the present round."""

    state: str = ""
    flag: str = ""
    person: int | None = None
    least: int | None = None
    most: int | None = None

    def rows(self, campaign: Campaign) -> QuerySet[Item]:
        """The campaign's items that fit, newest first."""
        rows = work_items(campaign)
        if self.state:
            rows = rows.filter(state=self.state)
        if self.flag:
            flags = Flag.objects.filter(
                item=OuterRef("pk"), campaign=OuterRef("campaign"), state=FlagState.OPEN
            )
            rows = rows.filter(Exists(flags))
        if self.person is not None:
            given = Assignment.objects.filter(
                item=OuterRef("pk"), campaign=OuterRef("campaign"), person=self.person,
                state=AssignmentState.SUBMITTED,
            )  # fmt: skip
            rows = rows.filter(Exists(given))
        if self.least is not None:
            rows = rows.filter(answers__gte=self.least)
        return rows if self.most is None else rows.filter(answers__lte=self.most)

    def newest(self, campaign: Campaign) -> QuerySet[Item]:
        """The same rows for a list that goes by id: down the index of what the person answered, where it
        would look up each of their items first. In no other order."""
        if self.person is None:
            return self.rows(campaign)
        rows = replace(self, person=None).rows(campaign)
        return rows.filter(
            assignments__campaign=campaign, assignments__person=self.person,
            assignments__state=AssignmentState.SUBMITTED,
        ).distinct("pk")  # fmt: skip

    def as_query(self) -> dict[str, str]:
        """What of it is set, as the address has it."""
        return {name: str(value) for name, value in asdict(self).items() if value not in ("", None)}

    def words(self) -> str:
        """The same for people."""
        who = User.objects.filter(pk=self.person or 0).first()
        least, most = self.least, self.most
        said = [
            f"state {ItemState(self.state).label}" if self.state else "",
            "with an open flag" if self.flag else "",
            f"answered by {who}" if who else "",
            f"from {least} answers" if least is not None else "",
            f"up to {most} answers" if most is not None else "",
        ]
        return ", ".join(filter(None, said)) or "all items"


def parse_filter(given: Mapping[str, str]) -> ItemFilter:
    """The filter in an address; `InvalidInput` names what is wrong. Other names are passed over."""
    return ItemFilter(
        state=_one_of(given, "state", [value for value, _ in ItemState.choices]),
        flag=_one_of(given, "flag", ["open"]),
        person=_whole(given, "person"),
        least=_whole(given, "least"),
        most=_whole(given, "most"),
    )


def parse_order(given: Mapping[str, str]) -> str:
    """The order in an address."""
    return _one_of(given, "order", list(ORDERS))


def _one_of(given: Mapping[str, str], name: str, choices: list[str]) -> str:
    value = given.get(name, "")
    if value and value not in choices:
        raise InvalidInput(f"{name} must be one of {', '.join(filter(None, choices))}.", field=name)
    return value


def _whole(given: Mapping[str, str], name: str) -> int | None:
    word = given.get(name, "")
    if not word:
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 19):
        raise InvalidInput(f"{name} must be a whole number.", field=name)
    return int(word)
