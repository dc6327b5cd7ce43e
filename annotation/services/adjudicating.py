"""Settling an item by hand: an answer is picked, or a new one is put together from the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from accounts.models import User
from annotation.answer_parts import Pieces
from annotation.item_types import item_type_of
from annotation.models import Adjudication, Item, Response
from annotation.services.discussing import settle_item, settle_with_response
from core.errors import InvalidInput

NO_BASE = "Pick the answer that the record begins with."


@dataclass(frozen=True)
class Settlement:
    """What a lead decided. ``base_id``: the answer picked, or from which all that was not put together
    is taken; ``element_refs``: (response, place of the element in it)."""

    how: str
    base_id: int
    reason_code: str
    reason: str
    pieces: Pieces = field(default_factory=Pieces)
    element_refs: Sequence[tuple[int, int]] = ()
    parents: Iterable[int] = ()
    with_draft: bool = False


def settle_by_hand(*, item: Item, settlement: Settlement, by: User) -> Adjudication:
    """Write the golden record that the lead picked or put together.

    Raises `InvalidInput` where the item type refuses the answer, or a parent is not of the item.
    """
    said: dict[str, Any] = {
        "item": item, "by": by, "reason": settlement.reason, "reason_code": settlement.reason_code,
    }  # fmt: skip
    if settlement.how == "picked":
        return settle_with_response(response_id=settlement.base_id, **said)
    kind = item_type_of(item.campaign)
    answers = {row.pk: row.answer for row in Response.objects.filter(item=item)}
    if settlement.base_id not in answers:
        raise InvalidInput(NO_BASE, field="base")
    chosen = [_element(answers, *ref) for ref in settlement.element_refs]
    pieces = replace(settlement.pieces, elements=chosen)
    answer = kind.compose(kind.stored(answers[settlement.base_id]), pieces)
    elements_from = {response for response, _ in settlement.element_refs}
    return settle_item(
        answer=answer, how=settlement.how, with_draft=settlement.with_draft,
        parents={*settlement.parents, *elements_from} or {settlement.base_id}, **said,
    )  # fmt: skip


def _element(answers: Mapping[int, Any], response_id: int, place: int) -> Mapping[str, Any]:
    found = answers.get(response_id, {}).get("elements", [])
    if not 0 <= place < len(found):
        raise InvalidInput("elements: no answer has this element.", field="elements")
    element: Mapping[str, Any] = found[place]
    return element
