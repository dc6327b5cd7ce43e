"""Any colour mode and profile to 8-bit sRGB, so that all of the house sees the same tones."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image, ImageCms

# A profile is data from outside; a real one is a few kilobytes.
MAX_PROFILE = 4 * 1024 * 1024


def to_srgb(picture: Image.Image) -> Image.Image:
    """An RGB picture without alpha; transparency is laid over white, a profile is applied.

    A profile that cannot be read is left out, as browsers do.
    """
    profile = picture.info.get("icc_profile") or b""
    flat = _flat(picture)
    if not isinstance(profile, bytes) or not 128 < len(profile) <= MAX_PROFILE:
        return flat.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return flat.convert("RGB")
        changed = ImageCms.profileToProfile(flat, source, _srgb(), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return flat.convert("RGB")
    return (changed or flat).convert("RGB")


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if picture.mode in {"I", "F"}:
        return _stretched(picture)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layers = picture.convert("RGBA")
        paper = Image.new("RGBA", layers.size, "white")
        return Image.alpha_composite(paper, layers).convert("RGB")
    return picture if picture.mode in {"RGB", "L", "CMYK"} else picture.convert("RGB")


def _stretched(picture: Image.Image) -> Image.Image:
    # 32-bit whole or floating numbers have no agreed white: the picture's own range is taken.
    values = np.nan_to_num(np.asarray(picture, dtype=np.float32))
    low, high = float(values.min()), float(values.max())
    return Image.fromarray(((values - low) * (255.0 / ((high - low) or 1.0))).astype(np.uint8))
