"""The verifiers as people choose them: what each looks at, and what its findings do to a draft.

The work itself stands in `workers.verifiers`, one file a verifier; a test holds both lists equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from annotation.models import DraftKind
from core.errors import InvalidInput

KEY = "checks"  # of `Project.settings`
GUIDANCE, RATIONALE, CROPS = DraftKind.GUIDANCE, DraftKind.RATIONALE, DraftKind.CROPS
WORDS = frozenset({GUIDANCE, RATIONALE})
LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian",
    "pt": "Portuguese", "nl": "Dutch", "zh": "Chinese", "ja": "Japanese", "ko": "Korean",
    "ru": "Russian", "ar": "Arabic",
}  # fmt: skip


class Level(StrEnum):
    """What a finding does: it rejects the draft, it is noted with the verdict, or nobody looks."""

    BLOCK = "block"
    NOTE = "note"
    OFF = "off"


LEVELS = [
    (Level.BLOCK, "rejects the draft"), (Level.NOTE, "is noted"), (Level.OFF, "is not looked for"),
]  # fmt: skip


@dataclass(frozen=True)
class KnownVerifier:
    """``level`` is what ships; ``words`` say what it looks at, for people."""

    name: str
    title: str
    words: str
    kinds: frozenset[DraftKind]
    level: Level = Level.BLOCK


VERIFIERS: dict[str, KnownVerifier] = {
    each.name: each
    for each in (
        KnownVerifier(
            "claims", "Claims that measures bear out",
            "Symmetry, leading lines, horizon, tilt, colour and clipping that a text names, against "
            "what is measured of the photo. People and things cannot be measured.",
            frozenset({*WORDS, CROPS}), Level.NOTE,
        ),
        KnownVerifier(
            "completeness", "Holds issues and shooting guidance",
            "The second model says whether a critique names a concrete issue and says what to do "
            "about it. Needs a verifier source.", frozenset({GUIDANCE}),
        ),
        KnownVerifier(
            "composition_seen", "Composition elements are to be seen",
            "Lines of a composition against measured edges, symmetry against the mirror image, "
            "subjects against what draws the eye.", frozenset({DraftKind.COMPOSITION}), Level.NOTE,
        ),
        KnownVerifier(
            "composition_shapes", "Composition elements have their shapes",
            "Each element is large enough, and lines run as their class says. Elements named twice, "
            "and those that CROP does not use, are only noted.",
            frozenset({DraftKind.COMPOSITION}),
        ),
        KnownVerifier(
            "copying", "In words of its own",
            "A draft is no copy of the raw comments it was made from, by runs of words.", WORDS,
        ),
        KnownVerifier(
            "geometry", "Boxes are usable crops",
            "Each box is large enough, no strip, not the whole photo, and none is nearly the same "
            "as another.", frozenset({CROPS}),
        ),
        KnownVerifier(
            "language", "In the project's language",
            "A guess by script and commonest words; a few words say nothing.", WORDS,
        ),
        KnownVerifier(
            "length", "Neither too short nor too long",
            "The words of guidance and rationales are counted.", WORDS, Level.NOTE,
        ),
        KnownVerifier(
            "parts", "Has all its parts",
            "The content has the shape of its kind, and no needed part is empty.",
            frozenset({*WORDS, CROPS, DraftKind.ANSWER}),
        ),
        KnownVerifier(
            "praise", "More than praise",
            "A critique that praises names at least one issue too.", frozenset({GUIDANCE}),
        ),
        KnownVerifier(
            "rationale_fit", "True of the crop, and judges it rightly",
            "The second model says whether a rationale agrees with what is visible and judges the "
            "crop rightly; rules measure the crop. Needs a verifier source.",
            frozenset({RATIONALE}),
        ),
        KnownVerifier(
            "rationale_label", "Sides with the crop's label",
            "A rationale explains a good crop as good, and a bad one as bad.",
            frozenset({RATIONALE}),
        ),
        KnownVerifier(
            "refusal", "An answer, not a refusal",
            "The model neither declines nor speaks of itself.",
            frozenset({*WORDS, CROPS, DraftKind.ANSWER}),
        ),
        KnownVerifier(
            "region", "Regions are usable",
            "The box for a question is large enough to see something, and holds the box it grew "
            "from.", frozenset({DraftKind.REGION}),
        ),
        KnownVerifier(
            "safety", "No orders, addresses or markup",
            "No words that give orders to a model, no web or mail address, no markup.",
            frozenset(DraftKind),
        ),
    )
}  # fmt: skip

Words = Annotated[int, Field(ge=0, le=5_000)]


class CheckSettings(BaseModel):
    """How a project's drafts are checked; what it does not set is as it ships.

    ``language`` is a code of `LANGUAGES`, or empty for any. Lengths are in words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    levels: dict[str, Level] = {}
    language: str = "en"
    min_guidance_words: Words = 20
    max_guidance_words: Words = 1_000
    min_rationale_words: Words = 5
    max_rationale_words: Words = 300

    @model_validator(mode="after")
    def _fits_together(self) -> CheckSettings:
        if self.language and self.language not in LANGUAGES:
            raise ValueError(f"language is one of {', '.join(LANGUAGES)}, or empty for any")
        for kind in ("guidance", "rationale"):
            if getattr(self, f"min_{kind}_words") > getattr(self, f"max_{kind}_words"):
                raise ValueError(f"the shortest {kind} is longer than the longest")
        return self

    def level(self, verifier: str) -> Level:
        """What findings of this verifier do; those of one that is not listed reject."""
        known = VERIFIERS.get(verifier)
        return self.levels.get(verifier, known.level if known else Level.BLOCK)


def checked_settings(given: Mapping[str, Any]) -> CheckSettings:
    """Settings as they may be stored; `InvalidInput` names what is wrong."""
    unknown = sorted(set(given.get("levels") or {}) - set(VERIFIERS))
    if unknown:
        known = ", ".join(sorted(VERIFIERS))
        raise InvalidInput(
            f"There is no verifier {unknown[0][:60]!r}. Known: {known}.", field="levels"
        )
    try:
        return CheckSettings.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        words = first["msg"].removeprefix("Value error, ")
        raise InvalidInput(f"{name}: {words}." if name else f"{words[:1].upper()}{words[1:]}.",
                           field=str(first["loc"][0]) if first["loc"] else "") from None  # fmt: skip


def stored_settings(settings: Mapping[str, Any]) -> CheckSettings:
    """Those of a project's settings; what is of no use any more counts as not set."""
    try:
        return CheckSettings.model_validate(settings.get(KEY) or {})
    except ValidationError:
        return CheckSettings()
