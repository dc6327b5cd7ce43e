"""The parts of the quality section, and what its two scales are called."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Project
from curation.models import ScoreKind
from curation.selectors.deciding_scores import IMPORTED_MEAN
from measures.statistics import combined, mos, primary

NAMES = {ScoreKind.CROP: "Crops, 1 to 5", ScoreKind.PHOTO: "Photos, 1 to 10"}

METHODS = {
    mos.METHOD: "Mean opinion score", primary.METHOD: "Primary score",
    combined.METHOD: "Combined score", IMPORTED_MEAN: "Mean of a source",
}  # fmt: skip


def quality_tabs(project: Project, here: str) -> list[dict[str, Any]]:
    """The parts of the quality section."""
    parts = (
        ("quality", "Scores"), ("agreement", "Agreement"), ("pairs", "Pairs"), ("raters", "Raters"),
        ("report", "Report"),
    )  # fmt: skip
    return [
        {"label": label, "url": reverse(f"curation:{name}", args=[project.slug]),
         "current": name == here, "count": ""}
        for name, label in parts
    ]  # fmt: skip
