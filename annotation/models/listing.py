"""The list of a campaign's items: views that people keep of it, and acts on all that it shows."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Project
from annotation.models.campaign import Campaign
from annotation.models.item import Item


class SavedView(models.Model):
    """A name for filters and an order of the items list, good for every campaign of the project.

    ``query`` is what stands in the address (see `annotation.selectors.item_filter`). One that
    ``is_shared`` everybody who runs campaigns in the project sees.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.JSONField(default=dict, blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "person", "name"], name="saved_view_name")
        ]

    def __str__(self) -> str:
        return self.name


class BulkKind(models.TextChoices):
    """What can be done with every item of a list."""

    PRIORITY = "priority", "give them a priority"
    ASIDE = "aside", "set them aside"
    RESUME = "resume", "take them up again"
    RETURN = "return", "return what people hold of them"


class BulkAct(models.Model):
    """One act on the items of ``campaign`` that ``query`` chose, up to the item ``last_item``.

    ``value`` is the priority; ``changed`` counts items when it is done. An act that ``undoes``
    another goes over what that one changed.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="bulk_acts")
    kind = models.CharField(max_length=8, choices=BulkKind)
    value = models.IntegerField(null=True)
    query = models.JSONField(default=dict, blank=True)
    last_item = models.BigIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    undoes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, related_name="undone_by"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "-id"], name="bulk_of_campaign")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.campaign_id}"


class BulkChange(models.Model):
    """An item that an act changed; ``before`` is its priority before."""

    act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="changes")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    before = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act", "item"], name="bulk_change_once")]

    def __str__(self) -> str:
        return f"item {self.item_id}"
