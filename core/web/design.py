"""The gallery of components and the experts' pages with sample items, for looking and for tests.

No account and no database: samples stand in ``templates/design/*.json``. Shown only where DEBUG is on or
``SHOW_DESIGN_GALLERY`` is set; elsewhere every address here answers 404.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from PIL import Image

from core import charts

View = Callable[..., HttpResponse]
SAMPLES = Path(settings.BASE_DIR) / "templates" / "design"
PHOTOS = Path(settings.BASE_DIR) / "static" / "img" / "demo"
QUOTA = 80


def when_shown(view: View) -> View:
    """Hides a view in production."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEBUG or getattr(settings, "SHOW_DESIGN_GALLERY", False)):
            raise Http404
        return view(request, *args, **kwargs)

    return shown


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(help_text="Experts see this over their work.")
    overlap = forms.IntegerField(
        min_value=1, max_value=9, help_text="How many people answer each item."
    )
    kind = forms.ChoiceField(
        choices=[("crop_mos", "Crop scores"), ("crop_draw", "Crop drawing")], label="Item type"
    )
    sides = forms.ChoiceField(
        choices=[("random", "Random and stored"), ("fixed", "Fixed")], widget=forms.RadioSelect
    )
    roles = forms.MultipleChoiceField(
        choices=[("expert", "Expert"), ("lead", "Lead")],
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    is_blind = forms.BooleanField(required=False, label="Hide findings until the answer is given")
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    photos = forms.FileField(required=False)


@when_shown
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component with realistic content."""
    context = _load("gallery.json")
    context["posts"] = [
        {**post, "at": timezone.now() - timedelta(hours=post["hours"])} for post in context["posts"]
    ]
    context |= {
        "charts": [_chart(spec) for spec in context["charts"]],
        "form": SampleForm(initial={"sides": "random"}),
        "refused": SampleForm({"name": "", "overlap": 12, "kind": "crop_mos", "sides": "random"}),
        "expert_pages": [(name, each["campaign"]) for name, each in _load("items.json").items()],
    }
    return render(request, "design/gallery.html", context)


@when_shown
def expert(request: HttpRequest, item_type: str) -> HttpResponse:
    """An expert page with its first sample."""
    urls = {
        name: reverse(f"design-{name}", args=[item_type])
        for name in (
            "claim",
            "submit",
            "skip",
            "flag",
            "comment",
            "undo",
            "working_copy",
            "heartbeat",
        )
    }
    workspace = {
        "item": _entry(item_type, 0), "item_type": _samples(item_type).get("script", item_type),
        "user": "gallery",
        "project": "North Coast", "campaign": _samples(item_type)["campaign"],
        "guidelines": {"version": 3, "text": _load("gallery.json")["guidelines"]},
        "urls": urls | {"exit": reverse("design-gallery")},
    }  # fmt: skip
    return render(request, "base_expert.html", {"workspace": workspace})


@when_shown
def claim(request: HttpRequest, item_type: str) -> JsonResponse:
    """The sample after those the page has already; ids go round without an end."""
    known = json.loads(request.body).get("after", [])
    return JsonResponse(_entry(item_type, max(known, default=-1) + 1))


@when_shown
def submit(request: HttpRequest, item_type: str) -> JsonResponse:
    """Takes any answer and hands out the next sample."""
    at = int(json.loads(request.body)["assignment"])
    progress = {"done": at + 1, "total": QUOTA, "today": at + 1}
    reply = {"response_id": at, "next": _entry(item_type, at + 1), "progress": progress}
    return JsonResponse(reply)


@when_shown
def undo(request: HttpRequest, item_type: str) -> JsonResponse:
    """Gives the sample back; the page still has the answer."""
    return JsonResponse(_entry(item_type, int(json.loads(request.body)["assignment"])))


@when_shown
def keep(request: HttpRequest, item_type: str) -> JsonResponse:
    """Working copies, flags and heartbeats are only heard."""
    sent = json.loads(request.body or b"{}")
    return JsonResponse({"version": int(sent.get("version", 0)) + 1})


@when_shown
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """A part of a demo photo: ``?box=x1,y1,x2,y2``."""
    if not (PHOTOS / Path(name).name).is_file():
        raise Http404
    x1, y1, x2, y2 = (float(v) for v in request.GET["box"].split(","))
    with Image.open(PHOTOS / Path(name).name) as photo:
        w, h = photo.size
        cut = photo.crop((round(x1 * w), round(y1 * h), round(x2 * w), round(y2 * h)))
    body = io.BytesIO()
    cut.save(body, "JPEG", quality=85)
    return HttpResponse(body.getvalue(), content_type="image/jpeg")


def _load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / name).read_text(), object_hook=_with_address)
    return found


def _samples(item_type: str) -> dict[str, Any]:
    samples = _load("items.json")
    if item_type not in samples:
        raise Http404
    found: dict[str, Any] = samples[item_type]
    return found


def _with_address(each: dict[str, Any]) -> dict[str, Any]:
    """``demo:name`` becomes the address of a demo photo, ``demo:name?box=...`` of a part of it."""
    url = each.get("url", "")
    if isinstance(url, str) and url.startswith("demo:"):
        name, _, box = url.removeprefix("demo:").partition("?")
        whole = static(f"img/demo/{name}")
        each["url"] = f"{reverse('design-picture', args=[name])}?{box}" if box else whole
    return each


def _entry(item_type: str, at: int) -> dict[str, Any]:
    items = _samples(item_type)["items"]
    return {
        "assignment": {"id": at},
        "item": items[at % len(items)],
        "working_copy": None,
        "progress": {"done": at, "total": QUOTA, "today": at},
    }


def _chart(spec: dict[str, Any]) -> charts.Chart:
    if spec["kind"] == "line":
        lines = [
            charts.Series(
                s["name"], [charts.Point(*p) for p in s["points"]], s["ink"], s.get("thin", False)
            )
            for s in spec["series"]
        ]
        return charts.line_chart(spec["title"], lines, x_label=spec["x"])
    rows = [charts.Bar(**row) for row in spec["rows"]]
    draw = charts.bar_chart if spec["kind"] == "bar" else charts.whisker_chart
    return draw(spec["title"], rows, unit=spec.get("unit", ""), width=560)


urlpatterns = [
    path("", gallery, name="design-gallery"),
    path("picture/<str:name>", picture, name="design-picture"),
    path("expert/<slug:item_type>/", expert, name="design-expert"),
    path("expert/<slug:item_type>/claim", claim, name="design-claim"),
    path("expert/<slug:item_type>/submit", submit, name="design-submit"),
    path("expert/<slug:item_type>/skip", submit, name="design-skip"),
    path("expert/<slug:item_type>/undo", undo, name="design-undo"),
    path("expert/<slug:item_type>/flag", keep, name="design-flag"),
    path("expert/<slug:item_type>/comment", keep, name="design-comment"),
    path("expert/<slug:item_type>/working-copy", keep, name="design-working_copy"),
    path("expert/<slug:item_type>/heartbeat", keep, name="design-heartbeat"),
]
