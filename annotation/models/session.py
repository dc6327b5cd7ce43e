"""A session: a part of a campaign that is one person's."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.models.campaign import Campaign


class WorkSession(models.Model):
    """``number`` counts from 1. Without a person its items wait; given to another one, what is left
    of it goes with it. What is in it: the assignments that name it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="session_number")
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"session {self.number}"
