"""The parts of the drafts section, as tabs on each of its pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Project

PARTS = (
    ("drafts", "Drafts"), ("batches", "Batches"), ("sources", "Sources"), ("prompts", "Prompts"),
    ("checks", "Checks"), ("draft-quality", "Quality"),
)  # fmt: skip


def draft_tabs(project: Project, here: str) -> list[dict[str, Any]]:
    """The parts, the one that is open marked."""
    return [
        {"label": label, "url": reverse(f"annotation:{name}", args=[project.slug]),
         "current": name == here, "count": ""}
        for name, label in PARTS
    ]  # fmt: skip
