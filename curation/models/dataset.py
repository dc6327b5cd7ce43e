"""Datasets and their frozen versions."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Project
from catalog.models import Photo


class Dataset(models.Model):
    """A named line of frozen versions."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="datasets")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="dataset_name")]

    def __str__(self) -> str:
        return self.name


class VersionState(models.TextChoices):
    """building > frozen | failed."""

    BUILDING = "building", "being frozen"
    FROZEN = "frozen", "frozen"
    FAILED = "failed", "failed"


class DatasetVersion(models.Model):
    """``rules`` is the typed selection it was made by; ``digest`` is over its canonical samples.

    ``counts`` is samples by "kind/split"; ``report`` holds ``samples``, ``photos``, ``lost`` (by
    kind and reason how many candidates a rule took away) and ``changes`` since the last version.
    The database refuses every change of a frozen version and of its samples.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.BUILDING)
    rules = models.JSONField(default=dict)
    salt = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True, default="")
    counts = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.dataset} v{self.number}"


class SampleKind(models.TextChoices):
    """What a sample teaches."""

    SFT_CROP = "sft_crop", "SFT: best crop"
    SFT_GUIDANCE = "sft_guidance", "SFT: guidance"
    DPO_CROP = "dpo_crop", "DPO: better crop over worse"
    DPO_TEXT = "dpo_text", "DPO: revision over draft"
    DPO_RATIONALE = "dpo_rationale", "DPO: better rationale over worse"
    SFT_REGION = "sft_region", "SFT: region for a question"
    RL_REGION = "rl_region", "GRPO: region for a question"
    RL_GAP = "rl_gap", "GRPO: answer under an information gap"


# What a new version holds unless it is said otherwise: what experts judged of crops and texts.
USUAL_KINDS = (
    SampleKind.SFT_CROP, SampleKind.SFT_GUIDANCE, SampleKind.DPO_CROP, SampleKind.DPO_TEXT,
)  # fmt: skip


class Split(models.TextChoices):
    """Where a sample goes; by likeness group, hash-stable."""

    TRAIN = "train", "train"
    VALIDATION = "validation", "validation"
    TEST = "test", "test"


class Sample(models.Model):
    """One row of a version. ``data`` is canonical (normalised boxes, plain texts; no dialect);
    ``made_from`` lists the paths of the rows it rests on (``response/7``, ``draft/2``, ``score/9``)."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="samples")
    index = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=SampleKind)
    split = models.CharField(max_length=12, choices=Split)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="samples")
    group_key = models.CharField(max_length=64)
    data = models.JSONField()
    made_from = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "index"], name="sample_index")]
        indexes = [models.Index(fields=["version", "kind", "split"], name="sample_by_split")]

    def __str__(self) -> str:
        return f"sample {self.index} of {self.version_id}"
