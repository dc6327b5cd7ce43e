"""What a person is told: one row per event, or per group of events that nobody has looked at yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.project import Project


class Notice(models.Model):
    """A sentence and a place of the site. ``key`` names what it is about; while it is unread, later
    events of the same key raise ``count``. ``event`` is the number of the latest one: an event that
    is not later than a row of its key is told already. ``mail_due_at`` is empty for no mail."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    address = models.CharField(max_length=200)
    key = models.CharField(max_length=96)
    event = models.PositiveBigIntegerField(default=0)
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    happened_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"], condition=Q(read_at=None), name="notice_one_unread"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(fields=["person", "key", "event"], name="notice_told"),
            models.Index(
                fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False), name="notice_due"
            ),
        ]

    def __str__(self) -> str:
        return self.text
