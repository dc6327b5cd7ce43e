"""Guidelines by version, and who has read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from annotation.models import (
    Campaign,
    GuidelinesExample,
    GuidelinesRead,
    GuidelinesVersion,
    Participation,
)
from core.errors import NotFound


def present_words() -> Subquery:
    """The text of a campaign's present version, to be annotated as ``guidelines_text``."""
    rows = GuidelinesVersion.objects.filter(
        campaign=OuterRef("pk"), version=OuterRef("guidelines_version")
    )
    return Subquery(rows.values("text")[:1])


def guidelines_of(campaign: Campaign, version: int | None = None) -> GuidelinesVersion:
    """A version, by default the present one; `NotFound` if there is none or it was not kept."""
    number = campaign.guidelines_version if version is None else version
    found = campaign.guidelines_versions.filter(version=number).first()
    if found is None:
        raise NotFound("There is no such version of the guidelines.")
    return found


def versions_of(campaign: Campaign) -> QuerySet[GuidelinesVersion]:
    """All that is kept, newest first."""
    rows = GuidelinesVersion.objects.filter(campaign=campaign).order_by("-version")
    return rows.select_related("by").prefetch_related("examples")


def examples_of(version: GuidelinesVersion) -> list[GuidelinesExample]:
    """The examples in their order, with their photos."""
    return list(version.examples.select_related("photo").order_by("place"))


def example_of(campaign: Campaign, example_id: int) -> GuidelinesExample:
    """One example of any version of the campaign."""
    found = (
        GuidelinesExample.objects.filter(pk=example_id, guidelines__campaign=campaign)
        .select_related("photo")
        .first()
    )
    if found is None:
        raise NotFound("There is no such example in these guidelines.")
    return found


@dataclass(frozen=True)
class Unread:
    """Guidelines that a person must confirm; ``before`` is what they worked under, if anything."""

    now: GuidelinesVersion
    before: GuidelinesVersion | None


def unread_by(campaign: Campaign, person: User) -> Unread | None:
    """What the person has to confirm before more work; None if nothing."""
    known = Participation.objects.filter(campaign=campaign, person=person)
    version = known.values_list("guidelines_version", flat=True).first()
    fresh = Campaign.objects.get(pk=campaign.pk)
    if version is None or version >= fresh.guidelines_version:
        return None
    before = versions_of(campaign).filter(version=version).first()
    return Unread(guidelines_of(fresh), before)


def readers_of(campaign: Campaign) -> dict[int, int]:
    """The latest version that each person confirmed, by person."""
    rows = GuidelinesRead.objects.filter(campaign=campaign).order_by("version")
    return dict(rows.values_list("person_id", "version"))


def shown_guidelines(
    campaign: Campaign, person: User, instructions: str, address: Callable[[int], str]
) -> dict[str, Any]:
    """What an expert's page shows of the present version. ``address(example_id)``: of a picture."""
    fresh = Campaign.objects.get(pk=campaign.pk)
    now = guidelines_of(fresh)
    unread = unread_by(fresh, person)
    before = unread.before if unread else None
    return {
        "version": now.version,
        "text": with_instructions(instructions, now.text),
        "examples": [
            {"url": address(each.pk), "words": each.words, "is_good": each.is_good}
            for each in examples_of(now)
        ],
        "unread": unread is not None,
        "before": None if before is None else with_instructions(instructions, before.text),
        "before_version": None if before is None else before.version,
    }


def with_instructions(instructions: str, text: str) -> str:
    """The item type's own words, then the lead's."""
    return "\n\n".join(part for part in (instructions, text) if part)
