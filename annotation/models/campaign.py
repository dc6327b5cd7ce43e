"""A campaign: a piece of work handed to experts."""

from __future__ import annotations

from django.conf import settings as site
from django.db import models
from django.db.models import F, Q

from accounts.models import Project
from catalog.models import SavedSelection


class CampaignState(models.TextChoices):
    """preparing > open <> paused; open | paused > closed."""

    PREPARING = "preparing", "being prepared"
    OPEN = "open", "open"
    PAUSED = "paused", "paused"
    CLOSED = "closed", "closed"


class Distribution(models.TextChoices):
    """How items reach people."""

    SHARED = "shared", "one shared queue"
    SESSIONS = "sessions", "sessions of one person each"


class Campaign(models.Model):
    """``item_type`` names a plug-in of `annotation.item_types`, which validates ``settings``.

    ``overlap`` experts answer each item; with a precision in ``settings`` that is what it begins
    with. An empty ``pool`` means every expert of the project.
    ``order_seed`` makes item order and presentation re-creatable. ``gold_share`` and
    ``repeat_share`` are the parts of each person's items that they are asked again, or that are
    settled, see `annotation.services.copying`.
    With the distribution ``sessions`` all slots lie in ``session_count`` sessions, each gone through in
    ``block_count`` blocks (none or 1: no blocks); ``design`` holds the figures of that plan.
    ``selection`` is the saved selection its photos came from.
    ``flag_rules`` holds what of `annotation.flag_rules` differs from the defaults.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="campaigns")
    name = models.CharField(max_length=120)
    item_type = models.CharField(max_length=32)
    state = models.CharField(max_length=10, choices=CampaignState, default=CampaignState.PREPARING)
    overlap = models.PositiveSmallIntegerField(default=1)
    lease_s = models.PositiveIntegerField(default=900)
    settings = models.JSONField(default=dict, blank=True)
    guidelines_version = models.PositiveIntegerField(default=1)
    order_seed = models.BigIntegerField(default=0)
    conduct = models.JSONField(default=dict, blank=True)  # annotation.conduct
    gold_share = models.FloatField(default=0.0)
    repeat_share = models.FloatField(default=0.0)
    flag_rules = models.JSONField(default=dict, blank=True)
    pool = models.ManyToManyField(site.AUTH_USER_MODEL, blank=True, related_name="campaign_pools")
    distribution = models.CharField(
        max_length=8, choices=Distribution, default=Distribution.SHARED,
        db_default=Distribution.SHARED,
    )  # fmt: skip
    session_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    block_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    design = models.JSONField(default=dict, blank=True)
    selection = models.ForeignKey(
        SavedSelection, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    by = models.ForeignKey(
        site.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="campaign_name"),
            models.CheckConstraint(
                condition=Q(overlap__gte=1, overlap__lte=50), name="campaign_overlap"
            ),
            models.CheckConstraint(
                condition=Q(gold_share__gte=0, gold_share__lte=0.3)
                & Q(repeat_share__gte=0, repeat_share__lte=0.3),
                name="campaign_copy_shares",
            ),
            models.CheckConstraint(
                condition=Q(distribution="shared", session_count=0)
                | Q(distribution="sessions", session_count__gte=F("overlap")),
                name="campaign_sessions",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def guidelines(self) -> str:
        """The words of the present version; lists fetch them beforehand as ``guidelines_text``."""
        known = self.__dict__.get("guidelines_text")
        if known is None:
            rows = self.guidelines_versions.filter(version=self.guidelines_version)
            known = rows.values_list("text", flat=True).first()
        return known or ""
