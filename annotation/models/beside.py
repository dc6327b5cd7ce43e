"""What is kept beside answers: how their texts came about, and what people say without a flag."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.models.item import Item
from annotation.models.response import Response


class EditTrail(models.Model):
    """Every edit of a response's texts on the way from the draft, or from the answer it replaces.

    ``steps`` as `annotation.edit_steps` reads them. ``is_whole``: played back they give the texts of
    the response. A response whose texts were left as they were has none.
    """

    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="edit_trail")
    steps = models.JSONField()
    is_whole = models.BooleanField()

    def __str__(self) -> str:
        return f"{len(self.steps)} edits of response {self.response_id}"


class ItemComment(models.Model):
    """A note for the lead about an item, by somebody who holds or has answered it. It opens no
    discussion and changes no state; like an answer it is shown when the round is complete."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="comments")
    round = models.PositiveSmallIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]
