"""Photos by all that is known of them, and the selections that were saved of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import django_filters
from django.db.models import Exists, ExpressionWrapper, F, FloatField, OuterRef, Q, QuerySet

from accounts.models import Project, User
from annotation.models import Campaign, Flag, FlagState, Response
from catalog.models import Photo, PhotoImport, PhotoState, SavedSelection
from catalog.selectors.photos import PhotoFilter, photos_of
from core.errors import InvalidInput, NotFound
from curation.models import AnnotationImport, BenchmarkPhoto, DatasetVersion, Sample, Score
from curation.models.dataset import Split, VersionState
from curation.selectors.blindness import hidden_photos
from measures.statistics import mos

RATED = [("photo", "the photo's own score, 1 to 10"), ("crop", "a crop's score, 1 to 5")]
FLAGGED = [("open", "an open flag"), ("any", "a flag, settled or not"), ("none", "no open flag")]
HELD_OUT = [("leave_out", "leave them out"), ("only", "only these")]
# What speaks of answers: a person who may still be asked about a photo must not learn it this way.
TELLING = ("min_score", "max_score", "min_spread", "min_half_width", "flag")


class SelectionFilter(PhotoFilter):
    """The gallery's filters, and what curation knows: scores, disagreement, flags, origin, use."""

    rated = django_filters.ChoiceFilter(choices=RATED, method="as_is", label="Look at",
        help_text="Which score the four figures below speak of; the photo's own unless said.")  # fmt: skip
    min_score = django_filters.NumberFilter(method="by_score", label="Mean score at least")
    max_score = django_filters.NumberFilter(method="by_score", label="Mean score at most")
    min_spread = django_filters.NumberFilter(method="by_score", label="Experts differ by at least",
        help_text="Standard deviation of the answers, in grades.")  # fmt: skip
    min_half_width = django_filters.NumberFilter(
        method="by_score", label="Known no better than ±",
        help_text="Half of the 95 % interval, in grades.")  # fmt: skip
    flag = django_filters.ChoiceFilter(choices=FLAGGED, method="by_flag", label="Has")
    photo_import = django_filters.ModelChoiceFilter(
        queryset=PhotoImport.objects.none(), method="by_import", label="Came with the import"
    )
    annotation_import = django_filters.ModelChoiceFilter(
        queryset=AnnotationImport.objects.none(), method="by_annotations",
        label="Has annotations of the import")  # fmt: skip
    benchmark = django_filters.ChoiceFilter(
        choices=HELD_OUT, method="by_benchmark", label="Benchmark photos, and what looks like them"
    )
    version = django_filters.ModelChoiceFilter(
        queryset=DatasetVersion.objects.none(), method="by_version", label="In the dataset version"
    )
    split = django_filters.ChoiceFilter(choices=Split.choices, method="as_is", label="In its part",
        help_text="Only with a dataset version.")  # fmt: skip
    not_in_version = django_filters.ModelChoiceFilter(
        queryset=DatasetVersion.objects.none(), method="by_absence",
        label="Not in the dataset version")  # fmt: skip
    answered_in = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.none(), method="by_answers", label="Answered in the campaign"
    )
    not_answered_in = django_filters.ModelChoiceFilter(
        queryset=Campaign.objects.none(), method="by_answers", label="Not answered in the campaign"
    )

    def __init__(self, *args: Any, project: Project, **more: Any) -> None:
        super().__init__(*args, **more)
        versions = DatasetVersion.objects.filter(
            dataset__project=project, state=VersionState.FROZEN
        ).select_related("dataset").order_by("-pk")  # fmt: skip
        campaigns = Campaign.objects.filter(project=project).order_by("-pk")
        for name, rows in (
            ("photo_import", PhotoImport.objects.filter(project=project).order_by("-pk")),
            ("annotation_import", AnnotationImport.objects.filter(project=project).order_by("-pk")),
            ("version", versions), ("not_in_version", versions),
            ("answered_in", campaigns), ("not_answered_in", campaigns),
        ):  # fmt: skip
            cast("Any", self.form.fields[name]).queryset = rows
        for name in ("state", "licence", "group"):
            self.form.fields[name].label = name.capitalize()
        self.form.fields["comments"].label = "With raw comments"
        self.form.fields["alike"].label = "Looks like another"
        self.form.fields["q"].label = "Title or author"
        for field in self.form.fields.values():
            if hasattr(field, "empty_label"):
                field.empty_label = "any"
        self.form.fields["state"].initial = PhotoState.READY

    def as_is(self, rows: QuerySet[Photo], name: str, value: str) -> QuerySet[Photo]:
        """A filter that another one reads."""
        return rows

    def by_score(self, rows: QuerySet[Photo], name: str, value: Any) -> QuerySet[Photo]:
        """A mean score within bounds, spread widely, or little known."""
        kind = self.form.cleaned_data.get("rated") or "photo"
        scores = Score.objects.filter(photo=OuterRef("pk"), kind=kind, method=mos.METHOD)
        half = ExpressionWrapper((F("high") - F("low")) / 2, output_field=FloatField())
        wanted = {
            "min_score": Q(value__gte=value), "max_score": Q(value__lte=value),
            "min_spread": Q(sd__gte=value), "min_half_width": Q(half__gte=value),
        }  # fmt: skip
        # One score has to fit all that is asked of it: the others are looked at again.
        for other in wanted:
            given = self.form.cleaned_data.get(other)
            if other != name and given is not None:
                field = {"min_score": "value__gte", "max_score": "value__lte",
                         "min_spread": "sd__gte", "min_half_width": "half__gte"}[other]  # fmt: skip
                wanted[name] &= Q(**{field: given})
        return rows.filter(Exists(scores.annotate(half=half).filter(wanted[name])))

    def by_flag(self, rows: QuerySet[Photo], name: str, value: str) -> QuerySet[Photo]:
        """With or without a flag."""
        flags = Flag.objects.filter(item__photo=OuterRef("pk"))
        unsettled = flags.exclude(state=FlagState.SETTLED)
        if value == "none":
            return rows.filter(~Exists(unsettled))
        return rows.filter(Exists(flags if value == "any" else unsettled))

    def by_import(self, rows: QuerySet[Photo], name: str, value: PhotoImport) -> QuerySet[Photo]:
        """Those that an import of photos brought or met."""
        return rows.filter(pk__in=value.files.filter(photo__isnull=False).values("photo"))

    def by_annotations(
        self, rows: QuerySet[Photo], name: str, value: AnnotationImport
    ) -> QuerySet[Photo]:
        """Those that an import of annotations speaks of."""
        return rows.filter(pk__in=value.photos.filter(photo__isnull=False).values("photo"))

    def by_benchmark(self, rows: QuerySet[Photo], name: str, value: str) -> QuerySet[Photo]:
        """In no benchmark and like no photo of one, or just those."""
        held = in_benchmarks()
        return rows.filter(held if value == "only" else ~held)

    def by_version(
        self, rows: QuerySet[Photo], name: str, value: DatasetVersion
    ) -> QuerySet[Photo]:
        """With a sample in a frozen version, or in one part of it."""
        samples = Sample.objects.filter(version=value, photo=OuterRef("pk"))
        split = self.form.cleaned_data.get("split")
        return rows.filter(Exists(samples.filter(split=split) if split else samples))

    def by_absence(
        self, rows: QuerySet[Photo], name: str, value: DatasetVersion
    ) -> QuerySet[Photo]:
        """Without a sample in a frozen version."""
        return rows.filter(~Exists(Sample.objects.filter(version=value, photo=OuterRef("pk"))))

    def by_answers(self, rows: QuerySet[Photo], name: str, value: Campaign) -> QuerySet[Photo]:
        """Whether an item of the photo was answered in a campaign."""
        given = Exists(Response.objects.filter(item__photo=OuterRef("pk"), item__campaign=value))
        return rows.filter(given if name == "answered_in" else ~given)


