"""What an expert tells about themselves: for choosing a panel, for credits, and their consent."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Credit(models.TextChoices):
    """How a person stands in the credits of what is published."""

    NOBODY = "nobody", "not at all"
    NAME = "name", "by name"
    PSEUDONYM = "pseudonym", "by another name"


class Profile(models.Model):
    """``years`` of experience; ``specialities`` from `accounts.services.profiles.SPECIALITIES`.
    Consent is the number of the text agreed to (see `accounts.consent`) and when; both or none."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile"
    )
    years = models.PositiveSmallIntegerField(null=True)
    specialities = models.JSONField(default=list, blank=True)
    more = models.CharField(max_length=300, blank=True, default="")
    languages = models.CharField(max_length=200, blank=True, default="")
    credit = models.CharField(max_length=12, choices=Credit, default=Credit.NOBODY)
    pseudonym = models.CharField(max_length=80, blank=True, default="")
    consent_version = models.PositiveSmallIntegerField(null=True)
    consent_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="profile_consent_dated",
                condition=models.Q(consent_version=None, consent_at=None)
                | models.Q(consent_version__isnull=False, consent_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"profile of {self.person_id}"
