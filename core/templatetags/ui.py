"""Filters and tags of the design system: numbers, times and differences in plain words.

Every figure a page shows goes through one of these, so that it looks the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, FileInput, Select, Textarea
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.text_diff import word_diff

register = template.Library()
NOT_KNOWN = "not known"
UNITS = ("kB", "MB", "GB", "TB")


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


@register.filter
def number(value: Any, places: int = 2) -> str:
    """``3.857|number:1`` gives 3.9; whole numbers come grouped; unknown is said so."""
    found = _number(value)
    if found is None:
        return NOT_KNOWN
    return f"{found:,.0f}" if isinstance(value, int) else f"{found:,.{places}f}"


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """A share (0..1) as ``38 %``."""
    found = _number(value)
    return NOT_KNOWN if found is None else f"{found * 100:.{places}f} %"


@register.filter
def interval(value: Any, places: int = 2) -> str:
    """A pair (low, high) as ``3.41 to 4.31``; without both ends: interval not known."""
    ends = value if isinstance(value, (list, tuple)) and len(value) == 2 else (None, None)
    low, high = _number(ends[0]), _number(ends[1])
    if low is None or high is None:
        return "interval not known"
    return f"{low:.{places}f} to {high:.{places}f}"


@register.simple_tag
def span(low: Any, high: Any, places: int = 2) -> str:
    """The same from two values: ``{% span score.low score.high %}``."""
    return interval((low, high), places)


@register.filter
def file_size(value: Any) -> str:
    """Bytes as ``812 bytes``, ``1.4 MB``; decimal units."""
    size = _number(value)
    if size is None:
        return NOT_KNOWN
    if size < 1000:
        return f"{size:.0f} {'byte' if size == 1 else 'bytes'}"
    for unit in UNITS:
        size /= 1000
        if size < 999.5 or unit == UNITS[-1]:
            break
    return f"{size:.0f} {unit}" if size >= 100 else f"{size:.1f} {unit}"


@register.filter
def duration(value: Any) -> str:
    """Seconds, or a timedelta, as ``42 s``, ``3 min 5 s``, ``2 h 10 min``, ``4 d 3 h``."""
    found = value.total_seconds() if isinstance(value, timedelta) else _number(value)
    if found is None:
        return NOT_KNOWN
    if 0 < found < 10:
        return f"{found:.1f} s".replace(".0 s", " s")
    s = round(found)
    if s < 60:
        return f"{s} s"
    if s < 3600:
        return _two(s // 60, "min", s % 60, "s")
    if s < 86400:
        return _two(s // 3600, "h", s % 3600 // 60, "min")
    return _two(s // 86400, "d", s % 86400 // 3600, "h")


def _two(first: int, big: str, second: int, small: str) -> str:
    return f"{first} {big} {second} {small}" if second else f"{first} {big}"


@register.filter
def time_ago(value: datetime | None) -> str | SafeString:
    """A ``<time>`` with the exact moment inside: ``2 minutes ago``, ``in 3 hours``."""
    if value is None:
        return "never"
    seconds = (timezone.now() - value).total_seconds()
    words = _rough(abs(seconds))
    if words != "now":
        words = f"{words} ago" if seconds > 0 else f"in {words}"
    exact = f"{value:%Y-%m-%d %H:%M} UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


def _rough(seconds: float) -> str:
    if seconds < 30:
        return "now"
    for name, size, limit in (
        ("minute", 60, 3600), ("hour", 3600, 86400), ("day", 86400, 60 * 86400),
        ("month", 30.44 * 86400, 2 * 365.25 * 86400), ("year", 365.25 * 86400, float("inf")),
    ):  # fmt: skip
        if seconds < limit:
            count = max(1, round(seconds / size))
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "now"


@register.simple_tag
def diff(before: str, after: str) -> SafeString:
    """Both texts in one run: ``<del>`` what went, ``<ins>`` what came. Everything is escaped."""
    tags = {"equal": "{}", "insert": "<ins>{}</ins>", "delete": "<del>{}</del>"}
    pieces = (format_html(tags[op], text) for op, text in word_diff(before or "", after or ""))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.filter
def item_module(name: str) -> str:
    """The static path of an item type's module. The name comes from the registry, never a person."""
    return f"js/types/{name}.js"


@register.filter
def frames(boxes: Sequence[Mapping[str, Any]], size: Sequence[float]) -> list[dict[str, Any]]:
    """Boxes ``{box, label, kind}`` (normalised) as rectangles in the photo's own pixels."""
    width, height = size
    placed: list[dict[str, Any]] = []
    for each in boxes or []:
        x1, y1, x2, y2 = each["box"]
        kind = each.get("kind", "expert")
        # A model's label stands at the foot of its box, the others' at the head: they stay apart.
        text_y = y2 * height - width / 80 if kind == "model" else y1 * height + width / 26
        places = {
            "x": x1 * width, "y": y1 * height, "text_x": x1 * width + width / 90,
            "width": (x2 - x1) * width, "height": (y2 - y1) * height,
            "text_y": text_y, "font": width / 40,
        }  # fmt: skip
        while each.get("label") and any(_is_near(places, other) for other in placed):
            places["text_x"] += (
                width / 30
            )  # beside the letter of a box that begins at the same corner
        rounded = {name: round(value, 1) for name, value in places.items()}
        placed.append(rounded | {"label": each.get("label", ""), "kind": kind})
    return placed


def _is_near(places: Mapping[str, float], other: Mapping[str, Any]) -> bool:
    """Whether two labels would lie over each other."""
    far_x, far_y = abs(places["text_x"] - other["text_x"]), abs(places["text_y"] - other["text_y"])
    return bool(other["label"]) and far_x < places["font"] and far_y < places["font"]


@register.simple_tag
def size_of(width: float, height: float) -> tuple[float, float]:
    """A pair for `frames`: ``{% size_of photo.width photo.height as size %}``."""
    return float(width or 1), float(height or 1)


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """A form field's control with the classes of the design system."""
    control = field.field.widget
    name = "" if control_kind(field) in ("check", "group") else "input"
    if isinstance(control, Textarea | Select):
        name = "textarea" if isinstance(control, Textarea) else "select"
        name = "" if getattr(control, "use_fieldset", False) else name
    attrs: dict[str, str | bool] = (
        {"class": f"{control.attrs.get('class', '')} {name}".strip()} if name else {}
    )
    if field.errors:
        attrs["aria-describedby"] = f"{field.auto_id}_error"
    return field.as_widget(attrs=attrs)


@register.filter
def control_kind(field: BoundField) -> str:
    """``check`` for one box, ``group`` for radios and many boxes, ``file``, else ``line``."""
    control = field.field.widget
    if isinstance(control, CheckboxInput):
        return "check"
    if getattr(control, "use_fieldset", False):
        return "group"
    return "file" if isinstance(control, FileInput) else "line"
