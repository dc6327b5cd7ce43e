"""Settings of campaigns as published systems ran them (docs/campaigns.md); each may be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import NotFound


@dataclass(frozen=True)
class Preset:
    """``values`` are fields of the campaign form; those of the item type's settings begin with
    ``setting_``."""

    name: str
    title: str
    words: str
    item_type: str
    values: Mapping[str, Any]


PRESETS: tuple[Preset, ...] = (
    Preset(
        "aesguide-guidance", "AesGuide: guidance, revised in sessions",
        "The photos are split into 20 sessions of one expert each, who revises the drafted analysis "
        "and guidance.",
        "guidance_review",
        {"name": "Guidance in sessions", "overlap": 1, "distribution": "sessions",
         "session_count": 20},
    ),
    Preset(
        "aesguide-scores", "AesGuide: every expert scores the photo",
        "Five experts score each photo from 1 to 10; a score more than 3 from the mean of the others "
        "raises a flag.",
        "photo_score",
        {"name": "Photo scores", "overlap": 5, "repeat_percent": 5},
    ),
    Preset(
        "crop-mos", "CROP and GAIC: mean scores of crops",
        "Five experts grade the crops of a photo from 1 to 5, up to seven where the scores stay "
        "uncertain.",
        "crop_mos",
        {"name": "Crop scores", "overlap": 5, "setting_half_width": 0.5, "setting_most_answers": 7,
         "gold_percent": 5, "repeat_percent": 5},
    ),
    Preset(
        "lfpc-regions", "LFPC: three experts draw the region",
        "Three experts draw the region that holds the answer to each question.",
        "question_region",
        {"name": "Regions by three experts", "overlap": 3},
    ),
    Preset(
        "cropvlm-regions", "CropVLM: review of seed regions",
        "One expert looks each drafted region over and corrects it; one in ten comes again.",
        "question_region",
        {"name": "Review of regions", "overlap": 1, "repeat_percent": 10},
    ),
)  # fmt: skip


def preset(name: str) -> Preset:
    """The preset of this name; `NotFound` for any other word."""
    for each in PRESETS:
        if each.name == name:
            return each
    raise NotFound("There is no such preset.")
