"""What an answer made of the draft it was about, as a row for figures over many drafts."""

from __future__ import annotations

from django.db import models

from annotation.models.draft import Draft
from annotation.models.response import Response


class DraftOutcome(models.Model):
    """Written with its response, deleted never: a replaced response's row has ``is_current`` off.

    ``distance`` is how much was changed, from 0 (nothing) to 1 (all of it): word edits of a text,
    1 - IoU of a box; none for a rejection. ``reason_code`` is the item type's word for why it was
    rejected. ``active_ms`` is the response's.
    """

    class Kind(models.TextChoices):
        """How the expert took it."""

        AS_IS = "as_is", "accepted as is"
        EDITED = "edited", "edited"
        REJECTED = "rejected", "rejected"

    response = models.OneToOneField(
        Response, on_delete=models.PROTECT, related_name="draft_outcome"
    )
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=8, choices=Kind)
    distance = models.FloatField(null=True)
    reason_code = models.CharField(max_length=40, blank=True, default="")
    active_ms = models.PositiveIntegerField(default=0)
    is_current = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"draft {self.draft_id} {self.get_kind_display()}"
