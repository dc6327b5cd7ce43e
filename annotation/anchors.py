"""What of an item a thread is about: the photo as a whole, a region of it, or a sentence of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from annotation.models import Item, Response
from core.errors import InvalidInput
from measures.boxes import Box

Kind = Literal["photo", "region", "sentence"]
LONGEST_SENTENCE = 1_000
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Anchor:
    """``box`` of a region, normalised. A sentence stands in the text ``where`` of the draft, or of the
    response ``response_id``."""

    kind: Kind = "photo"
    box: Box | None = None
    where: str = ""
    sentence: str = ""
    response_id: int | None = None

    def stored(self, item: Item) -> dict[str, Any]:
        """As `Message.anchor` keeps it; `InvalidInput` if the item has nothing of the kind."""
        if self.kind == "photo":
            return {}
        if self.kind == "region":
            if self.box is None:
                raise InvalidInput("A region needs a box on the photo.", field="anchor")
            return {"kind": "region", "box": [round(each, DIGITS) for each in self.box.corners()]}
        text = _text_of(item, self.where, self.response_id)
        if not self.sentence.strip() or self.sentence not in text:
            raise InvalidInput("This sentence does not stand in that text.", field="anchor")
        return {
            "kind": "sentence",
            "where": self.where,
            "sentence": self.sentence[:LONGEST_SENTENCE],
            "response": self.response_id,
        }


NO_ANCHOR = Anchor()


def _text_of(item: Item, where: str, response_id: int | None) -> str:
    if response_id is None:
        content = item.draft.content if item.draft else {}
    else:
        row = Response.objects.filter(pk=response_id, item=item).first()
        content = row.answer if row else {}
    found = content.get(where, "")
    return found if isinstance(found, str) else ""
