"""Drafts that verifiers look at in tests: whatever content, past every check of services."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from annotation.checks import CheckSettings
from annotation.models import Draft, DraftKind
from catalog.models import Photo, RawComment
from catalog.selectors.pixels import rendition_bytes
from inference.backends import Source, open_backend
from workers.verifiers import Check, Finding, registry

GOOD: dict[str, Any] = {
    "overall": "A calm coast with a tower that stands a little lost.",
    "analysis": "The tower draws the eye, but the dark rocks in front are too heavy and distract.",
    "guidance": "The foreground is cluttered. Step past the rocks, and wait for softer light.",
    "issues": ["heavy foreground"],
    "suggestions": ["step past the rocks"],
}


def drafted(photo: Photo, kind: DraftKind, content: dict[str, Any], *comments: str) -> Draft:
    """A draft of this content, made from these comments."""
    rows = [
        RawComment.objects.create(photo=photo, text=text, text_hash=uuid4().hex)
        for text in comments
    ]
    return Draft.objects.create(
        photo=photo, kind=kind, content=content, work_key=uuid4().hex, backend="t",
        made_from=[f"rawcomment/{row.pk}" for row in rows],
    )  # fmt: skip


def said(name: str, draft: Draft, **settings: Any) -> list[Finding]:
    """What the verifier finds; rules answer where it asks a second model."""
    with open_backend(Source("rules")) as asks:
        check = Check(
            draft, lambda: rendition_bytes(draft.photo, 1024), asks,
            settings=CheckSettings(**settings),
        )  # fmt: skip
        return registry.get(name)().check(check).findings


def codes(name: str, draft: Draft, **settings: Any) -> list[str]:
    """Only the codes of what it finds."""
    return [finding.code for finding in said(name, draft, **settings)]


def guidance(photo: Photo, *comments: str, **parts: Any) -> Draft:
    """A good critique with some parts of it replaced."""
    return drafted(photo, DraftKind.GUIDANCE, {**GOOD, **parts}, *comments)


def crops(photo: Photo, *boxes: list[float]) -> Draft:
    """A proposal of these boxes."""
    content = {"crops": [{"box": box} for box in boxes]}
    return drafted(photo, DraftKind.CROPS, content)
