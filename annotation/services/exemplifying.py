"""A settled or discussed item as an example in its campaign's guidelines."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.roles import Right, require
from annotation.item_types import item_type_of
from annotation.models import Adjudication, Campaign, Item
from annotation.selectors.guidelines import examples_of, guidelines_of
from annotation.services.guidelines import LONGEST_EXAMPLE, Example, write_guidelines
from core.errors import InvalidInput
from inference.visible import visible_text


@transaction.atomic
def add_example(*, item: Item, words: str, by: User, is_good: bool = True) -> Campaign:
    """Append the item's photo to the examples of its campaign's guidelines, as a new version: what it
    shows in the lead's words, and what stands, with its frame, if the item is settled. Nobody is named."""
    require(by, Right.ADJUDICATE, item.campaign.project)
    told = visible_text(words).strip()
    if not told:
        raise InvalidInput("Say what the example shows.", field="words")
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=item.campaign_id)
    now = guidelines_of(campaign)
    kept = [
        Example(row.photo_id, row.words, row.is_good, tuple(row.box) if row.box else None)
        for row in examples_of(now)
    ]
    stands, box = _record_of(item)
    text = f"{told} (item {item.pk}{stands})"
    if len(text) > LONGEST_EXAMPLE:
        raise InvalidInput(
            f"With what stands this is longer than {LONGEST_EXAMPLE} characters.", field="words"
        )
    added = Example(item.photo_id, text, is_good, box)
    return write_guidelines(campaign=campaign, text=now.text, examples=[*kept, added], by=by)


def _record_of(item: Item) -> tuple[str, tuple[float, float, float, float] | None]:
    """What stands, in words to be appended, and its first box."""
    record = Adjudication.objects.filter(item=item, replaced_by__isnull=True).first()
    if record is None:
        return "", None
    kind = item_type_of(item.campaign)
    answer = kind.stored(record.answer)
    box = next((each.corners() for each in kind.boxes(answer)), None)
    return f"; it stands: {kind.in_words(answer)}", box