def in_benchmarks() -> Q:
    """A condition on photos: one is in a benchmark, or in a group of look-alikes with one that is."""
    own = BenchmarkPhoto.objects.filter(photo=OuterRef("pk"))
    alike = BenchmarkPhoto.objects.filter(photo__group=OuterRef("group"))
    return Q(Exists(own)) | Q(Exists(alike))


def filtered_photos(
    project: Project, given: Mapping[str, Any], reader: User
) -> tuple[SelectionFilter, QuerySet[Photo]]:
    """The filter, and the photos it finds; ready ones unless a state is asked for.

    Where it asks about answers, photos that the reader may still be asked to judge are left out.
    `InvalidInput` names what is wrong.
    """
    chosen = SelectionFilter(
        {"state": PhotoState.READY, **given}, queryset=photos_of(project), project=project
    )
    if not chosen.is_valid():
        name, errors = next(iter(chosen.errors.items()))
        raise InvalidInput(f"{name}: {errors[0]}", field=name)
    rows = chosen.qs
    if any(given.get(name) for name in TELLING):
        hidden = hidden_photos(project, reader, photo="pk")
        rows = rows if hidden is None else rows.exclude(hidden)
    return chosen, rows


def in_words(chosen: SelectionFilter) -> str:
    """The filter for people, for example "Has: an open flag; Title or author: dawn"."""
    told = []
    for name, field in chosen.form.fields.items():
        value = chosen.form.cleaned_data.get(name)
        if value in (None, ""):
            continue
        known = dict(getattr(field, "choices", None) or {}) if isinstance(value, str) else {}
        told.append(f"{field.label}: {known.get(value, value)}")
    return "; ".join(told)


def selections_of(project: Project) -> QuerySet[SavedSelection]:
    """The project's saved selections, newest first."""
    return SavedSelection.objects.filter(project=project).select_related("by").order_by("-pk")


def selection_in(project: Project, pk: int) -> SavedSelection:
    """One of them; one of another project is `NotFound`."""
    found = selections_of(project).select_related("project").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such selection in this project.")
    return found


def photos_in(selection: SavedSelection) -> QuerySet[Photo]:
    """Its photos; one that was deleted since is gone."""
    return Photo.objects.filter(pk__in=selection.places.values("photo")).order_by("-pk")


def benchmark_count(photos: QuerySet[Photo]) -> int:
    """How many of them are held out, or look like one that is: from the few photos of benchmarks on,
    where `in_benchmarks` looks at each of these."""
    held = BenchmarkPhoto.objects.values("photo")
    groups = BenchmarkPhoto.objects.filter(photo__group__isnull=False).values("photo__group")
    alike = photos.filter(group__in=groups).exclude(pk__in=held)
    return photos.filter(pk__in=held).count() + alike.count()
