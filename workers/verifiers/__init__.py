"""Verifiers: one file here adds one check of drafts.

A verifier names the kinds of draft it looks at and returns findings. A finding that is blocking
rejects the draft; the others are notes, stored with the verdict and shown on the review page once
the expert has answered. A verifier that asks a model says so in ``provenance``, which goes onto
the verdict. Importing the file is cheap; ``check`` may be run again after a crash.

`annotation.checks.VERIFIERS` lists every verifier for the pages, with what it does as shipped. A
project may have its findings reject, only noted, or not looked for; a finding that says itself that
it is no more than a note stays one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from annotation.checks import CheckSettings
from annotation.models import Draft, DraftKind
from annotation.selectors.prompts import Wording
from core.registry import Registry
from inference.backends import Backend


@dataclass(frozen=True)
class Finding:
    """One thing that a verifier saw. ``code`` is a stable word for counting."""

    verifier: str
    code: str
    message: str
    is_blocking: bool = True

    def as_row(self) -> dict[str, Any]:
        """As it is stored on the verdict."""
        return asdict(self)


@dataclass(frozen=True)
class Check:
    """What a verifier looks at. ``picture`` reads the upright JPEG only when it is needed;
    ``asks`` is the second backend, if the batch has one, ``wordings`` the project's own prompts,
    ``settings`` what it expects of a text; ``comments`` are the raw comments behind the draft, where
    they are at hand already."""

    draft: Draft
    picture: Callable[[], bytes]
    asks: Backend | None
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    settings: CheckSettings = field(default_factory=CheckSettings)
    comments: Sequence[str] | None = None


@dataclass(frozen=True)
class Checked:
    """What it found, and which model said so (fields of `annotation.models.provenance`)."""

    findings: list[Finding] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)


class Verifier(ABC):
    """The contract; see the page above."""

    name: ClassVar[str]
    title: ClassVar[str]
    kinds: ClassVar[frozenset[DraftKind]]

    @abstractmethod
    def check(self, check: Check) -> Checked:
        """Findings about one draft; errors of a model pass through as they are."""


registry: Registry[Verifier] = Registry(__name__, Verifier)  # type: ignore[type-abstract]
