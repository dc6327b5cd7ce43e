"""What every machine output carries: which model said it, to what prompt, at what cost."""

from __future__ import annotations

from django.db import models


class Provenance(models.Model):
    """Abstract. ``revision`` pins weights; ``prompt_hash`` pins words; costs are US dollars."""

    backend = models.CharField(max_length=32)
    model = models.CharField(max_length=200, blank=True, default="")
    revision = models.CharField(max_length=100, blank=True, default="")
    prompt_name = models.CharField(max_length=80, blank=True, default="")
    prompt_hash = models.CharField(max_length=64, blank=True, default="")
    parameters = models.JSONField(default=dict, blank=True)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    latency_ms = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
