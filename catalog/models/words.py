"""Words about a photo: what strangers wrote under it, and questions with their accepted answers."""

from __future__ import annotations

from django.db import models

from catalog.models.photo import Photo


class RawComment(models.Model):
    """What a stranger wrote: untrusted text in any language. ``text_hash`` makes an upload idempotent."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="raw_comments")
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=16, blank=True, default="")
    source = models.CharField(max_length=200, blank=True, default="")
    author = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["photo", "text_hash"], name="raw_comment_once")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Question(models.Model):
    """A question about a photo with its accepted answers (a list of strings)."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    answers = models.JSONField(default=list)
    external_id = models.CharField(max_length=120, blank=True, default="")

    def __str__(self) -> str:
        return self.text[:60]
