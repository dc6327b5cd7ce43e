"""Raw comments from a file: sent, read, and answered with what was added or which lines are wrong."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from catalog.services.comments import CommentReport, import_comments
from core.errors import InvalidInput, TooLarge
from core.web.forms import add_problem

EXAMPLE = """photo,text,language,source,author
pier_07.jpg,"Lovely light, but the horizon tilts.",en,forum,jo
"""


class CommentsForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label="CSV or JSONL file",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.jsonl,.ndjson"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.IMPORT_PHOTOS)
def comments(request: ProjectRequest, project: Project) -> HttpResponse:
    """Send a file of comments."""
    form = CommentsForm(request.POST or None, request.FILES or None)
    report: CommentReport | None = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = import_comments(
                project=project, stream=file, filename=str(file.name), by=request.user
            )
        except (InvalidInput, TooLarge) as error:
            add_problem(form, error)
    is_wrong = request.method == "POST" and (report is None or bool(report.errors))
    context = {"form": form, "report": report, "example": EXAMPLE}
    return render(request, "catalog/comments.html", context, status=400 if is_wrong else 200)
