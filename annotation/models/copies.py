"""What an answer to a repeat or to a gold item says of the person who gave it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.models.campaign import Campaign
from annotation.models.item import ItemPurpose
from annotation.models.response import Response


class CopyResult(models.Model):
    """``agrees`` with the settled answer, or with the person's own first one; null where the two
    cannot be compared (somebody could not judge). ``pairs`` holds [wanted, given] for each number of
    the answer: grades, or 1 and -1 for the winner of a pair and 0 for a tie.

    Written with its response; that of a replaced response has ``is_current`` off.
    """

    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="copy_result")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="copy_results")
    purpose = models.CharField(max_length=8, choices=ItemPurpose)
    agrees = models.BooleanField(null=True)
    pairs = models.JSONField(default=list, blank=True)
    is_current = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["person", "campaign"], name="copy_result_of")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.agrees}"
