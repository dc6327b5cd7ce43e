"""An import of photos: many files in, each ending as a photo or as a refusal with its reason."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Project
from catalog.models.photo import Photo


class ImportedFileState(models.TextChoices):
    """waiting > taken | known | refused | manifest."""

    WAITING = "waiting", "waiting"
    TAKEN = "taken", "imported"
    KNOWN = "known", "already here"
    REFUSED = "refused", "refused"
    MANIFEST = "manifest", "read as the manifest"


class PhotoImport(models.Model):
    """One upload, folder, bucket or archive. ``defaults`` holds author, licence and source for its photos."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="imports")
    way = models.CharField(
        max_length=8,
        choices=[
            ("upload", "upload"),
            ("folder", "folder"),
            ("archive", "archive"),
            ("api", "API"),
            ("bucket", "bucket"),
        ],
    )
    title = models.CharField(max_length=200, blank=True, default="")
    defaults = models.JSONField(default=dict, blank=True)
    archive = models.CharField(max_length=200, blank=True, default="")
    folder = models.CharField(max_length=500, blank=True, default="")
    is_closed = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(
        default=timezone.now
    )  # the last file, or credit, it was given

    def __str__(self) -> str:
        return self.title or f"import {self.pk}"


class ImportedFile(models.Model):
    """One file of an import. ``name`` is only shown, never used as a path; ``staged`` is our key.

    ``entry`` is its place in the archive or folder, none for an upload: taking an import up again
    finds the same row. ``tries`` counts how often reading it was begun, so that a file that kills
    the reader is given up.
    """

    photo_import = models.ForeignKey(PhotoImport, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    staged = models.CharField(max_length=200, blank=True, default="")
    bytes = models.PositiveBigIntegerField(default=0)
    state = models.CharField(
        max_length=8, choices=ImportedFileState, default=ImportedFileState.WAITING
    )
    reason = models.CharField(max_length=300, blank=True, default="")
    photo = models.ForeignKey(Photo, on_delete=models.SET_NULL, null=True, related_name="+")
    entry = models.BigIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["photo_import", "entry"], name="file_entry_once")
        ]
        indexes = [models.Index(fields=["photo_import", "state", "id"], name="file_by_state")]

    def __str__(self) -> str:
        return self.name
