"""What a model wrote or drew for a person to review, and a second model's check of it. Immutable."""

from __future__ import annotations

from django.db import models

from annotation.models.drafting import DraftRequest, DraftSource
from annotation.models.provenance import Provenance
from catalog.models import Crop, Photo, Question


class DraftKind(models.TextChoices):
    """What a draft is about. `content` has one shape per kind, see `annotation.contents`."""

    GUIDANCE = "guidance", "guidance"
    CROPS = "crops", "crop proposal"
    RATIONALE = "rationale", "rationale"
    COMPOSITION = "composition", "composition"
    REGION = "region", "question region"
    GAP = "gap", "information gap"
    ANSWER = "answer", "model answer"


class Draft(Provenance):
    """``content`` has the shape of its kind (`annotation.contents`). ``crop`` and ``question`` are
    what of the photo it speaks of, where it speaks of one.

    ``work_key`` is the digest of everything that determines the answer (photo, prompt, model
    revision, parameters, attempt): the same work is never paid for twice. ``made_from`` lists the
    paths it was made from (``rawcomment/4``). A draft made again points to its ``parent``.
    """

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="drafts")
    crop = models.ForeignKey(Crop, on_delete=models.CASCADE, null=True, related_name="drafts")
    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, null=True, related_name="drafts"
    )
    kind = models.CharField(max_length=12, choices=DraftKind)
    content = models.JSONField()
    source = models.ForeignKey(
        DraftSource, on_delete=models.PROTECT, null=True, related_name="drafts"
    )
    request = models.ForeignKey(
        DraftRequest, on_delete=models.SET_NULL, null=True, related_name="drafts"
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    work_key = models.CharField(max_length=64, unique=True)
    made_from = models.JSONField(default=list, blank=True)

    # Stored by this process and not checked since: nobody need be asked whether it has a verdict.
    is_new = False

    class Meta:
        indexes = [
            models.Index(fields=["photo", "kind", "-id"], name="draft_of_photo"),
            models.Index(fields=["kind", "-id"], name="draft_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} draft {self.pk}"


class Verdict(Provenance):
    """Passed or not, with findings: a list of {verifier, code, message, is_blocking}."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="verdicts")
    passed = models.BooleanField()
    findings = models.JSONField(default=list, blank=True)
    source = models.ForeignKey(DraftSource, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "attempt"], name="verdict_once_per_attempt")
        ]

    def __str__(self) -> str:
        return "passed" if self.passed else "rejected"
