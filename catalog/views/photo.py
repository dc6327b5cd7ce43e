"""One photo: the picture large, its crops, what is known of it and what strangers wrote."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Project
from accounts.roles import Right
from accounts.views.page import ProjectRequest, page
from catalog.models import Crop, CropOrigin, Photo
from catalog.selectors.photos import look_alikes, photo_in
from catalog.selectors.shown import camera_words, crop_rows
from catalog.services.credits import LIMITS, set_credit
from core.errors import InvalidInput
from core.web.forms import add_problem
from core.web.queries import refuse_unknown

MOST_CROPS = 12
MOST_COMMENTS = 100
MOST_ALIKE = 12


class CreditForm(forms.Form):
    """Who made the photo and what may be done with it."""

    title = forms.CharField(max_length=LIMITS["title"], required=False)
    author = forms.CharField(max_length=LIMITS["author"], required=False)
    licence = forms.CharField(max_length=LIMITS["licence"], required=False)
    source = forms.CharField(max_length=LIMITS["source"], required=False)


@require_safe
@page(Right.SEE_PHOTOS)
def photo(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """The photo's page."""
    refuse_unknown(request.GET, {"origin"})
    found = photo_in(project, pk)
    return render(request, "catalog/photo.html", _context(request, found, _credit_form(found)))


@require_POST
@page(Right.IMPORT_PHOTOS)
def credit(request: ProjectRequest, project: Project, pk: int) -> HttpResponse:
    """Change title, author, licence and source."""
    found = photo_in(project, pk)
    form = CreditForm(request.POST)
    if form.is_valid():
        try:
            set_credit(photo=found, changes=form.cleaned_data, by=request.user)
        except InvalidInput as error:
            add_problem(form, error)
        else:
            messages.success(request, "The credit is saved.")
            return redirect("catalog:photo", slug=project.slug, pk=pk)
    return render(request, "catalog/photo.html", _context(request, found, form), status=400)


def _credit_form(photo: Photo) -> CreditForm:
    return CreditForm(initial={name: getattr(photo, name) for name in LIMITS})


def _context(request: ProjectRequest, photo: Photo, form: CreditForm) -> dict[str, object]:
    origin = request.GET.get("origin", "")
    if origin and origin not in CropOrigin.values:
        raise InvalidInput(f"A crop's origin is {', '.join(CropOrigin.values)}.", field="origin")
    comments = list(photo.raw_comments.order_by("pk")[: MOST_COMMENTS + 1])
    crops = photo.crops.filter(origin=origin) if origin else photo.crops.all()
    rows = crop_rows(photo, crops.order_by("pk")[:MOST_CROPS])
    return {
        "photo": photo,
        "form": form,
        "camera": camera_words(photo),
        "crops": rows,
        "frames": [row.frame for row in rows],
        "origins": _origins(photo, origin),
        "crop_total": crops.count(),
        "comments": comments[:MOST_COMMENTS],
        "has_more_comments": len(comments) > MOST_COMMENTS,
        "alike": look_alikes(photo)[:MOST_ALIKE],
    }


def _origins(photo: Photo, chosen: str) -> list[dict[str, object]]:
    counts = Crop.objects.filter(photo=photo).values_list("origin").annotate(n=Count("pk"))
    chips = [
        {
            "label": CropOrigin(origin).label.capitalize(),
            "href": f"?origin={origin}" if origin != chosen else "?",
            "current": origin == chosen,
            "count": count,
        }
        for origin, count in counts.order_by("origin")
    ]
    return chips if len(chips) > 1 or chosen else []
