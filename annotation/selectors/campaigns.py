"""Campaigns and items of a project, for those who run them."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Project
from annotation.models import Assignment, AssignmentState, Campaign, Item, ItemPurpose, ItemState
from annotation.selectors.guidelines import present_words
from core.errors import NotFound

WORK = Q(items__purpose=ItemPurpose.WORK)


def campaigns_in(project: Project) -> QuerySet[Campaign]:
    """The project's campaigns with their pools, newest first."""
    rows = Campaign.objects.filter(project=project).select_related("project")
    rows = rows.annotate(guidelines_text=present_words())
    return rows.prefetch_related("pool").order_by("-pk")


def campaigns_with_progress(project: Project) -> QuerySet[Campaign]:
    """The same with ``item_count``, ``finished`` and ``flagged`` (items) on each row."""
    return (
        Campaign.objects.filter(project=project)
        .annotate(
            item_count=Count("items", filter=WORK & ~Q(items__state=ItemState.ASIDE)),
            finished=Count(
                "items", filter=WORK & ~Q(items__state__in=(ItemState.OPEN, ItemState.ASIDE))
            ),
            flagged=Count("items", filter=WORK & Q(items__state=ItemState.FLAGGED)),
        )
        .order_by("-pk")
    )


def campaign_in(project: Project, campaign_id: int) -> Campaign:
    """One campaign; one of another project is `NotFound`."""
    found = campaigns_in(project).filter(pk=campaign_id).first()
    if found is None:
        raise NotFound("There is no such campaign in this project.")
    return found


def items_in(project: Project) -> QuerySet[Item]:
    """The project's items with photo and campaign, newest first."""
    rows = Item.objects.filter(campaign__project=project)
    return rows.select_related("photo", "campaign", "draft").order_by("-pk")


def items_with_answers(campaign: Campaign) -> QuerySet[Item]:
    """A campaign's items with ``answers`` (of the present round) on each row, newest first."""
    given = Assignment.objects.filter(
        item=OuterRef("pk"), round=OuterRef("round"), state=AssignmentState.SUBMITTED
    )
    count = given.order_by().values("item").annotate(n=Count("pk")).values("n")
    rows = Item.objects.filter(campaign=campaign, purpose=ItemPurpose.WORK).select_related("photo")
    return rows.annotate(answers=Coalesce(Subquery(count), 0)).order_by("-pk")


def item_in(project: Project, item_id: int) -> Item:
    """One item; one of another project is `NotFound`."""
    found = items_in(project).select_related("campaign__project").filter(pk=item_id).first()
    if found is None:
        raise NotFound("There is no such item in this project.")
    return found
