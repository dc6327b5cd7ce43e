"""A saved selection: photos that somebody chose once, under a name, and kept as they were."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Project
from catalog.models.photo import Photo


class SavedSelection(models.Model):
    """The list is frozen when it is saved. ``made_by`` is the filter it was made by, as the address
    of the page had it, and ``words`` the same for people; ``photo_count`` is how many it took."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="selections")
    name = models.CharField(max_length=120)
    made_by = models.JSONField(default=dict, blank=True)
    words = models.TextField(blank=True, default="")
    photo_count = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="selection_name")]

    def __str__(self) -> str:
        return self.name


class SelectedPhoto(models.Model):
    """A photo of a saved selection."""

    selection = models.ForeignKey(SavedSelection, on_delete=models.CASCADE, related_name="places")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["selection", "photo"], name="selected_photo_once")
        ]

    def __str__(self) -> str:
        return f"photo {self.photo_id} in {self.selection_id}"
