"""A project: one body of work, with its people, photos, guidelines, scales and policies."""

from __future__ import annotations

from django.db import models


class Project(models.Model):
    """``settings`` holds policies read through `accounts.selectors.projects.policy`."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, default="")
    is_demo = models.BooleanField(default=False)
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        """The path under which jobs and audit entries of this project are filed."""
        return f"project/{self.pk}"
