"""Annotations made elsewhere come in: a format is chosen, files are sent, a job reads them."""

from __future__ import annotations

import csv
from typing import IO, Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right, can
from accounts.views.jobs import job_context
from accounts.views.page import ProjectRequest, page
from core.csv_cells import neutral_cell
from core.errors import ReframeError
from core.web.forms import add_problem
from core.web.paging import newest_first
from core.web.uploads import takes_up_to
from curation.importers import Importer, registry
from curation.models import AnnotationImport
from curation.selectors.annotation_imports import (
    annotation_import_in,
    annotation_imports_of,
    boxes_past_edge_of,
    doubtful_photos_of,
    faults_of,
    parts_of,
    with_import_jobs,
)
from curation.services.annotation_imports import start_annotation_import
from curation.services.imported_benchmarks import hold_out_import
from curation.views.forms import CHOICE_WORDS, ModelForm

PAST = 20
SHOWN = 100
COUNTS = {
    "photos": "Photos", "boxes": "Boxes", "means": "Boxes with a mean score",
    "past_edge": "Boxes past the edge", "raters": "Raters", "ratings": "Single ratings",
    "pairs": "Pairs with votes", "questions": "Questions",
    "left_out": "Left out knowingly",
}  # fmt: skip


class ManyFiles(forms.ClearableFileInput):
    """Several files in one field."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """All that were chosen, as a list."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Django's hook."""
        return [super(ManyFilesField, self).clean(each, initial) for each in data or []]


class ImportForm(ModelForm):
    """Where the files are, and the options of the format."""

    def __init__(self, plugin: type[Importer], *args: Any, may_import_photos: bool = False) -> None:
        self.model = plugin.options_model
        super().__init__(*args)
        accept = ",".join((*plugin.endings, ".zip", ".tar", ".gz", ".bz2", ".xz"))
        self.fields["files"] = ManyFilesField(
            label="Files", required=False, widget=ManyFiles(attrs={"accept": accept}),
            help_text=f"Send {plugin.files}. Archives are looked into.",
        )  # fmt: skip
        roots = [*settings.IMPORT_ROOTS, *settings.IMPORT_BUCKETS]
        if roots:
            self.fields["folder"] = _place_field("Or a folder of the server or of a bucket", roots)
        if may_import_photos:
            self.fields["with_photos"] = forms.BooleanField(
                label="Import the photos of the archive or folder, too", required=False
            )
        if may_import_photos and roots:
            self.fields["photos_from"] = _place_field("Import photos from another folder", roots)
        self.order_fields(["files", "folder", "with_photos", "photos_from"])

    def sent(self) -> list[tuple[str, IO[bytes]]]:
        """Name and bytes of each file."""
        files = cast("list[UploadedFile[bytes]]", self.cleaned_data["files"])
        return [(str(file.name), cast("IO[bytes]", file)) for file in files]

    @property
    def place(self) -> str | None:
        """The folder, if one was named."""
        return self.cleaned_data.get("folder") or None


def _place_field(label: str, roots: list[object]) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=500,
        help_text=f"Below {', '.join(map(str, roots))}.",
        widget=forms.TextInput(attrs={"class": "mono"}),
    )  # fmt: skip


class HoldOutForm(forms.Form):
    """A benchmark of the import's photos."""

    name = forms.CharField(max_length=120, help_text="Such as FLMS, or GAICD test.")
    part = forms.ChoiceField(required=False, label="Which photos")

    def __init__(self, parts: list[str]) -> None:
        super().__init__()
        choices = [("", "all that are here"), *((part, part) for part in parts)]
        self.fields["part"] = forms.ChoiceField(
            required=False, label="Which photos", choices=choices
        )


@require_safe
@page(Right.IMPORT_ANNOTATIONS)
def annotation_imports(request: ProjectRequest, project: Project) -> HttpResponse:
    """The formats, and earlier imports."""
    found = newest_first(annotation_imports_of(project), request, size=PAST)
    rows = with_import_jobs(found.rows)
    context = {
        "formats": list(registry),
        "rows": rows,
        "page": found,
        "is_busy": any(row.job is not None and not row.job.has_ended for row in rows),
    }
    return render(request, "curation/imports.html", context)


@takes_up_to("MAX_ARCHIVE_BYTES")
@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.IMPORT_ANNOTATIONS)
def new_import(request: ProjectRequest, project: Project) -> HttpResponse:
    """Send files in one format, ``?format=gaicd``."""
    importer = request.GET.get("format", "")
    plugin = registry.get(importer)
    is_sent = request.method == "POST"
    sent = (request.POST, request.FILES) if is_sent else ()
    may = can(request.user, Right.IMPORT_PHOTOS, project)
    form = ImportForm(plugin, *sent, may_import_photos=may)
    if is_sent and form.is_valid():
        try:
            made = start_annotation_import(
                project=project, importer=importer, files=form.sent(), folder=form.place,
                options=form.given(), by=request.user,
                with_photos=bool(form.cleaned_data.get("with_photos")),
                photos_from=form.cleaned_data.get("photos_from") or "",
            )  # fmt: skip
        except ReframeError as error:
            add_problem(form, error)
        else:
            return redirect("curation:annotation-import", slug=project.slug, pk=made.pk)
    context = {"plugin": plugin, "form": form, "example": list(plugin.example.items())}
    status = 400 if is_sent else 200
    return render(request, "curation/imports_new.html", context, status=status)


@require_safe
@page(Right.SEE_PHOTOS)
def one_import(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """How an import goes and what came; fetches itself until its job has ended."""
    (row,) = with_import_jobs([annotation_import_in(project, pk)])
    # Read after its job: a job that has ended has written what became of the import.
    found = annotation_import_in(project, pk)
    plugin = registry.get(found.importer)
    context = {
        "import": found,
        "plugin": plugin,
        "job": {**job_context(request, project, row.job), "poll_url": ""} if row.job else None,
        "attached": row.attached,
        "waiting": found.counts.get("photos", 0) - row.attached,
        "counts": [
            (title, found.counts[key]) for key, title in COUNTS.items() if found.counts.get(key)
        ],
        "options": _options(found, plugin),
        "form": HoldOutForm(parts_of(found)),
        "faults": faults_of(found)[:SHOWN],
        "doubtful": doubtful_photos_of(found)[:SHOWN],
        "past_edge": boxes_past_edge_of(found)[:SHOWN],
        "shown": SHOWN,
    }
    return render(request, "curation/imports_one.html", context)


@require_POST
@page(Right.CURATE)
def hold_out(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Make a benchmark of the import's photos that are here."""
    found = annotation_import_in(project, pk)
    made = hold_out_import(
        found=found, name=request.POST.get("name", ""), part=request.POST.get("part", ""),
        by=request.user,
    )  # fmt: skip
    messages.success(request, f"{made} is held out and frozen.")
    return redirect("curation:benchmark", slug=project.slug, pk=made.pk)


@require_safe
@page(Right.SEE_PHOTOS)
def faults_csv(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """What is wrong, to mend it elsewhere."""
    found = annotation_import_in(project, pk)
    response = HttpResponse(content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="faults-{found.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(["file", "line", "about", "message"])
    for fault in faults_of(found):
        cells = fault.file, fault.about, fault.message
        file, about, message = (neutral_cell(cell) for cell in cells)
        writer.writerow([file, fault.line, about, message])
    return response


def _options(found: AnnotationImport, plugin: type[Importer]) -> list[tuple[str, Any]]:
    fields = plugin.options_model.model_fields
    return [
        (fields[name].title or name, CHOICE_WORDS.get(str(value), value))
        for name, value in found.options.items()
        if name in fields
    ]
