"""What an import of annotations brought: photos as the source names them, boxes in its pixels,
ratings and votes of people who never answered here.

These rows speak the source's language and stay as they were read. A photo may be absent: its boxes
wait in source pixels. When the photo is here, ``photo`` and ``crop`` are filled in, once.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Project
from catalog.models import Crop, Photo


class AnnotationImportState(models.TextChoices):
    """checking > writing > done; checking > refused | known. Rows count only when done."""

    CHECKING = "checking", "being checked"
    WRITING = "writing", "being written"
    DONE = "done", "imported"
    REFUSED = "refused", "refused"
    KNOWN = "known", "already here"


class AnnotationImport(models.Model):
    """One set of annotation files. ``importer`` names a plug-in, which validates ``options``.

    ``files`` lists what was sent as {name, key, bytes}, keys in the storage; or ``folder`` is a
    folder of the server. ``digest`` is over importer, options and contents: the same again is
    recognised. ``position`` counts the records written; a killed job goes on there.
    """

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="annotation_imports"
    )
    importer = models.CharField(max_length=32)
    title = models.CharField(max_length=200, blank=True, default="")
    options = models.JSONField(default=dict, blank=True)
    files = models.JSONField(default=list, blank=True)
    folder = models.CharField(max_length=500, blank=True, default="")
    state = models.CharField(
        max_length=10, choices=AnnotationImportState, default=AnnotationImportState.CHECKING
    )
    digest = models.CharField(max_length=64, blank=True, default="")
    same_as = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    records = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "digest"],
                condition=Q(state__in=["writing", "done"]),
                name="annotation_import_once",
            )
        ]
        indexes = [models.Index(fields=["project", "-id"], name="annotation_import_newest")]

    def __str__(self) -> str:
        return self.title or f"annotation import {self.pk}"


class ImportFault(models.Model):
    """What is wrong with one line of an import's file; ``line`` counts from 1, 0 for the whole."""

    annotation_import = models.ForeignKey(
        AnnotationImport, on_delete=models.CASCADE, related_name="faults"
    )
    file = models.CharField(max_length=255, blank=True, default="")
    line = models.PositiveBigIntegerField(default=0)
    about = models.CharField(max_length=255, blank=True, default="")
    message = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"


class ImportedRater(models.Model):
    """Who rated in the source: a name of one import, nobody who signs in here.

    ``is_person`` is off where the name is only a place in a list: ratings in the same place of two
    photos need not be one person's, so nothing may be learnt about such a rater.
    """

    annotation_import = models.ForeignKey(
        AnnotationImport, on_delete=models.CASCADE, related_name="raters"
    )
    name = models.CharField(max_length=120)
    is_person = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["annotation_import", "name"], name="imported_rater_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SourcePhoto(models.Model):
    """A photo as a source names it. ``width`` and ``height`` are the source's, null when unknown.

    ``words`` holds what hangs on the photo itself (elements, comments, facts) until it is here. ``problem``
    says why a photo of this name that is here was not taken for it.
    """

    annotation_import = models.ForeignKey(
        AnnotationImport, on_delete=models.CASCADE, related_name="photos"
    )
    name = models.CharField(max_length=255)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    part = models.CharField(max_length=32, blank=True, default="")  # train, test
    words = models.JSONField(default=dict, blank=True)
    photo = models.ForeignKey(
        Photo, on_delete=models.SET_NULL, null=True, related_name="source_photos"
    )
    problem = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotation_import", "name"], name="source_photo_once")
        ]

    def __str__(self) -> str:
        return self.name


class BoxRole(models.TextChoices):
    """What a box of a source is."""

    CANDIDATE = "candidate", "a crop that was rated or compared"
    BEST = "best", "an expert's crop"
    WINDOW = "window", "a window of a grid"
    SUBJECT = "subject", "what the photo shows"
    REGION = "region", "where an answer is found"


class SourceBox(models.Model):
    """Corners x1 y1 x2 y2 in pixels of the source's photo; ``place`` is its number there.

    ``mean`` is a mean that the source gives, with ``votes`` as it claims. ``is_past_edge`` is null
    while the photo's size is unknown.
    """

    source_photo = models.ForeignKey(SourcePhoto, on_delete=models.CASCADE, related_name="boxes")
    place = models.PositiveIntegerField()
    x1 = models.FloatField()
    y1 = models.FloatField()
    x2 = models.FloatField()
    y2 = models.FloatField()
    role = models.CharField(max_length=10, choices=BoxRole)
    name = models.CharField(max_length=120, blank=True, default="")
    mean = models.FloatField(null=True)
    scale = models.CharField(max_length=16, blank=True, default="")
    votes = models.PositiveIntegerField(null=True)
    is_past_edge = models.BooleanField(null=True)
    rater = models.ForeignKey(ImportedRater, on_delete=models.CASCADE, null=True, related_name="+")
    crop = models.ForeignKey(Crop, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_photo", "place"], name="source_box_once"),
            models.CheckConstraint(
                condition=Q(x1__lt=F("x2"), y1__lt=F("y2")), name="source_box_area"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.x1:g} {self.y1:g} {self.x2:g} {self.y2:g}"

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """x1, y1, x2, y2 in source pixels."""
        return self.x1, self.y1, self.x2, self.y2


class ImportedRating(models.Model):
    """One number that one imported rater gave to a box, or to the photo where ``box`` is null."""

    source_photo = models.ForeignKey(SourcePhoto, on_delete=models.CASCADE, related_name="ratings")
    box = models.ForeignKey(SourceBox, on_delete=models.CASCADE, null=True, related_name="ratings")
    rater = models.ForeignKey(ImportedRater, on_delete=models.CASCADE, related_name="ratings")
    scale = models.CharField(max_length=16)
    value = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_photo", "box", "rater"],
                name="imported_rating_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.value:g} on {self.scale}"


class ImportedPair(models.Model):
    """Votes on two boxes of one photo: counts by outcome, of one ``rater`` or of many together."""

    source_photo = models.ForeignKey(SourcePhoto, on_delete=models.CASCADE, related_name="pairs")
    place = models.PositiveIntegerField()
    first = models.ForeignKey(SourceBox, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(SourceBox, on_delete=models.CASCADE, related_name="+")
    for_first = models.PositiveIntegerField(default=0)
    for_second = models.PositiveIntegerField(default=0)
    ties = models.PositiveIntegerField(default=0)
    rater = models.ForeignKey(ImportedRater, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_photo", "place"], name="imported_pair_once")
        ]

    def __str__(self) -> str:
        return f"{self.for_first} to {self.for_second}"


class SourceQuestion(models.Model):
    """A question about a photo with its accepted answers, and the ``box`` where one reads them."""

    source_photo = models.ForeignKey(
        SourcePhoto, on_delete=models.CASCADE, related_name="questions"
    )
    text = models.TextField()
    answers = models.JSONField(default=list)
    external_id = models.CharField(max_length=120)
    box = models.ForeignKey(SourceBox, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_photo", "external_id"], name="source_question_once"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
