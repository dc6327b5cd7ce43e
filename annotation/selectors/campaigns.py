"""Campaigns and items of a project, for those who run them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, QuerySet

from accounts.models import Project
from annotation.models import Campaign, Item, ItemPurpose, ItemState
from annotation.selectors.guidelines import present_words
from annotation.selectors.kept_figures import KEPT_S, LARGE
from core.errors import NotFound


def campaigns_in(project: Project) -> QuerySet[Campaign]:
    """The project's campaigns with their pools, newest first."""
    rows = Campaign.objects.filter(project=project).select_related("project")
    rows = rows.annotate(guidelines_text=present_words())
    return rows.prefetch_related("pool").order_by("-pk")


@dataclass(frozen=True)
class CampaignItems:
    """A campaign's items of work that are not set aside; ``is_about``: those of a large one, counted within a minute."""

    campaign: Campaign
    count: int
    unfinished: int
    flagged: int
    is_about: bool

    @property
    def finished(self) -> int:
        """Items that ask nobody for an answer now."""
        return self.count - self.unfinished


def campaigns_with_progress(project: Project) -> list[CampaignItems]:
    """The project's campaigns with how far they are, newest first."""
    rows = list(Campaign.objects.filter(project=project).order_by("-pk"))
    kept = cache.get_many([_place(row.pk) for row in rows])
    counts = _counted([row.pk for row in rows if _place(row.pk) not in kept])
    large = {_place(pk): found for pk, found in counts.items() if sum(found.values()) > LARGE}
    cache.set_many(large, KEPT_S)
    return [_of(row, kept.get(_place(row.pk), counts.get(row.pk, {}))) for row in rows]


def _of(row: Campaign, states: Mapping[str, int]) -> CampaignItems:
    count = sum(states.values())
    unfinished, flagged = states.get(ItemState.OPEN, 0), states.get(ItemState.FLAGGED, 0)
    return CampaignItems(row, count, unfinished, flagged, count > LARGE)


def _place(campaign_id: int) -> str:
    return f"items/{campaign_id}"


def _counted(campaigns: Collection[int]) -> dict[int, dict[str, int]]:
    """Items of work by campaign and state, from one index."""
    rows = Item.objects.filter(campaign__in=campaigns, purpose=ItemPurpose.WORK)
    work = rows.exclude(state=ItemState.ASIDE).order_by()
    found: dict[int, dict[str, int]] = {}
    for campaign, state, count in work.values_list("campaign", "state").annotate(n=Count("*")):
        found.setdefault(campaign, {})[state] = count
    return found


def campaign_in(project: Project, campaign_id: int) -> Campaign:
    """One campaign; one of another project is `NotFound`."""
    found = campaigns_in(project).filter(pk=campaign_id).first()
    if found is None:
        raise NotFound("There is no such campaign in this project.")
    return found


def items_in(project: Project) -> QuerySet[Item]:
    """The project's items, newest first."""
    return Item.objects.filter(campaign__project=project).order_by("-pk")


def work_items(campaign: Campaign) -> QuerySet[Item]:
    """A campaign's items, copies for one person left out, with their photos; newest first."""
    rows = Item.objects.filter(campaign=campaign, purpose=ItemPurpose.WORK).select_related("photo")
    return rows.defer("payload", "photo__facts").order_by("-pk")


def item_in(project: Project, item_id: int) -> Item:
    """One item; one of another project is `NotFound`."""
    rows = items_in(project).select_related("photo", "campaign__project", "draft")
    found = rows.filter(pk=item_id).first()
    if found is None:
        raise NotFound("There is no such item in this project.")
    return found
