"""Picture files as HTTP answers, for pages and the API alike; the caller has asked for the right.

Types and names are ours, never those of the file; browsers may not run or embed what they get.
"""

from __future__ import annotations

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponseBase

from catalog.models import Photo
from catalog.selectors.decoding import MEDIA_TYPES
from catalog.selectors.pixels import rendition as stored_rendition
from core.errors import NotFound

ENDINGS = dict(MEDIA_TYPES.values())


def rendition_response(photo: Photo, size: int) -> HttpResponseBase:
    """A stored rendition as a stream; it never changes, so browsers keep it for good."""
    response = _stream(stored_rendition(photo, size).key, "image/jpeg")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def original_response(photo: Photo) -> HttpResponseBase:
    """The stored file as a download with a type we chose, in a sandbox."""
    response = _stream(photo.original, photo.media_type)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", photo.title).strip("-.") or f"photo-{photo.pk}"
    name = f"{name[:80]}.{ENDINGS.get(photo.media_type, 'bin')}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _stream(key: str, media_type: str) -> HttpResponseBase:
    try:
        file = default_storage.open(key)
    except FileNotFoundError as error:
        raise NotFound("The photo's file is missing from the storage.") from error
    response = FileResponse(file, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'self'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
