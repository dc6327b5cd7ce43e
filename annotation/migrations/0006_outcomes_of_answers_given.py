"""What the answers that were given before made of their drafts."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef

from measures.statistics.text_distance import text_distance

PARTS = ("overall", "analysis", "guidance")
LISTS = ("issues", "suggestions")


def note_outcomes(apps: Any, schema_editor: Any) -> None:
    """What the answers that are there made of their drafts, as answers do from now on."""
    rows = apps.get_model("annotation", "Response").objects.filter(
        item__campaign__item_type="guidance_review", item__draft__isnull=False
    )
    outcomes = apps.get_model("annotation", "DraftOutcome").objects
    found = rows.select_related("item__draft").annotate(
        was_replaced=Exists(rows.filter(replaces=OuterRef("pk")))
    )
    for row in found.iterator(500):
        outcomes.create(
            response=row,
            draft=row.item.draft,
            active_ms=row.active_ms,
            is_current=not row.was_replaced,
            **_outcome(row.answer, row.item.draft.content),
        )


def _outcome(answer: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    if answer.get("verdict") == "reject":
        code = str(answer.get("reason", "")).partition(":")[0]
        return {"kind": "rejected", "reason_code": code[:40]}
    distance = round(text_distance(_text(content), _text(answer)), 6)
    return {"kind": "edited" if distance else "as_is", "distance": distance}


def _text(parts: dict[str, Any]) -> str:
    texts = [parts.get(name) or "" for name in PARTS]
    texts += [each for name in LISTS for each in parts.get(name) or []]
    return "\n".join(text for text in texts if text)


class Migration(migrations.Migration):
    dependencies = [("annotation", "0005_previews_and_outcomes_of_drafts")]

    operations = [migrations.RunPython(note_outcomes, migrations.RunPython.noop)]
