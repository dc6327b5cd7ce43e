"""Cross-reviews of a benchmark's photos: how far they are, and what they agreed on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from annotation.models import Adjudication, Campaign, Item, ItemPurpose, ItemState
from curation.models import Benchmark

CROSS_REVIEW = "cross_review"


@dataclass(frozen=True)
class CrossReview:
    """A campaign that reviews frames of a benchmark's photos. ``count`` is of these photos' frames,
    ``settled`` of those that are agreed on, or that the lead settled."""

    campaign: Campaign
    count: int
    settled: int


def cross_reviews_of(benchmark: Benchmark) -> list[CrossReview]:
    """The cross-reviews with frames of the benchmark's photos, newest first."""
    counted = reviewed_items(benchmark).values("campaign").annotate(
        count=Count("pk"), settled=Count("pk", filter=Q(state=ItemState.SETTLED))
    )  # fmt: skip
    figures = {row["campaign"]: (row["count"], row["settled"]) for row in counted}
    campaigns = Campaign.objects.filter(pk__in=figures).order_by("-pk")
    return [CrossReview(each, *figures[each.pk]) for each in campaigns]


def reviewed_items(benchmark: Benchmark) -> QuerySet[Item]:
    """The frames of the benchmark's photos that are reviewed in its project."""
    return Item.objects.filter(
        campaign__project=benchmark.project_id, campaign__item_type=CROSS_REVIEW,
        purpose=ItemPurpose.WORK, photo__benchmark_places__benchmark=benchmark,
    )  # fmt: skip


def golden_records(benchmark: Benchmark, campaign: Campaign) -> QuerySet[Adjudication]:
    """The records that stand of one cross-review's frames, in the order of the frames."""
    items = reviewed_items(benchmark).filter(campaign=campaign, state=ItemState.SETTLED)
    rows = Adjudication.objects.filter(item__in=items, replaced_by__isnull=True)
    return rows.select_related("item").order_by("item__photo_id", "item_id", "pk")
