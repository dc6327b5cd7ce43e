"""Aesthetic guidance: what works, what does not, what to do when shooting."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from annotation.contents.parts import Phrase, Text


class GuidanceContent(BaseModel):
    """Overall impression, analysis, guidance, and both of these as countable lists."""

    model_config = ConfigDict(extra="forbid")

    overall: Text = ""
    analysis: Text = ""
    guidance: Text = ""
    issues: list[Phrase] = Field(default_factory=list, max_length=64)
    suggestions: list[Phrase] = Field(default_factory=list, max_length=64)

    def as_critique(self) -> str:
        """All of it as one text, for a verifier to read."""
        parts = [self.overall, self.analysis, self.guidance, *self.issues, *self.suggestions]
        return "\n".join(part for part in parts if part)
