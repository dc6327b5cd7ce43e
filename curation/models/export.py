"""An export: a frozen version written in a format."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from curation.models.dataset import DatasetVersion


class ExportState(models.TextChoices):
    """writing > ready | failed."""

    WRITING = "writing", "being written"
    READY = "ready", "ready"
    FAILED = "failed", "failed"


class Export(models.Model):
    """``folder`` is a storage prefix; ``files`` lists what can be fetched from it as {name, bytes,
    sha256, rows}: the archive with everything, and beside it all but the pictures. ``digest`` is the
    SHA-256 of the manifest, which names every file, so the same version and options give the same
    digest. ``bytes`` is the size unpacked, ``pictures`` the number of separate picture files."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="exports")
    exporter = models.CharField(max_length=32)
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.WRITING)
    folder = models.CharField(max_length=200, blank=True, default="")
    files = models.JSONField(default=list, blank=True)
    rows = models.PositiveIntegerField(default=0)
    pictures = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, default="")
    error = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.exporter} export {self.pk}"
