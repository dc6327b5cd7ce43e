"""The pairs of a photo's crops that are worth asking next, by the votes so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from annotation.models import Campaign, Item, ItemCrop, ItemPurpose, ItemState, PairVote
from annotation.selectors.stopping import passed_over
from annotation.services.adding import order_key
from annotation.services.growing import add_pairs
from curation.selectors.comparisons import Votes
from measures.statistics.next_pair import next_pairs
from measures.statistics.pair_beliefs import beliefs

Pair = tuple[int, int]


def add_useful_pairs(*, campaign: Campaign, most: int, item_ids: Sequence[int]) -> int:
    """Add the next round of pairs to the photos of these items that have none left to answer, or
    only such as everybody passed over; return how many pairs."""
    items = Item.objects.filter(campaign=campaign, purpose=ItemPurpose.WORK)
    photos = set(items.filter(pk__in=item_ids).values_list("photo_id", flat=True))
    # Read before what waits: pairs that another job adds in between are waiting then.
    asked = _asked(campaign, photos)
    waiting = dict(
        items.filter(photo__in=photos, state=ItemState.OPEN).values_list("pk", "photo_id")
    )
    photos -= {waiting[item_id] for item_id in waiting.keys() - passed_over(campaign, waiting)}
    votes = _votes(photos)
    added = 0
    for photo_id in sorted(photos):
        pairs = asked[photo_id]
        if len(pairs) < most:
            seed = order_key(campaign.order_seed, f"{photo_id}/{len(pairs)}")
            useful = _useful(pairs, votes[photo_id], most - len(pairs), seed)
            added += add_pairs(
                campaign=campaign, photo_id=photo_id, had=len(pairs), pairs=useful
            )  # fmt: skip
    return added


def _useful(pairs: Collection[Pair], given: Iterable[PairVote], room: int, seed: int) -> list[Pair]:
    """Up to one tree of pairs that are none of ``pairs``, best first."""
    crops = sorted({crop for pair in pairs for crop in pair})
    place = {crop: at for at, crop in enumerate(crops)}
    votes = Votes()
    for vote in given:
        if vote.first_id in place and vote.second_id in place:
            votes.add(
                vote.person_id, vote.first_id, vote.second_id, vote.outcome, vote.first_on_left
            )
    held = beliefs(crops, votes.left, votes.right, votes.choice)
    found = next_pairs(
        held.worth, held.covariance, count=min(room, len(crops) - 1), seed=seed,
        shown=[(place[first], place[second]) for first, second in pairs],
    )  # fmt: skip
    return [(crops[pair.left], crops[pair.right]) for pair in found]


def _asked(campaign: Campaign, photos: Collection[int]) -> dict[int, list[Pair]]:
    """By photo the pairs that are items of the campaign."""
    rows = ItemCrop.objects.filter(
        item__campaign=campaign, item__photo__in=photos, item__purpose=ItemPurpose.WORK
    )
    crops: dict[tuple[int, int], list[int]] = defaultdict(list)
    for photo_id, item_id, crop_id in rows.order_by("item", "place").values_list(
        "item__photo_id", "item_id", "crop_id"
    ):
        crops[photo_id, item_id].append(crop_id)
    found: dict[int, list[Pair]] = defaultdict(list)
    for (photo_id, _), (first, second) in crops.items():
        found[photo_id].append((first, second))
    return found


def _votes(photos: Collection[int]) -> dict[int, list[PairVote]]:
    found: dict[int, list[PairVote]] = defaultdict(list)
    for vote in PairVote.objects.filter(photo__in=photos, is_current=True).order_by("pk"):
        found[vote.photo_id].append(vote)
    return found
