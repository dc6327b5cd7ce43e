"""The audit log: who did what to what, written in the transaction that did it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One act. ``scope`` and ``target`` are paths such as ``project/3`` and ``photo/17``;
    ``place`` is where the act came from (`core.acting`)."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    verb = models.CharField(max_length=64)
    scope = models.CharField(max_length=64, blank=True, default="")
    target = models.CharField(max_length=96, blank=True, default="")
    place = models.CharField(max_length=80, blank=True, default="")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["scope", "-id"], name="audit_scope"),
            models.Index(fields=["scope", "verb", "-id"], name="audit_verb"),
            models.Index(fields=["scope", "actor", "-id"], name="audit_actor"),
            models.Index(fields=["scope", "at"], name="audit_time"),
            models.Index(fields=["target", "-id"], name="audit_target"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target}"
