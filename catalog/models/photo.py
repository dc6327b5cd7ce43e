"""A photo, its stored smaller versions, and the group of photos that look alike."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Project
from catalog.models.trigrams import index_of_words


class PhotoState(models.TextChoices):
    """A photo's row is written with its renditions; later its file may turn out to be lost."""

    READY = "ready", "ready"
    BROKEN = "broken", "cannot be read"


class LikenessGroup(models.Model):
    """Near-duplicates (perceptual hash, or same content); splits and benchmarks go by group."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="likeness_groups")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"likeness group {self.pk}"


class Photo(models.Model):
    """``width`` and ``height`` are of the upright photo in pixels; 0 while they are unknown.

    ``content_hash`` is the SHA-256 of the stored file's bytes, ``phash`` a signed 64-bit perceptual
    hash of the upright pixels (`measures.likeness`). ``original`` is a storage key made by us,
    never a name from outside; ``orientation`` is the EXIF orientation that was applied once.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="photos")
    state = models.CharField(max_length=8, choices=PhotoState, default=PhotoState.READY)
    original = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    phash = models.BigIntegerField(null=True)
    group = models.ForeignKey(
        LikenessGroup, on_delete=models.SET_NULL, null=True, related_name="photos"
    )
    media_type = models.CharField(max_length=32)
    bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    orientation = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200, blank=True, default="")
    author = models.CharField(max_length=200, blank=True, default="")
    licence = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=500, blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)  # camera facts from EXIF, as plain values
    error = models.CharField(max_length=300, blank=True, default="")
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "content_hash"], name="photo_once"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(width__gt=0, height__gt=0), name="photo_ready_sized"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-id"], name="photo_newest"),
            models.Index(fields=["project", "state", "-id"], name="photo_by_state"),
            models.Index(fields=["project", "licence", "-id"], name="photo_by_licence"),
            models.Index(fields=["project", "phash"], name="photo_phash"),
            index_of_words("title", "author", name="photo_words"),
        ]

    def __str__(self) -> str:
        return self.title or f"photo {self.pk}"


class Rendition(models.Model):
    """A stored smaller JPEG; ``size`` is the longest side in pixels it was made for."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")
    size = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["photo", "size"], name="rendition_once")]

    def __str__(self) -> str:
        return f"{self.photo_id} at {self.size} px"
