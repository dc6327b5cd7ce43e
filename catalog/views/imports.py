"""Photos come in: files are dropped, credited, and taken by a job one can watch or leave alone."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.jobs import job_context
from accounts.views.page import ProjectRequest, page
from catalog.models import ImportedFileState, PhotoImport
from catalog.selectors.imports import files_of, import_in, imports_of, open_upload_of, with_jobs
from catalog.services.checking import start_check
from catalog.services.credits import LIMITS
from catalog.services.importing import (
    close_import,
    import_archive,
    import_folder,
    open_upload,
    set_defaults,
    stage_file,
)
from core.errors import InvalidInput, NotAllowed, Unavailable
from core.models import Job
from core.web.forms import add_problem
from core.web.paging import newest_first
from core.web.uploads import takes_up_to

PAST = 20
FILES = 200
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


class DefaultsForm(forms.Form):
    """The credit of all photos that bring none of their own."""

    author = forms.CharField(max_length=LIMITS["author"], required=False)
    licence = forms.CharField(max_length=LIMITS["licence"], required=False)
    source = forms.CharField(max_length=LIMITS["source"], required=False)


class FolderForm(forms.Form):
    """A folder of the server or of a bucket. Its field stands apart from the form it is sent with."""

    folder = forms.CharField(
        max_length=500, widget=forms.TextInput(attrs={"form": "import-form", "class": "mono"})
    )


@require_safe
@page(Right.IMPORT_PHOTOS)
def imports(request: ProjectRequest, project: Project) -> HttpResponse:
    """Begin an import, and the list of earlier ones."""
    return _imports_page(request, project, FolderForm())


@takes_up_to("MAX_ARCHIVE_BYTES")
@require_POST
@page(Right.IMPORT_PHOTOS)
def add_file(request: ProjectRequest, project: Project) -> HttpResponse:
    """One file of a drop: a photo or manifest waits for the rest, an archive starts at once."""
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput("No file came with this request.", field="file")
    name = str(file.name or "")
    if name.lower().endswith(ARCHIVES):
        defaults = {key: request.POST.get(key, "") for key in ("author", "licence", "source")}
        import_archive(project=project, stream=file, name=name, by=request.user, defaults=defaults)
        return JsonResponse({"message": "archive received, import started"}, status=201)
    row = stage_file(
        photo_import=open_upload(project=project, by=request.user), name=name, stream=file
    )
    is_manifest = row.state == ImportedFileState.MANIFEST
    return JsonResponse({"message": "manifest read" if is_manifest else "received"}, status=201)


@require_POST
@page(Right.IMPORT_PHOTOS)
def close(request: ProjectRequest, project: Project) -> HttpResponse:
    """No more files: credit them and start."""
    found = open_upload_of(project, request.user)
    form = DefaultsForm(request.POST)
    if found is None:
        raise InvalidInput("There is no photo in this import yet. Add files first.")
    if not form.is_valid():
        return _imports_page(request, project, FolderForm(), form, status=400)
    set_defaults(photo_import=found, defaults=form.cleaned_data)
    close_import(photo_import=found, by=request.user)
    return redirect("catalog:import", slug=project.slug, pk=found.pk)


@require_POST
@page(Right.IMPORT_PHOTOS)
def folder(request: ProjectRequest, project: Project) -> HttpResponse:
    """Import a folder of the server or of a bucket."""
    form, credit = FolderForm(request.POST), DefaultsForm(request.POST)
    if not (form.is_valid() and credit.is_valid()):
        return _imports_page(request, project, form, credit, status=400)
    place = form.cleaned_data["folder"]
    try:
        job = import_folder(
            project=project, folder=place, by=request.user, defaults=credit.cleaned_data
        )
    except (InvalidInput, NotAllowed, Unavailable) as error:
        add_problem(form, error)
        return _imports_page(request, project, form, credit, status=400)
    return redirect("catalog:import", slug=project.slug, pk=job.params["import"])


@require_POST
@page(Right.IMPORT_PHOTOS)
def check_files(request: ProjectRequest, project: Project) -> HttpResponse:
    """Look at the files of every photo, in the background."""
    job = start_check(project=project, by=request.user)
    return redirect("accounts:job", slug=project.slug, job_id=job.pk)


@require_safe
@page(Right.SEE_PHOTOS)
def one_import(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """How an import goes; for htmx the status alone, which fetches itself until the job ended."""
    found = import_in(project, pk)
    (row,) = with_jobs([found])
    chosen = request.GET.get("state", "")
    if chosen and chosen not in ImportedFileState.values:
        raise InvalidInput(f"A file's state is {', '.join(ImportedFileState.values)}.")
    context = _job_context(request, project, row.job) | {
        "import": found,
        "chosen": chosen,
        "states": _states(found, chosen),
        "files": _files(found, chosen),
        "more_than": FILES,
        "file_total": _total(found),
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    name = "catalog/import_status.html" if is_fragment else "catalog/import.html"
    return render(request, name, context)


def _job_context(request: ProjectRequest, project: Project, job: Job | None) -> dict[str, object]:
    return job_context(request, project, job) if job is not None else {"job": None}


def _files(photo_import: PhotoImport, state: str) -> list[object]:
    rows = files_of(photo_import).select_related("photo")
    return list((rows.filter(state=state) if state else rows)[:FILES])


def _states(photo_import: PhotoImport, chosen: str) -> list[dict[str, object]]:
    counts = [(state, getattr(photo_import, state.value)) for state in ImportedFileState]
    return [
        {
            "label": state.label.capitalize(),
            "count": f"{count:,}",
            "href": "?" if state == chosen else f"?state={state.value}",
            "current": state == chosen,
        }
        for state, count in counts
        if count
    ]


def _total(photo_import: PhotoImport) -> int:
    return sum(getattr(photo_import, state.value) for state in ImportedFileState)


def _imports_page(
    request: ProjectRequest,
    project: Project,
    folder_form: FolderForm,
    form: DefaultsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = newest_first(imports_of(project).filter(is_closed=True), request, size=PAST)
    begun = open_upload_of(project, request.user)
    rows = with_jobs(found.rows)
    context = {
        "begun": begun,
        "form": form or DefaultsForm(initial=begun.defaults if begun else {}),
        "folder_form": folder_form,
        "roots": [*settings.IMPORT_ROOTS, *settings.IMPORT_BUCKETS],
        "has_folders": bool(settings.IMPORT_ROOTS),
        "has_buckets": bool(settings.IMPORT_BUCKETS),
        "rows": rows,
        "is_busy": any(row.job is not None and not row.job.has_ended for row in rows),
        "page": found,
        "largest": settings.MAX_UPLOAD_BYTES,
        "largest_archive": settings.MAX_ARCHIVE_BYTES,
        "megapixels": settings.MAX_IMAGE_PIXELS // 1_000_000,
    }
    return render(request, "catalog/imports.html", context, status=status)
