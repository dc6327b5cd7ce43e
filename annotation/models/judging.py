"""What people said of models' texts, as rows: marks of one text, and one text against another."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.models.draft import Draft
from annotation.models.response import Response


class AnswerMark(models.Model):
    """How one draft does by one criterion, on the scale from 0 to 2.

    Written with its response, deleted never: a replaced response's marks have ``is_current`` off.
    """

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="marks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="marks")
    criterion = models.CharField(max_length=20)  # see `annotation.item_types.answer_judging`
    value = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "criterion"], name="answer_mark_once"),
            models.CheckConstraint(condition=models.Q(value__lte=2), name="answer_mark_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.value} of draft {self.draft_id}"


class TextVote(models.Model):
    """One comparison of two drafts of a photo, as `PairVote` is one of two crops.

    ``outcome`` is in terms of first (the older draft) and second, not of screen sides.
    """

    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="text_vote")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(
        max_length=8,
        choices=[
            ("first", "first"),
            ("second", "second"),
            ("tie", "tie"),
            ("neither", "neither works"),
            ("unknown", "cannot judge"),
        ],
    )
    strength = models.PositiveSmallIntegerField(default=1)
    first_on_left = models.BooleanField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="text_vote_older_first"
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.first_id} against {self.second_id}: {self.outcome}"
